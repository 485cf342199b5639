package columnar

import (
	"slices"
	"sync"

	"jejak/analytics/store"
	"jejak/analytics/store/columnar/internal/part"
	"jejak/event"
)

// rows are row numbers of one section by bucket, ascending. A nil *rows is none, nearly always.
type rows [event.Buckets][]int

// pairs remembers which rows of an older run a newer one replaces. Runs never change, so it is worked out once for each
// pair of runs and section: ahead of time for parts, and otherwise when somebody asks. The zero pairs is ready.
type pairs struct {
	mu sync.Mutex
	of map[*run]map[*run]*pair // older, newer
}

type pair struct {
	mu       sync.Mutex
	sections map[*part.Section]*rows // a part has one of each, as long as it is open
	complete bool                    // what sections does not name has none
}

// supersededBy are the rows of a section of older that any of the newer runs replaces.
func (ps *pairs) supersededBy(older *run, s *part.Section, newer []*run) *rows {
	var all *rows
	first, last := s.Span()
	for _, n := range newer {
		if from, to := n.span(); last < from || to < first {
			continue
		}
		all = join(all, ps.pair(older, n).superseded(s, n))
	}
	return all
}

func (ps *pairs) pair(older, newer *run) *pair {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if ps.of == nil {
		ps.of = map[*run]map[*run]*pair{}
	}
	if ps.of[older] == nil {
		ps.of[older] = map[*run]*pair{}
	}
	p := ps.of[older][newer]
	if p == nil {
		p = &pair{sections: map[*part.Section]*rows{}}
		ps.of[older][newer] = p
	}
	return p
}

// forget is called when nobody reads the run any more.
func (ps *pairs) forget(r *run) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	delete(ps.of, r)
	for _, newer := range ps.of {
		delete(newer, r)
	}
}

// superseded are the rows of s that the newer run replaces. Damage found on the way leaves nothing behind.
func (p *pair) superseded(s *part.Section, newer *run) *rows {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, known := p.sections[s]
	if !known && !p.complete {
		r = replaced(s, newer.part)
		p.sections[s] = r
	}
	return r
}

func (p *pair) isComplete() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.complete
}

// complement works out all sections of older.
func (p *pair) complement(older, newer *run) {
	p.mu.Lock()
	defer p.mu.Unlock()
	found := map[*part.Section]*rows{}
	for _, s := range older.part.Sections(everything) {
		if r := replaced(s, newer.part); r != nil {
			found[s] = r
		}
	}
	p.sections, p.complete = found, true
}

// replaced compares with both classes: what a person seemed to send may have come again and be known for a machine's.
func replaced(s *part.Section, newer *part.Part) *rows {
	var all *rows
	first, last := s.Span()
	for _, n := range newer.Sections(store.Selection{Names: []string{s.Name()}, Bots: true, From: first, To: last + 1}) {
		var found rows
		if part.Superseded(s, n, (*[event.Buckets][]int)(&found)) {
			all = join(all, &found)
		}
	}
	return all
}

// join is the union. It changes neither.
func join(a, b *rows) *rows {
	if a == nil || b == nil {
		if a == nil {
			return b
		}
		return a
	}
	var u rows
	for i := range u {
		switch {
		case len(a[i]) == 0:
			u[i] = b[i]
		case len(b[i]) == 0:
			u[i] = a[i]
		default:
			u[i] = slices.Concat(a[i], b[i])
			slices.Sort(u[i])
			u[i] = slices.Compact(u[i])
		}
	}
	return &u
}
