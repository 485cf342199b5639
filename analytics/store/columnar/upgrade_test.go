package columnar

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"jejak/analytics/store/columnar/internal/part"
)

// TestUpgrade plans as a program would that writes a newer format: each part of the partitions is rewritten, one by one,
// in its place, and answers stay.
func TestUpgrade(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	h := newHistory(t, seed)
	p := h.store.project(1)
	for range 40 {
		if err := h.append(1); err != nil {
			t.Fatal(err)
		}
		if err := p.flush(context.Background()); err != nil {
			t.Fatal(err)
		}
		if err := h.compact(1, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	before, rewritten := slices.Clone(p.runs), 0
	for i, r := range before {
		if r.entry.days().levelZero() {
			break
		}
		pl := planner{runs: before[i:], small: 0, oldest: always, erased: nobody, current: part.Current + 1}
		j := pl.upgrade()
		if len(j.inputs) != 1 || j.inputs[0] != r || len(j.outputs) != 1 || j.outputs[0] != r.entry.days() {
			t.Fatalf("%+v is planned for part %d", j, r.entry.File)
		}
		if err := p.do(context.Background(), j, always); err != nil {
			t.Fatal(err)
		}
		old, new := r.entry, p.runs[i].entry
		if new.File <= old.File {
			t.Errorf("part %d was not rewritten", old.File)
		}
		if old.File, old.Bytes = new.File, new.Bytes; new != old {
			t.Errorf("%+v became %+v", old, new)
		}
		rewritten++
		h.compare()
	}
	if rewritten < 3 {
		t.Errorf("only %d parts were rewritten", rewritten)
	}
	if j := (&planner{runs: p.runs, oldest: always, erased: nobody, current: part.Current}).upgrade(); j != nil {
		t.Error("parts of the current format are rewritten")
	}
	h.stop()
}
