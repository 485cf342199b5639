package query

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"jejak/event"
)

// TestFarFinder compares it with attempts on the same events in their order, many of them within the grace or at one instant.
func TestFarFinder(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for range 3000 {
		c := counterOf(t, fmt.Sprintf(`"optimized":%v,"window":%d,"steps":[{"event":"A"},{"event":"B"},{"event":"C"}]`, r.IntN(2) == 0, 1+r.IntN(20)))
		gap := []event.Millis{300, 1500, 5000}[r.IntN(3)]
		person := longTrail(c, r.IntN(30), 0)
		if r.IntN(4) == 0 {
			c.line.to = c.line.from + 5*gap
		}
		for i := range person.stops {
			person.stops[i].marks = markSet(r.IntN(4)) // 0: of no step
			person.stops[i].time += event.Millis(r.IntN(20)) * gap
		}
		shuffled := slices.Clone(person.stops)
		slices.SortStableFunc(person.stops, func(a, b stop) int { return int(a.time - b.time) })
		c.walk(person)
		want := c.table.counts(0, -1)
		c.table = c.newTable(c.meter)
		if !c.anyOrder(person.markSets) {
			t.Fatal("it is not asked")
		}
		person.stops = shuffled
		c.walk(person)
		if got := c.table.counts(0, -1); !slices.Equal(got, want) {
			t.Fatalf("%v: got %v, want %v", person.stops, got, want)
		}
	}
}

// TestFarOfOnePerson finds how far a million events go. Where the work grew faster than the events it would not end.
func TestFarOfOnePerson(t *testing.T) {
	for _, gap := range []event.Millis{43, 0} {
		c := counterOf(t, funnelsOfOne["optimized"])
		person := longTrail(c, 1_000_000, gap)
		if !c.anyOrder(person.markSets) {
			t.Fatal("it is not asked")
		}
		c.walk(person)
		if n := c.table.counts(0, -1); !slices.Equal(n, []int64{1, 1, 1, 0}) {
			t.Errorf("every %d ms: %v", gap, n)
		}
	}
}
