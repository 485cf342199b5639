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
	expired, erased := v.expired, v.erased
	err := Guard(func() error {
		askable = p.count.askable(v, p, oldest)
		for _, r := range v.runs {
			expired += r.expired(oldest)
			erased += p.erasedOf(r, v.erasedSet, oldest)
		}
		return nil
	})
	if err != nil {
		panic(err)
	}
	return store.Counters{
		Tally: v.tally, Durable: v.durable, Askable: askable, Duplicates: v.durable - askable - expired - erased,
		Expired: expired, Erased: erased,
	}
}

// countCache keeps the last count. Flushing and compaction change how events lie, never how many are askable, so the
// number of durable events tells whether it still holds, with the day from which on they are kept and how many people were erased.
type countCache struct {
	mu      sync.Mutex
	durable uint64
	oldest  event.Millis
	erased  int
	count   uint64
}

// forget is called when rows that were none's duplicates have become some.
func (c *countCache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.durable = 0
}

func (c *countCache) askable(v view, p *project, oldest event.Millis) uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.durable != v.durable || c.oldest != oldest || c.erased != v.length {
		c.count = p.countAskable(v, oldest)
		c.durable, c.oldest, c.erased = v.durable, oldest, v.length
	}
	return c.count
}

// countAskable counts the rows that are kept, that no later run replaces and whose people were not erased.
func (p *project) countAskable(v view, oldest event.Millis) (n uint64) {
	left := everything
	left.From = oldest
	for i, r := range v.runs {
		n += uint64(r.part.Rows()) - r.expired(oldest)
		later := v.runs[i+1:]
		if _, last := r.span(); last < oldest || !overlaps(r, later) && v.length <= int(r.free.Load()) {
			continue
		}
		for _, s := range r.part.Sections(left) {
			n -= countFrom(join(p.pairs.supersededBy(r, s, later), p.masks.erasedFrom(r, s, v.erasedSet)), s, oldest)
		}
	}
	return n
}

// erasedOf counts the rows of a run that are kept and whose people were erased.
func (p *project) erasedOf(r *run, set *erasedSet, oldest event.Millis) (n uint64) {
	if set.length <= int(r.free.Load()) {
		return 0
	}
	for _, s := range r.part.Sections(store.Selection{Bots: true, From: oldest, To: everything.To}) {
		n += countFrom(p.masks.erasedFrom(r, s, set), s, oldest)
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
