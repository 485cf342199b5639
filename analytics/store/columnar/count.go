package columnar

import (
	"math"
	"sync"

	"jejak/analytics/store"
	"jejak/event"
)

// Counters implements store.Store. Damage found while duplicates are counted panics with FATAL, as reading does.
func (s *Store) Counters(id event.ProjectID) store.Counters {
	p := s.known(id)
	if p == nil {
		return store.Counters{}
	}
	v := p.view()
	defer releaseAll(v.runs)
	var askable uint64
	err := Guard(func() error {
		askable = p.count.askable(v, &p.pairs)
		return nil
	})
	if err != nil {
		panic(err)
	}
	return store.Counters{Tally: v.tally, Durable: v.durable, Askable: askable, Duplicates: v.durable - askable}
}

// countCache keeps the last count. Flushing and compaction change how events lie, never how many are askable, so the
// number of durable events tells whether it still holds.
type countCache struct {
	mu      sync.Mutex
	durable uint64
	count   uint64
}

func (c *countCache) askable(v view, ps *pairs) uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.durable != v.durable {
		c.count = countAskable(v.runs, ps)
		c.durable = v.durable
	}
	return c.count
}

// countAskable counts the rows that no later run replaces.
func countAskable(runs []*run, ps *pairs) uint64 {
	n := 0
	everything := store.Selection{Bots: true, From: math.MinInt64, To: math.MaxInt64}
	for i, r := range runs {
		n += r.part.Rows()
		if !overlaps(r, runs[i+1:]) {
			continue
		}
		for _, s := range r.part.Sections(everything) {
			n -= ps.supersededBy(r, s, runs[i+1:]).count()
		}
	}
	return uint64(n)
}

func overlaps(r *run, others []*run) bool {
	first, last := r.span()
	for _, o := range others {
		if from, to := o.span(); first <= to && from <= last {
			return true
		}
	}
	return false
}
