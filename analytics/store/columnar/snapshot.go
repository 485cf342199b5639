package columnar

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"jejak/analytics/store"
	"jejak/analytics/store/columnar/internal/part"
	"jejak/event"
)

// snapshot implements store.Snapshot: runs in order of arrival where their times overlap.
type snapshot struct {
	project  *project // nil: nothing was ever kept
	runs     []*run
	oldest   event.Millis // the first instant that is kept
	erased   *erasedSet
	released atomic.Bool
}

// Snapshot implements store.Store. Its Sections MUST be read under a Guard.
func (s *Store) Snapshot(id event.ProjectID) (store.Snapshot, error) {
	s.mu.RLock()
	p, closed := s.projects[id], s.closed
	s.mu.RUnlock()
	if closed {
		return nil, fmt.Errorf("cannot open a snapshot: the store is closed")
	}
	if p == nil {
		return &snapshot{}, nil
	}
	s.reading.begin()
	v := p.view()
	return &snapshot{project: p, runs: v.runs, oldest: p.oldest(), erased: v.erasedSet}, nil
}

// view is a project as of one acknowledged entry.
type view struct {
	runs    []*run // each with a reference for whoever asked
	tally   event.Tally
	durable uint64
	expired uint64 // deleted
	erased  uint64 // deleted
	*erasedSet
}

// view puts what is raw into columns, at most that, and takes a reference to every run.
func (p *project) view() view {
	p.building.Lock()
	defer p.building.Unlock()
	p.mu.Lock()
	upTo := p.tail.last
	p.mu.Unlock()
	for p.settleFrontLocked(upTo, false) {
	}
	v := p.freshenLocked()

	p.mu.Lock()
	defer p.mu.Unlock()
	v.runs, v.expired, v.erased, v.erasedSet = slices.Clone(p.runs), p.manifest.Expired, p.manifest.Erased, p.erased
	if p.flushing != nil {
		v.runs = append(v.runs, p.flushing.pieces...)
	}
	v.runs = append(v.runs, p.settled.pieces...)
	if p.fresh != nil {
		v.runs = append(v.runs, p.fresh)
	}
	for _, r := range v.runs {
		r.retain()
	}
	return v
}

// freshenLocked makes fresh hold all raw rows as of now. p.building must be held: nothing leaves the raw entries
// meanwhile.
func (p *project) freshenLocked() view {
	p.mu.Lock()
	v := view{durable: p.tail.durable}
	v.tally.Add(p.tail.tally)
	entries, rows, have := slices.Clip(p.raw), p.rawRows, p.freshRows
	p.mu.Unlock()
	if rows == have {
		return v
	}
	piece := p.buildPiece(entries)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dropFresh()
	p.fresh, p.freshRows = piece, rows
	p.weighLocked()
	return v
}

// Release implements store.Snapshot. A second call does nothing.
func (s *snapshot) Release() {
	if s.project == nil || s.released.Swap(true) {
		return
	}
	releaseAll(s.runs)
	s.project.store.reading.end()
}

// Sections implements store.Snapshot.
func (s *snapshot) Sections(sel store.Selection) []store.Section {
	var sections []store.Section
	sel.From = max(sel.From, s.oldest)
	for i, r := range s.runs {
		if first, last := r.span(); last < sel.From || first >= sel.To {
			continue
		}
		for _, p := range r.part.Sections(sel) {
			sections = append(sections, &section{Section: p, snapshot: s, at: i})
		}
	}
	return sections
}

// Names implements store.Snapshot.
func (s *snapshot) Names() []store.NameCount {
	of := map[string]store.NameCount{}
	for _, r := range s.runs {
		for _, n := range r.part.Names() {
			if n.Last < s.oldest {
				continue
			}
			n.First = max(n.First, s.oldest)
			if m, seen := of[n.Name]; seen {
				n.Rows += m.Rows
				n.First, n.Last = min(n.First, m.First), max(n.Last, m.Last)
			}
			of[n.Name] = n
		}
	}
	return slices.SortedFunc(maps.Values(of), func(a, b store.NameCount) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Name, b.Name))
	})
}

// PropertyNames implements store.Snapshot.
func (s *snapshot) PropertyNames(name string) []string {
	seen := map[string]bool{}
	for _, r := range s.runs {
		for _, property := range r.part.PropertyNames(name) {
			seen[property] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// Actors implements store.Snapshot.
func (s *snapshot) Actors(bucket int) uint32 {
	var n uint32
	for _, r := range s.runs {
		n = max(n, r.part.Actors(bucket))
	}
	return n
}

// section implements store.Section: that of a part, and what later runs replace of it.
type section struct {
	*part.Section
	snapshot *snapshot
	at       int // place of its run

	mu         sync.Mutex
	superseded atomic.Pointer[rows] // nil: nobody has asked
}

// noRows stands for none, once it is known.
var noRows rows

// Column implements store.Section.
func (s *section) Column(property string) store.Column {
	return s.Section.Column(property)
}

// Run implements store.Section.
func (s *section) Run() int { return s.at }

// Span implements store.Section.
func (s *section) Span() (first, last event.Millis) {
	first, last = s.Section.Span()
	return max(first, s.snapshot.oldest), last
}

// Bucket implements store.Section.
func (s *section) Bucket(bucket int) (lo, hi int) {
	return kept(s.Section, bucket, s.snapshot.oldest)
}

// Superseded implements store.Section.
func (s *section) Superseded(bucket int) []int {
	known := s.superseded.Load()
	if known == nil {
		known = s.findSuperseded()
	}
	all := known[bucket]
	if len(all) == 0 || s.snapshot.oldest == always {
		return all
	}
	lo, _ := s.Bucket(bucket)
	first, _ := slices.BinarySearch(all, lo)
	return all[first:]
}

// findSuperseded works it out for all buckets, once.
func (s *section) findSuperseded() *rows {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.superseded.Load(); known != nil {
		return known
	}
	p, runs := s.snapshot.project, s.snapshot.runs
	known := join(p.pairs.supersededBy(runs[s.at], s.Section, runs[s.at+1:]), p.masks.erasedFrom(runs[s.at], s.Section, s.snapshot.erased))
	if known == nil {
		known = &noRows
	}
	s.superseded.Store(known)
	return known
}

// reading tells when nobody has read parts for a while.
type reading struct {
	open  atomic.Int64 // snapshots
	last  atomic.Int64 // when the last one was opened or released, in Unix nanoseconds
	dirty atomic.Bool  // parts were read since their pages were given back
}

func (r *reading) begin() {
	r.open.Add(1)
	r.last.Store(time.Now().UnixNano())
	r.dirty.Store(true)
}

func (r *reading) end() {
	r.last.Store(time.Now().UnixNano())
	r.open.Add(-1)
}

// over tells once after each spell of reading that it ended so long ago.
func (r *reading) over(now time.Time, quiet time.Duration) bool {
	if !r.dirty.Load() || r.open.Load() > 0 || now.UnixNano()-r.last.Load() < int64(quiet) {
		return false
	}
	return r.dirty.Swap(false)
}
