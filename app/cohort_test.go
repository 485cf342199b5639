package app

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jejak/analytics/show"
	"jejak/event"
	"jejak/ground/access"
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

// TestListedCohort looks identifiers up, makes a cohort of the numbers and counts it: a person who was listed by a device is one person
// with its user. What was looked up is kept nowhere.
func TestListedCohort(t *testing.T) {
	h := newHouse(t)
	reader, owner := h.member("reader", event.ProjectID(h.project.ID), access.IdentityReader), h.member("owner", 0, access.Owner)
	h.track("view", `,"$device_id":"device-1","distinct_id":"$device:device-1"`)
	h.track("view", `,"distinct_id":"ann-1"`)
	h.track("view", `,"distinct_id":"ben-1"`)
	var found show.FoundPeople
	const planted = "zoe.nobody@example.com"
	a := h.callAs(reader, "POST", "/people/find-many", fmt.Sprintf(`{"distinct_ids":["ann-1","ann-1","$device:device-1",%q],"purpose":"support"}`, planted))
	a.want(t, 200)
	if a.into(t, &found); len(found.Numbers) != 2 || found.Unknown != 1 {
		t.Fatalf("found %s", a.body)
	}
	list := fmt.Sprintf(`{"name":"Invited","definition":{"people":[%d,%d]}}`, found.Numbers[0], found.Numbers[1])
	var c show.SavedCohort
	made := h.callAs(owner, "POST", "/cohorts", list)
	made.want(t, 201)
	if made.into(t, &c); c.Listed != 2 || c.Definition.People != nil {
		t.Errorf("made %s", made.body)
	}
	h.as(owner)
	at := fmt.Sprintf("/api/v1/projects/%d", h.project.ID)
	h.wantCount(at, c, 2)
	h.track("view", `,"$device_id":"device-1","$user_id":"ann-1","distinct_id":"ann-1"`) // the same person, it turns out
	h.wantCount(at, c, 1)
	h.wantNowhere(planted)
}

// wantNowhere looks for a value in every file of the data folder.
func (h *house) wantNowhere(value string) {
	h.t.Helper()
	err := filepath.WalkDir(h.data(), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		kept, err := os.ReadFile(path)
		if bytes.Contains(kept, []byte(value)) {
			h.t.Errorf("%s holds %q", path, value)
		}
		return err
	})
	if err != nil {
		h.t.Error(err)
	}
}

// TestExportsKnowWhatIsSaved: what is exported passes by cohorts and lookup tables as in questions.
func TestExportsKnowWhatIsSaved(t *testing.T) {
	h := newHouse(t)
	h.signIn()
	h.track("pay", `,"distinct_id":"u1","sku":"a"`)
	h.track("view", `,"distinct_id":"u1","sku":"b"`)
	h.track("view", `,"distinct_id":"u2","sku":"a"`)
	at := fmt.Sprintf("/api/v1/projects/%d", h.project.ID)
	var c show.SavedCohort
	h.browse("POST", at+"/cohorts", `{"name":"Payers","definition":{"did":{"event":"pay"}}}`).into(t, &c)
	h.browse("PUT", at+"/lookup-tables/products?of=sku", "sku,kind\na,book\n").want(t, 200)
	for where, want := range map[string]int{
		fmt.Sprintf(`cohort(%d)`, c.ID): 2,
		fmt.Sprintf(`cohort(%d) and lookup("products", properties["sku"], "kind") == "book"`, c.ID): 1,
	} {
		a := h.raw("&where="+url.QueryEscape(where), "")
		a.want(t, 200)
		if n := strings.Count(a.body, "\n"); n != want {
			t.Errorf("%s: %d events, want %d", where, n, want)
		}
	}
	_, file := h.export(fmt.Sprintf(`{"content":"answer","format":"csv","purpose":"analysis","question":{"kind":"trend","range":{"last":2,"unit":"day","zone":"UTC"},"interval":"month",
		"metrics":[{"name":"payers","cohort":%d}]}}`, c.ID))
	if file.want(t, 200); !strings.Contains(file.body, "payers,") || !strings.Contains(file.body, ",1") {
		t.Errorf("exported %q", file.body)
	}
}
