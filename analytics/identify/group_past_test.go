package identify

import (
	"fmt"
	"maps"
	"testing"

	"jejak/analytics/query/querytest"
	"jejak/analytics/store"
	"jejak/analytics/store/columnar"
	"jejak/event"
)

// TestAGroupKeyHoldsForThePast: events from before the key was listed are in the same groups as those after.
func TestAGroupKeyHoldsForThePast(t *testing.T) {
	real, err := columnar.Open(t.TempDir(), columnar.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = real.Close() })
	for name, s := range map[string]store.Store{"columnar": real, "model": querytest.NewModel()} {
		t.Run(name, func(t *testing.T) {
			values := []event.Value{
				event.StringOf("acme"), event.NumberOf(17), event.StringOf("17"), event.ListOf(`["acme",17,true]`), event.BooleanOf(true), event.StringOf(""), {},
			}
			ledger := &book{}
			for _, g := range []*Groups{groupsOf(ledger), groupsOf(ledger, "company")} { // before and after
				b := event.Batch{Project: 1}
				for i, v := range values {
					b.Events = append(b.Events, event.Event{Name: "view", Time: event.Millis(i), Actor: event.MakeActor(i, 1), Properties: []event.Property{{Name: "company", Value: v}, {Name: "plan", Value: event.StringOf("acme")}}})
				}
				if err := g.Identify(&b); err != nil {
					t.Fatal(err)
				}
				if err := s.Append(t.Context(), store.Batch{Project: 1, Events: b.Events}); err != nil {
					t.Fatal(err)
				}
			}
			inner, err := s.Snapshot(1)
			if err != nil {
				t.Fatal(err)
			}
			defer inner.Release()
			snap, err := groupsOf(ledger, "company").Over(1, inner)
			if err != nil {
				t.Fatal(err)
			}
			g, err := groupsOf(ledger).Resolve(1, []event.GroupID{{Key: "company", ID: "acme"}, {Key: "company", ID: "17"}, {Key: "company", ID: "true"}})
			if err != nil {
				t.Fatal(err)
			}
			list := fmt.Sprintf(`["%s","%s","%s"]`, g[0].Token, g[1].Token, g[2].Token)
			want := map[string]int{g[0].Token: 2, g[1].Token: 4, list: 2, "true": 2, "": 4}
			got, plans := count(snap, "company"), count(snap, "plan")
			if !maps.Equal(got, want) || plans["acme"] != 2*len(values) {
				t.Errorf("values %v, want %v; plans %v", got, want, plans)
			}
		})
	}
}

// count counts the rows by the values of a property; those without one under the empty text.
func count(snap store.Snapshot, property string) map[string]int {
	out := map[string]int{}
	for _, s := range snap.Sections(store.Selection{From: 0, To: 100}) {
		c := s.Column(property)
		for row, code := range c.Codes(0, s.Rows(), nil) {
			v := event.Value{}
			switch {
			case code == store.NumberCode:
				v = event.NumberOf(c.Numbers(row, row+1, nil)[0])
			case code != 0:
				v = c.Dictionary().Value(code)
				if c.Dictionary().Code(v) != code {
					panic(fmt.Sprintf("value %v has code %d, not %d", v, c.Dictionary().Code(v), code))
				}
			}
			out[v.String()]++
		}
	}
	return out
}
