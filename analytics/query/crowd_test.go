package query

import (
	"math/rand/v2"
	"slices"
	"testing"

	"jejak/event"
	"jejak/question"
)

// TestCrowd lists people page by page and wants all of them, each once, in order.
func TestCrowd(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	for range 200 {
		c := &crowd{meter: &meter{limit: 1 << 20}}
		want := []question.Person{}
		for range r.IntN(100) {
			a := event.MakeActor(r.IntN(event.Buckets), uint32(r.IntN(200)))
			c.add(a)
			if a.Index() != 0 {
				want = append(want, question.Person(a))
			}
		}
		slices.Sort(want)
		want = slices.Compact(want)
		if c.count() != int64(len(want)) {
			t.Fatalf("counts %d people of %d", c.count(), len(want))
		}
		got, limit := []question.Person{}, 1+r.IntN(20)
		for more := true; more; {
			var page []question.Person
			after := event.Actor(0)
			if len(got) > 0 {
				after = event.Actor(got[len(got)-1])
			}
			if page, more = c.list(after, limit); len(page) > limit || more && len(page) < limit {
				t.Fatalf("a page of %d has %d people, more: %v", limit, len(page), more)
			}
			got = append(got, page...)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	}
}

func TestCrowdTakesMemory(t *testing.T) {
	c := &crowd{meter: &meter{limit: 800}}
	c.addIn(7, 6399)
	if c.meter.over.Load() || c.count() != 1 {
		t.Error("800 bytes are not enough for 6400 people")
	}
	c.addIn(8, 1)
	if !c.meter.over.Load() || c.count() != 1 {
		t.Error("800 bytes are enough for more")
	}
}
