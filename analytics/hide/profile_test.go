package hide

import (
	"encoding/json"
	"testing"

	"jejak/event"
)

// TestProfilesAreHiddenWhole: what is personal by its name becomes one token, the one that events have for the same value.
func TestProfilesAreHiddenWhole(t *testing.T) {
	h := New(safe{}, &book{}, nil)
	for _, c := range []struct {
		name  string
		value string // JSON
		want  string // E, P and N are tokens
	}{
		{"$email", `"ann@example.org"`, `"E"`},
		{"$email", `"at home"`, `"E"`},
		{"$name", `"Ann Doe"`, `"N"`},
		{"$name", `"ann@example.org"`, `"E"`},
		{"$name", `"Ann 4111 1111 1111 1111"`, `"N"`},
		{"$name", `"4111 1111 1111 1111"`, `"[card]"`},
		{"$name", `""`, `""`},
		{"$name", `["Ann",{"x":"Ben"},true]`, `["N",{"x":"N"},true]`},
		{"$phone", `12025550147`, `"P"`},
		{"Name", `"x1"`, `"N"`},
		{"plan", `"team"`, `"team"`},
		{"note", `"mail ann@example.org"`, `"mail E"`},
		{"n", `5`, `5`},
		{"phone_number", `6281234567890`, `"P"`},
	} {
		var v any
		if err := json.Unmarshal([]byte(c.value), &v); err != nil {
			t.Fatal(err)
		}
		kept := map[string]string{}
		hidden := h.Value(1, c.name, v, func(token, field, plain string) { kept[token] = field + " " + plain })
		got, err := json.Marshal(hidden)
		if err != nil {
			t.Fatal(err)
		}
		if !regexpOf(c.want).Match(got) {
			t.Errorf("%s = %s becomes %s, want %s", c.name, c.value, got, c.want)
		}
		for token, value := range kept {
			if value == fieldOf("name")+" 4111 1111 1111 1111" || len(token) < 20 {
				t.Errorf("%s = %s keeps %s for %s", c.name, c.value, value, token)
			}
		}
	}
}

// TestTokensOfProfilesAndEventsAreEqual: so that a profile and an event can be compared.
func TestTokensOfProfilesAndEventsAreEqual(t *testing.T) {
	h := New(safe{}, &book{}, nil)
	e := hidden(t, h, "to", event.StringOf("ann@example.org"))
	var field, plain string
	v := h.Value(1, "$email", "ann@example.org", func(_, f, p string) { field, plain = f, p })
	if v != e.Properties[0].Value.Text || field != "hidden email" || plain != "ann@example.org" {
		t.Errorf("an event has %v, a profile %v, sealed with %q", e.Properties[0].Value, v, field)
	}
}

// TestTokensOfGroupsStay: even one whose digits look like a number that somebody has.
func TestTokensOfGroupsStay(t *testing.T) {
	h := New(safe{}, &book{}, nil)
	v := event.StringOf("[card:4111111111111111]")
	b := &event.Batch{Project: 1, GroupKeys: []string{"card"}, Events: []event.Event{{Name: "view", Actor: event.MakeActor(3, 7), Properties: []event.Property{{Name: "card", Value: v}}}}}
	if err := h.Hide(b); err != nil || b.Events[0].Properties[0].Value != v {
		t.Errorf("became %v (%v)", b.Events[0].Properties, err)
	}
}
