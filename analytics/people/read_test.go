package people

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"jejak/analytics/query/querytest"
	"jejak/analytics/store"
	"jejak/analytics/store/columnar"
	"jejak/event"
)

// stores are the real one and the one that only does what the contract says.
func stores(t *testing.T) map[string]store.Store {
	t.Helper()
	real, err := columnar.Open(t.TempDir(), columnar.Options{PieceRows: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = real.Close() })
	return map[string]store.Store{"columnar": real, "model": querytest.NewModel()}
}

func TestRowsReplaceThemselves(t *testing.T) {
	ann, ben, far := event.MakeActor(3, 7), event.MakeActor(3, 9), event.MakeActor(63, 1<<26-1)
	for name, s := range stores(t) {
		t.Run(name, func(t *testing.T) {
			keep := func(rows ...event.Event) {
				if err := s.Append(t.Context(), store.Batch{Project: Shadow(1), Events: rows}); err != nil {
					t.Fatal(err)
				}
			}
			keep(Row(Users, ann, plan("free")), Row(Users, ben, plan("team")), Row(Section("company"), ann, plan("none of ann's")))
			keep(Row(Users, far, []event.Property{{Name: "n", Value: event.NumberOf(2.5)}, {Name: "ok", Value: event.BooleanOf(true)}}))
			keep(Row(Users, ann, plan("pro")), Row(Users, ben, nil))
			keep(Row(Users, ann, append(plan("max"), event.Property{Name: "l", Value: event.ListOf(`["a"]`)})))

			snap, err := s.Snapshot(Shadow(1))
			if err != nil {
				t.Fatal(err)
			}
			defer snap.Release()
			got := map[event.Actor]string{}
			Rows(snap, Users, func(a event.Actor, p []event.Property) bool {
				got[a] += fmt.Sprint(p)
				return true
			})
			want := map[event.Actor]string{ann: `[{l ["a"]} {plan max}]`, far: `[{n 2.5} {ok true}]`}
			if !maps.Equal(got, want) {
				t.Errorf("profiles %v, want %v", got, want)
			}
			for _, a := range []event.Actor{ann, ben, far, event.MakeActor(3, 8), event.MakeActor(4, 7)} {
				found := ""
				if p := Find(snap, Users, a); p != nil {
					found = fmt.Sprint(p)
				}
				if found != want[a] {
					t.Errorf("the profile of %d is %s, want %s", a, found, want[a])
				}
			}
		})
	}
}

func plan(name string) []event.Property {
	return slices.Clone([]event.Property{{Name: "plan", Value: event.StringOf(name)}})
}
