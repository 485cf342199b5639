package identify

import (
	"math/rand/v2"
	"sync"
	"testing"

	"jejak/analytics/query/querytest"
	"jejak/analytics/store"
	"jejak/analytics/store/columnar"
	"jejak/event"
)

// registry makes random merges for the projects of the exam.
type registry struct {
	mu     sync.Mutex
	seed   uint64
	merges map[event.ProjectID]*Merges
}

func (r *registry) of(p event.ProjectID) *Merges {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.merges[p] == nil {
		r.merges[p] = randomMerges(rand.New(rand.NewPCG(r.seed, uint64(p))))
	}
	return r.merges[p]
}

func (r *registry) person(p event.ProjectID, a event.Actor) event.Actor { return r.of(p).Person(a) }

// randomMerges joins some of the actors of the exam's worlds, and people of whom there are no events.
func randomMerges(r *rand.Rand) *Merges {
	var p people
	for n := range 80 {
		a := querytest.Actor(n)
		p.last[a.Bucket()] = max(p.last[a.Bucket()], a.Index())
	}
	for range r.IntN(60) {
		p.doLocked(act{verb: mergeVerb, one: querytest.Actor(r.IntN(80)), other: querytest.Actor(r.IntN(80))})
	}
	return p.merges()
}

// mergedStore is a store that knows who is who.
type mergedStore struct {
	store.Store
	registry *registry
}

func (s mergedStore) Snapshot(p event.ProjectID) (store.Snapshot, error) {
	snap, err := s.Store.Snapshot(p)
	if err != nil {
		return nil, err
	}
	return s.registry.of(store.EventsOf(p)).Over(snap), nil
}

// TestMerged asks random questions of every kind of people with several identifiers, in one bucket and in several.
func TestMerged(t *testing.T) {
	r := &registry{seed: rand.Uint64(), merges: map[event.ProjectID]*Merges{}}
	t.Logf("merges of seed %d", r.seed)
	t.Run("model", func(t *testing.T) {
		querytest.RunMerged(t, func(*testing.T) store.Store { return mergedStore{querytest.NewModel(), r} }, r.person)
	})
	t.Run("columnar", func(t *testing.T) {
		querytest.RunMerged(t, func(t *testing.T) store.Store {
			s, err := columnar.Open(t.TempDir(), columnar.Options{PieceRows: 10, FlushRows: 30, SmallRows: 100})
			if err != nil {
				t.Fatal(err)
			}
			return mergedStore{s, r}
		}, r.person)
	})
}
