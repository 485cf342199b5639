package querytest

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"jejak/analytics/store/storetest"
	"jejak/event"
)

// TestModelKeepsTheContract compares the store in memory with the model that examines the real ones.
func TestModelKeepsTheContract(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	m, want, arrival := NewModel(), storetest.Model{}, 0
	for range 100 {
		b := storetest.RandomBatch(r, 7, r.IntN(30), &arrival)
		want.Add(b)
		b.Events = slices.Clone(b.Events)
		if err := m.Append(context.Background(), b); err != nil {
			t.Fatal(err)
		}
	}
	if d := want.Differs(m, 7); d != "" {
		t.Error(d)
	}
	want.Erase(storetest.RandomActor(r))
	for a := range want.Erased {
		if err := m.Erase(context.Background(), 7, []event.Actor{a}); err != nil {
			t.Fatal(err)
		}
	}
	if d := want.Differs(m, 7); d != "" {
		t.Error(d)
	}
}
