package querytest

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"sync"

	"jejak/analytics/store"
	"jejak/event"
)

// Model is a store in memory that does only what the contract says, in the plainest way: each batch is a run of its own,
// with a section for each name and class in it. It forgets everything at Close.
type Model struct {
	mutex    sync.Mutex
	projects map[event.ProjectID]*modelProject
}

type modelProject struct {
	batches  [][]event.Event
	records  []store.Record
	counters store.Counters
	erased   map[event.Actor]bool
}

// NewModel is an empty store.
func NewModel() *Model { return &Model{projects: map[event.ProjectID]*modelProject{}} }

func (m *Model) projectLocked(p event.ProjectID) *modelProject {
	if m.projects[p] == nil {
		m.projects[p] = &modelProject{}
	}
	return m.projects[p]
}

// Append implements store.Store.
func (m *Model) Append(_ context.Context, b store.Batch) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	p := m.projectLocked(b.Project)
	p.batches = append(p.batches, b.Events)
	p.records = append(p.records, b.Records...)
	p.counters.Tally.Add(b.Tally)
	p.counters.Durable += uint64(len(b.Events))
	p.count()
	return nil
}

func (p *modelProject) count() {
	left := slices.DeleteFunc(slices.Concat(p.batches...), func(e event.Event) bool { return p.erased[e.Actor] })
	c := &p.counters
	c.Erased = c.Durable - uint64(len(left))
	c.Askable = uint64(len(lastArrivals(left)))
	c.Duplicates = c.Durable - c.Askable - c.Erased
}

// Erase implements store.Store.
func (m *Model) Erase(_ context.Context, p event.ProjectID, actors []event.Actor) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	of := m.projectLocked(p)
	of.erased = maps.Clone(of.erased)
	if of.erased == nil {
		of.erased = map[event.Actor]bool{}
	}
	for _, a := range actors {
		of.erased[a] = true
	}
	of.count()
	return nil
}

// IsErased implements store.Store.
func (m *Model) IsErased(p event.ProjectID, a event.Actor) bool {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.projectLocked(p).erased[a]
}

// Note implements store.Store.
func (m *Model) Note(p event.ProjectID, records []store.Record, t event.Tally) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.projectLocked(p).records = append(m.projectLocked(p).records, records...)
	m.projectLocked(p).counters.Tally.Add(t)
}

// Records implements store.Store.
func (m *Model) Records(p event.ProjectID, k store.RecordKind) iter.Seq2[[]byte, error] {
	m.mutex.Lock()
	records := slices.Clone(m.projectLocked(p).records)
	m.mutex.Unlock()
	return func(yield func([]byte, error) bool) {
		for _, r := range records {
			if r.Kind == k && !yield(r.Body, nil) {
				return
			}
		}
	}
}

// Snapshot implements store.Store.
func (m *Model) Snapshot(p event.ProjectID) (store.Snapshot, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return newModelSnapshot(m.projectLocked(p)), nil
}

// Counters implements store.Store.
func (m *Model) Counters(p event.ProjectID) store.Counters {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.projectLocked(p).counters
}

// Close implements store.Store.
func (m *Model) Close() error { return nil }

// identity is what makes two events duplicates.
type identity struct {
	name     string
	actor    event.Actor
	time     event.Millis
	insertID string
}

func identityOf(e event.Event) identity { return identity{e.Name, e.Actor, e.Time, e.InsertID} }

// lastArrivals are the events, given in order of arrival, without those that a later one replaces.
func lastArrivals(events []event.Event) []event.Event {
	last := map[identity]int{}
	for i, e := range events {
		last[identityOf(e)] = i
	}
	var out []event.Event
	for i, e := range events {
		if e.InsertID == "" || last[identityOf(e)] == i {
			out = append(out, e)
		}
	}
	return out
}

// modelRow is an event and whether a later one replaces it or its person was erased.
type modelRow struct {
	event.Event
	superseded bool
	place      uint32 // in its batch
}

type modelSnapshot struct {
	sections []*modelSection
	rows     []modelRow
}

func newModelSnapshot(p *modelProject) *modelSnapshot {
	batches := p.batches
	last := map[identity][2]int{}
	for i, batch := range batches {
		for j, e := range batch {
			last[identityOf(e)] = [2]int{i, j}
		}
	}
	s := &modelSnapshot{}
	for i, batch := range batches {
		var run []modelRow
		for j, e := range batch {
			run = append(run, modelRow{e, p.erased[e.Actor] || e.InsertID != "" && last[identityOf(e)] != [2]int{i, j}, uint32(j)})
		}
		s.sections = append(s.sections, sectionsOf(i, run)...)
		s.rows = append(s.rows, run...)
	}
	return s
}

func sectionsOf(place int, run []modelRow) (out []*modelSection) {
	type kind struct {
		name  string
		class event.Class
	}
	byKind := map[kind]*modelSection{}
	dictionaries := map[string]*modelDictionary{}
	for _, r := range run {
		k := kind{r.Name, r.Class}
		if byKind[k] == nil {
			byKind[k] = &modelSection{run: place, dictionaries: dictionaries}
			out = append(out, byKind[k])
		}
		byKind[k].rows = append(byKind[k].rows, r)
		for _, p := range r.Properties {
			if dictionaries[p.Name] == nil {
				dictionaries[p.Name] = &modelDictionary{codes: map[event.Value]uint32{}}
			}
			dictionaries[p.Name].add(p.Value)
		}
	}
	for _, s := range out {
		slices.SortStableFunc(s.rows, func(a, b modelRow) int {
			return cmp.Or(cmp.Compare(a.Actor.Bucket(), b.Actor.Bucket()), cmp.Compare(a.Time, b.Time))
		})
	}
	return out
}

func (s *modelSnapshot) Sections(x store.Selection) (out []store.Section) {
	for _, section := range s.sections {
		first, last := section.Span()
		named := x.Names == nil || slices.Contains(x.Names, section.Name())
		if named && (x.Bots || section.Class() != event.Bot) && last >= x.From && first < x.To {
			out = append(out, section)
		}
	}
	return out
}

func (s *modelSnapshot) Names() (out []store.NameCount) {
	for _, r := range s.rows {
		i := slices.IndexFunc(out, func(n store.NameCount) bool { return n.Name == r.Name })
		if i < 0 {
			i, out = len(out), append(out, store.NameCount{Name: r.Name, First: r.Time, Last: r.Time})
		}
		out[i].Rows++
		out[i].First, out[i].Last = min(out[i].First, r.Time), max(out[i].Last, r.Time)
	}
	slices.SortStableFunc(out, func(a, b store.NameCount) int { return cmp.Compare(b.Rows, a.Rows) })
	return out
}

func (s *modelSnapshot) PropertyNames(name string) []string {
	seen := map[string]bool{}
	for _, r := range s.rows {
		for _, p := range r.Properties {
			if name == "" || name == r.Name {
				seen[p.Name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

func (s *modelSnapshot) Actors(bucket int) uint32 {
	var n uint32
	for _, r := range s.rows {
		if r.Actor.Bucket() == bucket {
			n = max(n, r.Actor.Index()+1)
		}
	}
	return n
}

func (s *modelSnapshot) Release() {}

// modelSection is sorted by bucket, then time, then arrival.
type modelSection struct {
	run          int
	rows         []modelRow
	dictionaries map[string]*modelDictionary
}

func (s *modelSection) Name() string       { return s.rows[0].Name }
func (s *modelSection) Class() event.Class { return s.rows[0].Class }
func (s *modelSection) Rows() int          { return len(s.rows) }

func (s *modelSection) Span() (first, last event.Millis) {
	first, last = s.rows[0].Time, s.rows[0].Time
	for _, r := range s.rows {
		first, last = min(first, r.Time), max(last, r.Time)
	}
	return first, last
}

func (s *modelSection) Bucket(bucket int) (lo, hi int) {
	for i, r := range s.rows {
		if r.Actor.Bucket() < bucket {
			lo = i + 1
		}
		if r.Actor.Bucket() <= bucket {
			hi = i + 1
		}
	}
	return lo, hi
}

func (s *modelSection) Times(lo, hi int, dst []event.Millis) []event.Millis {
	dst = dst[:0]
	for _, r := range s.rows[lo:hi] {
		dst = append(dst, r.Time)
	}
	return dst
}

func (s *modelSection) Seek(lo, hi int, t event.Millis) int {
	for lo < hi && s.rows[lo].Time < t {
		lo++
	}
	return lo
}

func (s *modelSection) Actors(lo, hi int, dst []uint32) []uint32 {
	dst = dst[:0]
	for _, r := range s.rows[lo:hi] {
		dst = append(dst, r.Actor.Index())
	}
	return dst
}

func (s *modelSection) Run() int { return s.run }

func (s *modelSection) Arrivals(lo, hi int, dst []uint32) []uint32 {
	dst = dst[:0]
	for _, r := range s.rows[lo:hi] {
		dst = append(dst, r.place)
	}
	if slices.Max(append(dst, 0)) == 0 {
		return nil
	}
	return dst
}

func (s *modelSection) Superseded(bucket int) (rows []int) {
	for i, r := range s.rows {
		if r.superseded && r.Actor.Bucket() == bucket {
			rows = append(rows, i)
		}
	}
	return rows
}

func (s *modelSection) Column(property string) store.Column {
	for _, r := range s.rows {
		if r.Get(property).Kind != event.None {
			return &modelColumn{s, property}
		}
	}
	return nil
}

type modelColumn struct {
	section  *modelSection
	property string
}

func (c *modelColumn) Codes(lo, hi int, dst []uint32) []uint32 {
	dst = dst[:0]
	for _, r := range c.section.rows[lo:hi] {
		v := r.Get(c.property)
		switch v.Kind {
		case event.None:
			dst = append(dst, 0)
		case event.Number:
			dst = append(dst, store.NumberCode)
		default:
			dst = append(dst, c.section.dictionaries[c.property].codes[v])
		}
	}
	return dst
}

func (c *modelColumn) Numbers(lo, hi int, dst []float64) []float64 {
	dst = dst[:0]
	for _, r := range c.section.rows[lo:hi] {
		f := 0.0
		if v := r.Get(c.property); v.Kind == event.Number {
			f = v.Number
		}
		dst = append(dst, f)
	}
	return dst
}

func (c *modelColumn) HasNumbers() bool { return c.has(true) }
func (c *modelColumn) HasOthers() bool  { return c.has(false) }

func (c *modelColumn) has(numbers bool) bool {
	return slices.ContainsFunc(c.section.rows, func(r modelRow) bool {
		v := r.Get(c.property)
		return v.Kind != event.None && (v.Kind == event.Number) == numbers
	})
}

func (c *modelColumn) Dictionary() store.Dictionary { return c.section.dictionaries[c.property] }

// modelDictionary numbers values from 1.
type modelDictionary struct {
	codes  map[event.Value]uint32
	values []event.Value
}

func (d *modelDictionary) add(v event.Value) {
	if v.Kind == event.None || v.Kind == event.Number || d.codes[v] > 0 {
		return
	}
	d.values = append(d.values, v)
	d.codes[v] = uint32(len(d.values))
}

func (d *modelDictionary) Identity() any                 { return d }
func (d *modelDictionary) Len() int                      { return len(d.values) }
func (d *modelDictionary) Value(code uint32) event.Value { return d.values[code-1] }
func (d *modelDictionary) Code(v event.Value) uint32     { return d.codes[v] }

func (d *modelDictionary) Values(from, to uint32, f func(code uint32, v event.Value)) {
	for code := from; code < to; code++ {
		f(code, d.Value(code))
	}
}
