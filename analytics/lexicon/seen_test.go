package lexicon

import (
	"fmt"
	"testing"

	"jejak/analytics/query/querytest"
	"jejak/analytics/store"
	"jejak/event"
)

func TestSeenIn(t *testing.T) {
	s := querytest.NewModel()
	set := func(v event.Value) []event.Property { return []event.Property{{Name: "x", Value: v}} }
	for _, batch := range [][]event.Event{
		{{Name: "view", Time: 5, Properties: set(event.StringOf("a"))}, {Name: "view", Time: 7}},
		{{Name: "view", Time: 3}, {Name: "pay", Time: 9, Properties: set(event.NumberOf(1))}, {Name: "pay", Time: 20, Class: event.Bot, Properties: set(event.BooleanOf(true))}},
	} {
		if err := s.Append(t.Context(), store.Batch{Project: 1, Events: batch}); err != nil {
			t.Fatal(err)
		}
	}
	snap, err := s.Snapshot(1)
	if err != nil {
		t.Fatal(err)
	}
	want := "[{event view 3 3 7 [] 0} {event pay 2 9 20 [] 0} {property x 4 5 20 [string number boolean] 2}]"
	if got := fmt.Sprint(SeenIn(snap)); got != want {
		t.Errorf("seen is %s, want %s", got, want)
	}
}

// sorted is a dictionary of values that ascend by kind.
type sorted struct {
	store.Dictionary
	values []event.Value
}

func (d sorted) Len() int                      { return len(d.values) }
func (d sorted) Value(code uint32) event.Value { return d.values[code-1] }

func TestKindsOfADictionary(t *testing.T) {
	var d sorted
	for i := range 1000 {
		d.values = append(d.values, event.StringOf(fmt.Sprint(i)))
	}
	d.values = append(d.values, event.BooleanOf(true), event.ListOf("[1]"), event.ListOf("[2]"), event.ObjectOf("{}"))
	var p seenProperty
	p.kindsOf(d, 1, uint32(d.Len()))
	if got := fmt.Sprint(p.seen().Types); got != "[string boolean list object]" {
		t.Error(got)
	}
}
