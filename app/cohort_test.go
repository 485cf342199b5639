package app

import (
	"fmt"
	"testing"

	"jejak/analytics/show"
)

// TestCohorts saves a cohort, asks with it as a filter and as a metric, names it in another, changes it and deletes it.
func TestCohorts(t *testing.T) {
	h := newHouse(t)
	h.signIn()
	h.track("pay", `,"distinct_id":"u1","price":5`)
	h.track("pay", `,"distinct_id":"u1","price":5`)
	h.track("pay", `,"distinct_id":"u2","price":1`)
	h.track("view", `,"distinct_id":"u3","price":9`)
	at := fmt.Sprintf("/api/v1/projects/%d", h.project.ID)

	var often, others show.SavedCohort
	made := h.browse("POST", at+"/cohorts", `{"name":"Often","definition":{"did":{"event":"pay","at_least":2,"when":{"last":7,"unit":"day"}}}}`)
	made.want(t, 201)
	made.into(t, &often)
	made = h.browse("POST", at+"/cohorts", fmt.Sprintf(`{"name":"Others","definition":{"not":{"cohort":%d}}}`, often.ID))
	made.want(t, 201)
	made.into(t, &others)

	trend := func(metric string) string {
		return fmt.Sprintf(`{"kind":"trend","range":{"last":2,"unit":"day","zone":"UTC"},"interval":"month","metrics":[%s]}`, metric)
	}
	h.wantTotal(trend(fmt.Sprintf(`{"name":"A","any_event":true,"measure":"total","filter":{"where":"cohort(\"%d\")"}}`, often.ID)), "2")
	h.wantTotal(trend(fmt.Sprintf(`{"name":"A","any_event":true,"measure":"unique","filter":{"property":%q,"operator":"is_true"}}`, others.Property)), "2")
	h.wantTotal(trend(fmt.Sprintf(`{"name":"A","cohort":%d}`, others.ID)), "2")
	values := h.script("GET", "/values?property=%3Dcohort("+fmt.Sprint(often.ID)+")", "")
	if values.want(t, 200); values.body != "[{\"value\":false,\"rows\":2},{\"value\":true,\"rows\":2}]\n" {
		t.Errorf("its values are %s", values.body)
	}
	h.wantCount(at, others, 2)

	h.browse("PATCH", fmt.Sprintf("%s/cohorts/%d", at, often.ID), `{"definition":{"did":{"event":"pay"}}}`).want(t, 200)
	h.wantCount(at, others, 1)
	a := h.browse("PATCH", fmt.Sprintf("%s/cohorts/%d", at, often.ID), fmt.Sprintf(`{"definition":{"cohort":%d}}`, others.ID))
	if f := faultOf(t, a); f.Code != "custom_cycle" {
		t.Errorf("a cycle: %+v", f)
	}
	var list []show.SavedCohort
	h.script("GET", "/cohorts", "").into(t, &list)
	if len(list) != 2 || list[0].Name != "Often" || list[0].Definition.Did == nil || list[1].Definition.Not == nil {
		t.Errorf("there are %+v", list)
	}
	h.browse("DELETE", fmt.Sprintf("%s/cohorts/%d", at, often.ID), "").want(t, 204)
	h.wantCount(at, others, 3) // nobody is in what was deleted
	h.browse("GET", fmt.Sprintf("%s/cohorts/%d/count", at, often.ID), "").want(t, 404)
}

func (h *house) wantCount(at string, c show.SavedCohort, want int64) {
	h.t.Helper()
	var n show.CohortCount
	a := h.browse("GET", fmt.Sprintf("%s/cohorts/%d/count", at, c.ID), "")
	a.want(h.t, 200)
	if a.into(h.t, &n); n.People != want {
		h.t.Errorf("%d people are in %s, want %d", n.People, c.Name, want)
	}
}

func TestCohortsRefused(t *testing.T) {
	h := newHouse(t)
	h.signIn()
	at := fmt.Sprintf("/api/v1/projects/%d/cohorts", h.project.ID)
	for definition, want := range map[string]string{
		`{}`:                                    "definition bad_cohort",
		`{"people":[]}`:                         "definition bad_cohort",
		`{"all":[{"did":{}}]}`:                  "definition.all[0].did.event event_required",
		`{"where":"properties[\"a\"]"}`:         "definition.where bad_expression",
		`{"did":{"event":"a","measure":"sum"}}`: "definition.did.property property_required",
	} {
		a := h.browse("POST", at, `{"name":"A","definition":`+definition+`}`)
		a.want(t, 422)
		if f := faultOf(t, a); f.Location+" "+f.Code != want {
			t.Errorf("%s: %+v", definition, f)
		}
	}
}
