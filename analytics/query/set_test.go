package query

import (
	"testing"

	"pgregory.net/rapid"
)

// TestSet compares a set with a map.
func TestSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, want := set{meter: &meter{limit: 1 << 20}}, map[uint64]bool{}
		for _, key := range rapid.SliceOf(rapid.Uint64Range(1, 300)).Draw(t, "keys") {
			if isNew := s.add(key); isNew == want[key] {
				t.Fatalf("key %d is new: %v", key, isNew)
			}
			want[key] = true
		}
		n := 0
		s.all(func(key uint64) {
			n++
			if !want[key] {
				t.Fatalf("key %d was never added", key)
			}
		})
		if n != len(want) {
			t.Fatalf("holds %d keys, want %d", n, len(want))
		}
		if s.clear(); len(want) > 0 && !s.add(1) {
			t.Fatal("a cleared set still holds a key")
		}
	})
}

// TestKeys: what goes into a key comes out, and differs from every other.
func TestKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		slot := rapid.Uint32Range(0, maxSegments-1).Draw(t, "slot")
		number := rapid.Uint32Range(0, 1<<numberBits-1).Draw(t, "number")
		interval := rapid.Uint32Range(0, wholeRange).Draw(t, "interval")
		key := keyOf(slot, number, interval)
		if s, i := splitKey(key); s != slot || i != interval {
			t.Fatalf("got slot %d and interval %d", s, i)
		}
		if key == keyOf(slot, number^1, interval) || key == 0 {
			t.Fatal("two keys are the same")
		}
	})
}

func TestSetOutOfMemory(t *testing.T) {
	s := set{meter: &meter{limit: 8 * 64}}
	for key := range uint64(1000) {
		s.add(key + 1)
	}
	if s.used != 32 || !s.meter.over.Load() {
		t.Errorf("holds %d keys, over %v", s.used, s.meter.over.Load())
	}
}
