package columnar

import (
	"slices"
	"sync"

	"jejak/analytics/store"
	"jejak/analytics/store/columnar/internal/part"
	"jejak/event"
)

// Counters implements store.Store. Damage found while duplicates are counted panics with FATAL, as reading does.
func (s *Store) Counters(id event.ProjectID) store.Counters {
	p := s.known(id)
	if p == nil {
		return store.Counters{}
	}
	v, oldest := p.view(), p.oldest()
	defer releaseAll(v.runs)
	var askable uint64
	expired := v.expired
	err := Guard(func() error {
		askable = p.count.askable(v, &p.pairs, oldest)
		for _, r := range v.runs {
			expired += r.expired(oldest)
		}
		return nil
	})
	if err != nil {
		panic(err)
	}
	return store.Counters{
		Tally: v.tally, Durable: v.durable, Askable: askable, Duplicates: v.durable - askable - expired, Expired: expired,
	}
}

// countCache keeps the last count. Flushing and compaction change how events lie, never how many are askable, so the
// number of durable events tells whether it still holds, and the day from which on they are kept.
type countCache struct {
	mu      sync.Mutex
	durable uint64
	oldest  event.Millis
	count   uint64
}

func (c *countCache) askable(v view, ps *pairs, oldest event.Millis) uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.durable != v.durable || c.oldest != oldest {
		c.count = countAskable(v.runs, ps, oldest)
		c.durable, c.oldest = v.durable, oldest
	}
	return c.count
}

// countAskable counts the rows that are kept and that no later run replaces.
func countAskable(runs []*run, ps *pairs, oldest event.Millis) (n uint64) {
	left := everything
	left.From = oldest
	for i, r := range runs {
		n += uint64(r.part.Rows()) - r.expired(oldest)
		if _, last := r.span(); last < oldest || !overlaps(r, runs[i+1:]) {
			continue
		}
		for _, s := range r.part.Sections(left) {
			n -= countFrom(ps.supersededBy(r, s, runs[i+1:]), s, oldest)
		}
	}
	return n
}

// countFrom counts the rows of a section that are not older.
func countFrom(r *rows, s *part.Section, oldest event.Millis) (n uint64) {
	if r == nil {
		return 0
	}
	for bucket, all := range r {
		lo, _ := kept(s, bucket, oldest)
		first, _ := slices.BinarySearch(all, lo)
		n += uint64(len(all) - first)
	}
	return n
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
