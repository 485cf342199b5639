package query

import (
	"math/rand/v2"
	"slices"
	"testing"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// roomy is a snapshot with so many actors in each bucket.
type roomy struct {
	store.Snapshot
	actors [event.Buckets]uint32
}

func (s *roomy) Actors(bucket int) uint32 { return s.actors[bucket] }

// TestCrowd lists people page by page and wants all of them, each once, in order.
func TestCrowd(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	for range 200 {
		s, budget := &roomy{}, Budget{Memory: 1 << 20}
		for bucket := range s.actors {
			s.actors[bucket] = uint32(r.IntN(200))
		}
		c := crowdOf(s, nil, &budget)
		want := []question.Person{}
		for range r.IntN(100) {
			bucket := r.IntN(event.Buckets)
			if s.actors[bucket] == 0 {
				continue
			}
			a := event.MakeActor(bucket, uint32(r.IntN(int(s.actors[bucket]))))
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
	s := &roomy{}
	s.actors[7] = 6400
	b := Budget{Memory: 801}
	if crowdOf(s, nil, &b) == nil || b.Memory != 1 {
		t.Errorf("800 bytes of 801: %d are left", b.Memory)
	}
	if b.Memory = 800; crowdOf(s, nil, &b) != nil {
		t.Error("all memory for the list, none for the question")
	}
}
