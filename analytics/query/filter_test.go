package query

import (
	"slices"
	"testing"

	"jejak/event"
	"jejak/question"
)

// TestDecideAll: values found in a dictionary are decided as if each had been looked at.
func TestDecideAll(t *testing.T) {
	d := listed{event.StringOf("a"), event.StringOf("b"), event.StringOf("c"), event.BooleanOf(false), event.BooleanOf(true), event.ListOf(`["a"]`)}
	for len(d) < 200 {
		d = append(d, event.ObjectOf("{}"))
	}
	for _, f := range []question.Filter{
		{Operator: question.Is, Values: []any{"b", "z", true, nil, 1.0}},
		{Operator: question.IsNot, Values: []any{"a", false, nil}},
		{Operator: question.IsTrue},
		{Operator: question.Greater, Values: []any{5.0}},
		{Operator: question.NotBetween, Values: []any{1.0, 2.0}},
	} {
		c := &condition{matcher: matcherOf(&f, nil)}
		if !c.isFew(len(d)) {
			t.Fatalf("%s looks at each value", f.Operator)
		}
		got := newSieve(&meter{limit: 1 << 20}).table(c, d)
		want := []verdict{verdictOf(c.passes(event.Value{}))}
		for code := range d {
			want = append(want, verdictOf(c.passes(d[code])))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", f.Operator, got, want)
		}
	}
}
