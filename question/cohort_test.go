package question

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

func cohortFrom(t *testing.T, text string) *Cohort {
	t.Helper()
	c := new(Cohort)
	if err := json.Unmarshal([]byte(text), c); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return c
}

func TestCohortFaults(t *testing.T) {
	for text, want := range map[string]string{
		`{"did":{"event":"a","at_least":2,"at_most":2,"when":{"last":7,"unit":"day"}}}`:                         "",
		`{"did":{"any_event":true,"measure":"distinct","property":"x","at_most":3,"when":{"to":"2026-01-01"}}}`: "",
		`{"where":"user[\"plan\"] == \"pro\" and not cohort(7)"}`:                                               "",
		`{"people":[1,2]}`: "",
		`{"sequence":{"steps":[{"event":"a"},{"event":"b"}],"order":"strict"}}`: "",
		`{}`:                                     " bad_cohort",
		`{"cohort":1,"people":[1]}`:              " bad_cohort",
		`{"cohort":-1}`:                          "cohort bad_cohort",
		`{"all":[]}`:                             "all bad_cohort",
		`{"any":[{"not":{"did":{"event":""}}}]}`: "any[0].not.did.event event_required",
		`{"did":{"event":"a","measure":"sum","property":"x"}}`:                                           "did values_required",
		`{"did":{"event":"a","measure":"median","property":"x","at_least":1}}`:                           "did.measure bad_measure",
		`{"did":{"event":"a","at_least":3,"at_most":2}}`:                                                 "did bounds_reversed",
		`{"did":{"event":"a","when":{}}}`:                                                                "did.when range_required",
		`{"did":{"event":"a","when":{"last":1,"unit":"minute"}}}`:                                        "did.when.unit bad_unit",
		`{"did":{"event":"a","when":{"last":1,"unit":"day","from":"2026-01-01"}}}`:                       "did.when range_mixed",
		`{"did":{"event":"a","when":{"from":"soon"}}}`:                                                   "did.when bad_date",
		`{"sequence":{"steps":[{"event":"a"}]}}`:                                                         "sequence.steps too_many_steps",
		`{"sequence":{"steps":[{"event":"a"},{"event":"b"}],"order":"any"}}`:                             "sequence.order bad_order",
		`{"where":"event[\"$name\"] == \"a\""}`:                                                          "where bad_expression",
		`{"where":"1"}`:                                                                                  "where bad_expression",
		strings.Repeat(`{"not":`, MaxCohortDepth) + `{"cohort":1}` + strings.Repeat("}", MaxCohortDepth): strings.TrimSuffix(strings.Repeat("not.", MaxCohortDepth), ".") + " too_deep",
		`{"any":[` + strings.Repeat(`{"cohort":1},`, MaxCohortParts) + `{"cohort":1}]}`:                  " too_many_parts",
	} {
		got := ""
		if f := cohortFrom(t, text).Validate(); f != nil {
			got = f[0].Location + " " + f[0].Code
		}
		if got != want {
			t.Errorf("%.80s: got %q, want %q", text, got, want)
		}
	}
}

func TestCohortsOf(t *testing.T) {
	saved := &Customs{
		Events:     map[CustomID][]Selector{1: {{Event: "pay", Filter: &Filter{Where: "cohort(4)"}}}},
		Properties: map[CustomID]string{2: `cohort("5")`},
		Cohorts: map[CustomID]Cohort{
			3: *cohortFrom(t, `{"any":[{"did":{"event":"$custom_event:1"}},{"where":"cohort(6)"}]}`),
			4: *cohortFrom(t, `{"people":[1]}`), 5: *cohortFrom(t, `{"people":[2]}`), 6: *cohortFrom(t, `{"cohort":99}`),
			7: *cohortFrom(t, `{"cohort":8}`), 8: *cohortFrom(t, `{"cohort":7}`),
		},
	}
	load := func() (*Customs, error) { return saved, nil }
	for metric, want := range map[string]string{
		`{"name":"A","event":"a","measure":"total"}`:                                             "[]",
		`{"name":"A","cohort":3}`:                                                                "[3 4 6]",
		`{"name":"A","event":"a","measure":"sum","property":"=number(cohort(4))"}`:               "[4]",
		`{"name":"A","event":"$custom_event:1","measure":"sum","property":"$custom_property:2"}`: "[4 5]",
		`{"name":"A","event":"a","measure":"total","filter":{"where":"cohort(7)"}}`:              TooDeep,
	} {
		q, err := Parse(fmt.Appendf(nil, `{"kind":"trend","range":{"last":1,"unit":"day","zone":"UTC"},"interval":"day","metrics":[%s]}`, metric))
		if err != nil {
			t.Fatal(err)
		}
		if err := Expand(q, load); err != nil {
			t.Fatal(err)
		}
		found, err := CohortsOf(q, load)
		got := fmt.Sprint(slices.Sorted(maps.Keys(found)))
		if faults, refused := err.(Faults); refused {
			got = faults[0].Code
		}
		if got != want {
			t.Errorf("%s names %s, want %s", metric, got, want)
		}
	}
	if saved.Cohorts[3].Any[0].Did.Event != "$custom_event:1" {
		t.Error("what is saved was written over")
	}
}

// TestCohortCycle: a cohort that would mean itself, through a custom event, is not saved.
func TestCohortCycle(t *testing.T) {
	saved := &Customs{
		Events:  map[CustomID][]Selector{1: {{Event: "pay", Filter: &Filter{Where: "cohort(3)"}}}},
		Cohorts: map[CustomID]Cohort{},
	}
	f := saved.ValidateCohort(3, "Circle", cohortFrom(t, `{"did":{"event":"$custom_event:1"}}`))
	if len(f) != 1 || f[0].Code != CustomCycle {
		t.Errorf("got %v", f)
	}
}
