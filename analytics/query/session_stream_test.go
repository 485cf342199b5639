package query

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestStreamSorts sorts keys of which some are even, some stand close together and some are the same.
func TestStreamSorts(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	c := &sessionStream{sessionCounter: &sessionCounter{sessionTrend: &sessionTrend{meter: &meter{limit: 1 << 30}}}}
	for range 300 {
		spread, dense := 1+r.Uint64N(1<<r.IntN(60)), r.IntN(2) == 0
		c.keys = c.keys[:0]
		for range 1 + r.IntN(5000) {
			key := r.Uint64N(spread)
			if dense && r.IntN(50) > 0 {
				key = spread/2 + key>>20
			}
			c.keys = append(c.keys, key)
		}
		want := slices.Sorted(slices.Values(c.keys))
		if !c.sort() || !slices.Equal(c.keys, want) {
			t.Fatalf("%d keys below %d are out of order", len(want), spread)
		}
	}
}
