package app

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"jejak/analytics/show"
	"jejak/event"
)

// TestDataPlan says what becomes of properties and events, sends some, and reads what is kept and what is counted, also after a
// restart.
func TestDataPlan(t *testing.T) {
	h := newHouse(t)
	h.signIn()
	at := fmt.Sprintf("/api/v1/projects/%d", h.project.ID)
	for _, word := range []string{
		`{"kind":"property","name":"contact","rule":{"do":"allow"}}`,
		`{"kind":"property","name":"nick","class":"name","rule":{"do":"seal"}}`,
		`{"kind":"property","name":"age","rule":{"do":"bucket","range":"10"}}`,
		`{"kind":"property","name":"gone","rule":{"do":"drop"}}`,
		`{"kind":"event","name":"debug","rule":{"do":"refuse"}}`,
		`{"kind":"event","name":"sight","rule":{"do":"rename","to":"view"}}`,
	} {
		h.browse("PUT", at+"/catalogue", word).want(t, 200)
	}
	h.browse("PUT", at+"/data-plan", `{"strict":"count"}`).want(t, 200)
	h.track("sight", `,"distinct_id":"u","contact":"ann@example.org","nick":"Annie","age":37,"gone":1,"note":"mail ben@example.org"`)
	h.track("debug", `,"distinct_id":"u"`)
	for round := range 2 {
		for property, want := range map[string]string{"contact": "ann@example.org", "age": "30", "nick": "[name:", "note": "mail [email:", "gone": "null"} {
			a := h.script("GET", "/values?property="+property, "")
			if !strings.Contains(a.body, want) {
				t.Errorf("%s is kept as %s", property, a.body)
			}
		}
		var c show.Counters
		h.script("GET", "/counters", "").into(t, &c)
		for _, want := range []show.Changed{
			{Did: event.Sealed, Class: "name", Property: "nick", Values: 1}, {Did: event.Sealed, Class: "email", Property: "note", Values: 1},
			{Did: event.Bucketed, Property: "age", Values: 1}, {Did: event.Dropped, Property: "gone", Values: 1},
			{Did: event.Renamed, Values: 1}, {Did: event.Unknown, Property: "note", Values: 1},
		} {
			if !slices.Contains(c.Changed, want) {
				t.Errorf("%+v is not counted among %+v", want, c.Changed)
			}
		}
		if round == 1 && (c.Refused[event.Unwanted] != 1 || c.Received != 2) { // a refusal alone is noted a little later
			t.Errorf("refused are %v of %d", c.Refused, c.Received)
		}
		h.stop()
		h.open()
	}
}

// TestCatalogue: what is seen and said of names, what is hidden from pickers, and what is renamed in the past and back.
func TestCatalogue(t *testing.T) {
	h := newHouse(t)
	h.signIn()
	at := fmt.Sprintf("/api/v1/projects/%d", h.project.ID)
	h.track("pay", `,"distinct_id":"u","price":5,"note":"ann@example.org"`)
	h.track("Payment", `,"distinct_id":"u","cost":7`)
	word := func(kind, name string) (found show.Word) {
		t.Helper()
		var all []show.Word
		h.script("GET", "/catalogue", "").into(t, &all)
		for _, w := range all {
			if string(w.Kind) == kind && w.Name == name {
				found = w
			}
		}
		return found
	}
	if w := word("property", "note"); w.Seen == nil || !slices.Equal(w.Found, []string{"email"}) || !slices.Equal(w.Seen.Types, []string{"string"}) || w.Known {
		t.Errorf("note is %+v", w)
	}
	h.browse("PUT", at+"/catalogue", `{"kind":"event","name":"Payment","rule":{"do":"rename","to":"pay"},"past":true}`).want(t, 200)
	h.browse("PUT", at+"/catalogue", `{"kind":"property","name":"cost","rule":{"do":"rename","to":"price"},"past":true}`).want(t, 200)
	h.browse("PUT", at+"/catalogue", `{"kind":"property","name":"note","hidden":true,"description":"Free words"}`).want(t, 200)
	sum := `{"kind":"trend","range":{"last":2,"unit":"day","zone":"UTC"},"interval":"month","metrics":[{"name":"A","event":"pay","measure":"sum","property":"price"}]}`
	h.wantTotal(sum, "12")
	if w := word("event", "pay"); w.Seen == nil || w.Seen.Rows != 2 {
		t.Errorf("pay is %+v", w.Seen)
	}
	if a := h.script("GET", "/properties", ""); strings.Contains(a.body, "note") || !strings.Contains(a.body, "price") {
		t.Errorf("pickers offer %s", a.body)
	}
	h.browse("DELETE", at+"/catalogue?kind=event&name=Payment", "").want(t, 204)
	h.wantTotal(sum, "5")
	var adopted show.Adopted
	h.browse("POST", at+"/catalogue/adopt", "").into(t, &adopted)
	if adopted.Events != 2 || !word("event", "Payment").Known {
		t.Errorf("took up %+v", adopted)
	}
	h.browse("PUT", at+"/catalogue", `{"kind":"event","name":"ann@example.org"}`).want(t, 422)
}
