package columnar

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"path/filepath"
	"slices"
	"sync"

	"jejak/analytics/store"
	"jejak/analytics/store/columnar/internal/disk"
	"jejak/analytics/store/columnar/internal/part"
	"jejak/event"
)

// erasedSet is who was erased from a project, as of one moment. It never changes. Its length counts actors in the order in
// which they were erased, which is that of the ledger: a part says by it whom it no longer holds.
type erasedSet struct {
	length  int
	list    []event.Actor
	of      [event.Buckets][]uint64 // a bit for each index
	changed [event.Buckets]int      // the length after the last actor of the bucket; 0: none
	orders  []erasure
}

// erasure is one record.
type erasure struct {
	at     event.Millis
	length int // of the set, with it
}

var nobody = &erasedSet{}

func (e *erasedSet) has(a event.Actor) bool {
	set, word := e.of[a.Bucket()], int(a.Index()/64)
	return word < len(set) && set[word]>>(a.Index()%64)&1 != 0
}

// with is the set and those of a record; who is in it already does not count again. Only the newest set of a project may be
// asked: they share the lists behind them.
func (e *erasedSet) with(at event.Millis, actors []event.Actor) *erasedSet {
	next := *e
	copied := [event.Buckets]bool{}
	for _, a := range actors {
		if b := a.Bucket(); !copied[b] && !e.has(a) {
			next.of[b], copied[b] = slices.Clone(e.of[b]), true
		}
	}
	next.put(at, actors)
	return &next
}

// put changes a set that nobody else has.
func (e *erasedSet) put(at event.Millis, actors []event.Actor) {
	for _, a := range actors {
		if e.has(a) {
			continue
		}
		b, word := a.Bucket(), int(a.Index()/64)
		if missing := word + 1 - len(e.of[b]); missing > 0 {
			e.of[b] = append(e.of[b], make([]uint64, missing)...)
		}
		e.of[b][word] |= 1 << (a.Index() % 64)
		e.length++
		e.changed[b] = e.length
		e.list = append(e.list, a)
	}
	e.orders = append(e.orders, erasure{at, e.length})
}

// first is the set as it was with so many, or the whole when it has fewer.
func (e *erasedSet) first(length int) *erasedSet {
	if e.length <= length {
		return e
	}
	set := &erasedSet{}
	set.put(0, e.list[:length])
	return set
}

// since is when the first actor behind a length was erased; false: there is none.
func (e *erasedSet) since(length int) (event.Millis, bool) {
	i, _ := slices.BinarySearchFunc(e.orders, length, func(o erasure, length int) int {
		if o.length > length {
			return 1
		}
		return -1
	})
	if i == len(e.orders) {
		return 0, false
	}
	return e.orders[i].at, true
}

// lowest is the lowest index in the bucket.
func (e *erasedSet) lowest(bucket int) uint32 {
	for word, x := range e.of[bucket] {
		if x != 0 {
			return uint32(word*64 + bits.TrailingZeros64(x))
		}
	}
	return ^uint32(0)
}

// The record of the ledger is drawn in docs/format/manifest.md.
const (
	erasedTag  = 1
	erasedHead = 9
)

func erasedRecord(at event.Millis, actors []event.Actor) []byte {
	b := binary.LittleEndian.AppendUint64([]byte{erasedTag}, uint64(at))
	for _, a := range actors {
		b = binary.LittleEndian.AppendUint32(b, uint32(a))
	}
	return b
}

var errErased = errors.New("a record of who was erased is not well formed")

// readErasure reads a record.
func readErasure(body []byte) (at event.Millis, actors []event.Actor, err error) {
	if len(body) < erasedHead || body[0] != erasedTag || (len(body)-erasedHead)%4 != 0 {
		return 0, nil, errErased
	}
	for i := erasedHead; i < len(body); i += 4 {
		actors = append(actors, event.Actor(binary.LittleEndian.Uint32(body[i:])))
	}
	return event.Millis(binary.LittleEndian.Uint64(body[1:])), actors, nil
}

// eraseLocked takes up what an entry's records say. p.mu must be held.
func (p *project) eraseLocked(records []store.Record) {
	for _, r := range records {
		if r.Kind != store.Erased {
			continue
		}
		at, actors, err := readErasure(r.Body)
		if err != nil {
			panic(fmt.Sprintf("BUG: project %d: %v", p.id, err)) // Erase wrote it, and its frame has a checksum
		}
		p.erased = p.erased.with(at, actors)
	}
}

// eraseBatch is how many actors go into one record.
const eraseBatch = 10_000

// Erase implements store.Store.
func (s *Store) Erase(ctx context.Context, id event.ProjectID, actors []event.Actor) error {
	known := s.project(id).erasedNow()
	var fresh []event.Actor
	for _, a := range actors {
		if a.Index() == 0 {
			return fmt.Errorf("cannot erase nobody: an actor's index begins with 1")
		}
		if !known.has(a) {
			fresh = append(fresh, a)
		}
	}
	for some := range slices.Chunk(fresh, eraseBatch) {
		record := store.Record{Kind: store.Erased, Body: erasedRecord(event.Millis(s.options.now().UnixMilli()), some)}
		if err := s.Append(ctx, store.Batch{Project: id, Records: []store.Record{record}}); err != nil {
			return err
		}
	}
	return nil
}

// IsErased implements store.Store.
func (s *Store) IsErased(id event.ProjectID, a event.Actor) bool {
	p := s.known(id)
	return p != nil && p.erasedNow().has(a)
}

func (p *project) erasedNow() *erasedSet {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.erased
}

// masks remembers which rows of runs are those of people who were erased. Runs never change, so a bucket is looked through
// once after each erasure in it. The zero masks is ready.
type masks struct {
	mu sync.Mutex
	of map[*run]map[*part.Section]*mask
}

type mask struct {
	mu   sync.Mutex
	at   [event.Buckets]int // erasedSet.changed when the bucket was looked through
	rows rows
}

// erasedFrom are the rows of a section of a run whose people were erased.
func (ms *masks) erasedFrom(r *run, s *part.Section, set *erasedSet) *rows {
	if set.length <= int(r.free.Load()) {
		return nil
	}
	return ms.mask(r, s).erased(r, s, set)
}

func (ms *masks) mask(r *run, s *part.Section) *mask {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	if ms.of == nil {
		ms.of = map[*run]map[*part.Section]*mask{}
	}
	if ms.of[r] == nil {
		ms.of[r] = map[*part.Section]*mask{}
	}
	m := ms.of[r][s]
	if m == nil {
		m = &mask{}
		ms.of[r][s] = m
	}
	return m
}

// forget is called when nobody reads the run any more.
func (ms *masks) forget(r *run) {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	delete(ms.of, r)
}

// erased is nil when there are none. An older snapshot than the last one that asked gets its own.
func (m *mask) erased(r *run, s *part.Section, set *erasedSet) *rows {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found rows
	any, free := false, int(r.free.Load())
	for b, changed := range set.changed {
		if changed <= free || set.lowest(b) >= r.part.Actors(b) {
			continue
		}
		if m.at[b] < changed {
			m.rows[b], m.at[b] = s.RowsOf(b, set.of[b], nil), changed
		}
		if found[b] = m.rows[b]; m.at[b] > changed {
			found[b] = s.RowsOf(b, set.of[b], nil)
		}
		any = any || len(found[b]) > 0
	}
	if !any {
		return nil
	}
	return &found
}

// goneFrom are all rows of the run of people who were erased; nil when there are none.
func (ms *masks) goneFrom(r *run, set *erasedSet) part.Gone {
	var gone part.Gone
	if set.length <= int(r.free.Load()) {
		return nil
	}
	for _, s := range r.part.Sections(everything) {
		if found := ms.erasedFrom(r, s, set); found != nil {
			if gone == nil {
				gone = part.Gone{}
			}
			gone[s] = (*[event.Buckets][]int)(found)
		}
	}
	return gone
}

// erase finds parts that hold people whose erasure has waited long enough: those with rows of theirs are written anew, one by
// one, and the others are noted to be free of them. In level 0 the rows stay masked on their way to the partitions.
func (pl *planner) erase() *job {
	note := &job{free: pl.erased.length}
	for _, r := range pl.runs {
		since, waits := pl.erased.since(int(r.free.Load()))
		if !waits || since > pl.erasedBefore || r.entry.days().levelZero() {
			continue
		}
		if pl.masks.goneFrom(r, pl.erased) != nil {
			return &job{inputs: []*run{r}, outputs: []days{r.entry.days()}}
		}
		note.inputs = append(note.inputs, r)
	}
	if len(note.inputs) == 0 {
		return nil
	}
	return note
}

// noteFree writes into the manifest that parts hold nobody of the first so many who were erased.
func (p *project) noteFree(free []*run, length int) error {
	p.edit.Lock()
	defer p.edit.Unlock()
	m := p.manifest.clone()
	for i, r := range p.runs {
		if slices.Contains(free, r) {
			m.Parts[i].Erased = length
		}
	}
	if err := p.install(m, p.runs); err != nil {
		return err
	}
	for _, r := range free {
		r.free.Store(int64(length))
	}
	return nil
}

// gone are the rows that a merge of runs leaves out; nil when there are none.
func (ms *masks) gone(inputs []*run, set *erasedSet) []part.Gone {
	var all []part.Gone
	for i, r := range inputs {
		if gone := ms.goneFrom(r, set); gone != nil {
			if all == nil {
				all = make([]part.Gone, len(inputs))
			}
			all[i] = gone
		}
	}
	return all
}

// loadErased reads who was erased.
func (p *project) loadErased(m *manifest) error {
	set, err := readErased(p.store.disk, p.dir, m)
	p.erased = set
	return err
}

func readErased(d disk.FS, dir string, m *manifest) (set *erasedSet, err error) {
	set = &erasedSet{}
	failed := readLedger(d, dir, m.Project, m.ledger(store.Erased), func(body []byte) bool {
		at, actors, wrong := readErasure(body)
		set.put(at, actors)
		err = wrong
		return wrong == nil
	})
	if err != nil {
		return nil, ledgerDamage(filepath.Join(dir, ledgerName(store.Erased)), -1, err.Error(), uint64(len(set.orders)))
	}
	return set, failed
}
