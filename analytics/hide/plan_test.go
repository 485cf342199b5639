package hide

import (
	"fmt"
	"strings"
	"testing"

	"jejak/event"
)

// TestPlanned: what a plan allows stays, what it seals becomes tokens whole, and each value that changes is counted, without it.
func TestPlanned(t *testing.T) {
	h := New(safe{}, &book{}, nil)
	set := func(name, text string) event.Property { return event.Property{Name: name, Value: event.StringOf(text)} }
	b := &event.Batch{
		Project: 1, Allowed: map[string]bool{"contact": true}, Sealed: map[string]string{"nick": "name", "tags": "sealed"},
		Changed: event.Changes{{Did: event.Unknown, Property: "of ann@example.org"}: 1},
		Events: []event.Event{{Name: "to ann@example.org", Actor: event.MakeActor(3, 7), Properties: []event.Property{
			set("contact", "ann@example.org"), set("nick", "Annie"), set("note", "ann@example.org, ben@example.org"), set("nik", "3171015503900001"),
			{Name: "tags", Value: event.ListOf(`["a",7,""]`)},
		}}},
	}
	if err := h.Hide(b); err != nil {
		t.Fatal(err)
	}
	e := b.Events[0]
	if e.Get("contact").Text != "ann@example.org" || !isToken(e.Get("nick").Text) || !strings.HasPrefix(e.Get("tags").Text, `["[sealed:`) || !strings.HasSuffix(e.Get("tags").Text, `,""]`) {
		t.Errorf("kept %+v", e.Properties)
	}
	want := "map[{cut nik nik}:1 {sealed email }:1 {sealed email note}:2 {sealed name nick}:1 {sealed sealed tags}:2 {unknown  *}:1]"
	if got := fmt.Sprint(map[event.Change]uint64(b.Changed)); got != want {
		t.Errorf("counted %s, want %s", got, want)
	}
	again := &event.Batch{Project: 1, Sealed: b.Sealed, Events: []event.Event{{Actor: e.Actor, Properties: []event.Property{{Name: "nick", Value: e.Get("nick")}}}}}
	if err := h.Hide(again); err != nil || again.Events[0].Get("nick") != e.Get("nick") || len(again.Changed) != 0 {
		t.Errorf("a token became %v, %v", again.Events[0].Get("nick"), err)
	}
}

// TestFinds agrees with Hide, and keeps nothing.
func TestFinds(t *testing.T) {
	kept := &book{}
	h := New(safe{}, kept, nil)
	rules := &event.Batch{Project: 1, Allowed: map[string]bool{"contact": true}, Sealed: map[string]string{"nick": "name"}}
	for _, c := range []struct {
		name string
		v    event.Value
	}{
		{"contact", event.StringOf("ann@example.org")}, {"note", event.StringOf("ann@example.org")}, {"note", event.StringOf("nothing")},
		{"nick", event.StringOf("Annie")}, {"nick", event.StringOf("[name:0123456789abcdef]")}, {"phone", event.NumberOf(6281234567890)},
		{"nik", event.NumberOf(3171015503900001)}, {"age", event.NumberOf(37)}, {"x", event.NumberOf(0.5)}, {"tags", event.ListOf(`["ann@example.org"]`)},
	} {
		for range 2 { // what was clean once is known
			found := h.Finds(rules, c.name, c.v)
			if len(kept.records) > 0 {
				t.Fatalf("%s: something is kept", c.name)
			}
			b := &event.Batch{Project: 1, Allowed: rules.Allowed, Sealed: rules.Sealed, Events: []event.Event{{Actor: 65, Properties: []event.Property{{Name: c.name, Value: c.v}}}}}
			other := New(safe{}, &book{}, nil)
			if err := other.Hide(b); err != nil {
				t.Fatal(err)
			}
			if changed := b.Events[0].Properties[0].Value != c.v; changed != found {
				t.Errorf("%s = %v: found %v, hidden %v", c.name, c.v, found, changed)
			}
		}
	}
}
