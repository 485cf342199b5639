package query

import (
	"math/rand/v2"
	"slices"
	"testing"

	"jejak/event"
)

// TestStopsAreSorted sorts a few ascending runs of times, many of them equal, near each other and far apart.
func TestStopsAreSorted(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for range 300 {
		p := &pile{meter: &meter{limit: 1 << 20}}
		var stops []stop
		spread, runs := event.Millis(1+r.IntN(2000)), 1+r.IntN(40)
		for run := range runs {
			x := spell{first: uint32(len(stops)), run: r.IntN(3), read: true, arrivals: make([]uint32, 30)}
			for i := range x.arrivals {
				x.arrivals[i] = r.Uint32N(5)
			}
			p.spells = append(p.spells, x)
			at := event.Millis(run) * spread / event.Millis(1+r.IntN(50))
			for range r.IntN(30) {
				at += event.Millis(r.IntN(20))
				stops = append(stops, stop{time: at, at: uint32(len(stops))})
			}
		}
		for range len(stops)/blockPlaces + 1 { // the first spell of each block is found by walking
			p.blocks = append(p.blocks, 0)
		}
		want := slices.Clone(stops)
		sorter := stopSorter{pile: p}
		slices.SortFunc(want, func(a, b stop) int {
			if sorter.before(&a, &b) {
				return -1
			}
			return 1
		})
		sorter.sort(stops)
		if !slices.Equal(stops, want) {
			t.Fatalf("got %v, want %v", stops, want)
		}
	}
}
