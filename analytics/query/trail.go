package query

import (
	"cmp"
	"context"
	"slices"

	"jejak/analytics/store"
	"jejak/event"
)

// walker is shown one person after the other, nobody left out. Each worker has its own.
type walker interface {
	// walk sees a person's events. The trail is good until it returns.
	walk(t *trail)
}

// trail is the events of one person that belong to a group of the plan, in the order of time, then of arrival.
type trail struct {
	person event.Actor
	stops  []stop
	*pile
}

// stop is an event on a trail.
type stop struct {
	time  event.Millis
	marks markSet // the groups it belongs to; at least one
	at    uint32  // its place in the pile, for label, number and so on
}

// captures are the properties whose values walkers want to see. The plan names them by place.
type captures struct {
	labels  []int         // as labels,
	words   []*vocabulary // each numbered by its vocabulary, shared by all workers
	numbers []int         // as numbers; null where the value is none
	names   bool          // of events: markSets.name tells them
}

// walkTrails reads the pieces of a stretch once and shows the events of each person to the walkers, one per worker.
func (p *plan) walkTrails(ctx context.Context, s *scan, c captures, walkers []walker) error {
	workers := make([]counter, len(walkers))
	for i, w := range walkers {
		workers[i] = newTrails(p, s.meter, c, w)
	}
	return s.run(ctx, workers)
}

// uncut is a stretch of time that is read as a whole.
func (l *timeline) uncut(from, to event.Millis) *timeline {
	return &timeline{zone: l.zone, from: from, to: to, starts: []event.Millis{from}}
}

// trails implements counter: it piles up the events of a bucket and sorts them by person at its end. Nothing is hashed.
type trails struct {
	pile
	walker walker
	bucket int
	actors uint32

	marks  []markSet // of the rows of a batch that may belong to several groups
	marked []int32
	starts []uint32 // by actor: where its stops begin
	sorted []stop
}

func newTrails(p *plan, m *meter, c captures, w walker) *trails {
	t := &trails{pile: pile{meter: m, markSets: newMarkSets(len(p.groups), m), captures: c}, walker: w, marks: make([]markSet, batchRows)}
	for i, property := range c.labels {
		t.readers = append(t.readers, newReader(property, c.words[i]))
	}
	t.labels = make([][]label, len(c.labels))
	t.values = make([][]float64, len(c.numbers))
	return t
}

func (t *trails) begin(bucket int, actors uint32, _ int) {
	t.bucket, t.actors = bucket, actors
	t.pile.clear()
}

func (t *trails) take(group int, b *batch, rows []int32) {
	single := t.markSets.single(group)
	if t.captures.names {
		single = t.markSets.named(b.Name(), group)
	}
	if len(b.groups) == 1 {
		t.pile.add(b, rows, nil, single)
		return
	}
	for _, r := range rows {
		if t.marks[r] == 0 {
			t.marks[r] = single
		} else {
			t.marks[r] = t.markSets.union(t.marks[r], group)
		}
	}
}

func (t *trails) done(b *batch) {
	if len(b.groups) == 1 {
		return
	}
	t.marked = t.marked[:0]
	for r, m := range t.marks[:b.len()] {
		if m != 0 {
			t.marked = append(t.marked, int32(r))
		}
	}
	t.pile.add(b, t.marked, t.marks, 0)
	clear(t.marks[:b.len()])
}

// end shows each person of the bucket to the walker.
func (t *trails) end() {
	if t.meter.over.Load() || !t.sort() {
		return
	}
	x := trail{pile: &t.pile}
	for a := uint32(1); a < t.actors; a++ {
		lo, hi := t.starts[a], t.starts[a+1]
		if lo == hi {
			continue
		}
		x.person, x.stops = event.MakeActor(t.bucket, a), t.sorted[lo:hi]
		t.pile.order(x.stops)
		t.walker.walk(&x)
		if t.meter.over.Load() {
			return
		}
	}
}

// sort brings the stops of each actor together, in the order in which they were piled up.
func (t *trails) sort() bool {
	n := int(t.actors) + 2
	if !grow(t.meter, &t.starts, n, 4) || !grow(t.meter, &t.sorted, len(t.stops), 16) {
		return false
	}
	starts := t.starts[:n]
	clear(starts)
	for _, a := range t.actorOf {
		starts[a+2]++
	}
	for a := 2; a < n; a++ {
		starts[a] += starts[a-1]
	}
	for i, a := range t.actorOf {
		t.sorted[starts[a+1]] = t.stops[i]
		starts[a+1]++
	}
	return true
}

// pile is the events of a bucket as they were read.
type pile struct {
	meter    *meter
	markSets *markSets
	captures captures
	readers  []*reader // of the labels

	stops   []stop
	actorOf []uint32
	labels  [][]label   // by capture, by place
	values  [][]float64 // by capture, by place
	spells  []spell
}

// spell is where stops from a place on are from: it settles the order of those of one instant.
type spell struct {
	first    uint32
	run      int
	arrivals []uint32 // nil: all are 0
}

func (p *pile) clear() {
	p.stops, p.actorOf, p.spells = p.stops[:0], p.actorOf[:0], p.spells[:0]
	for i := range p.labels {
		p.labels[i] = p.labels[i][:0]
	}
	for i := range p.values {
		p.values[i] = p.values[i][:0]
	}
}

// add piles up rows of a batch, whose marks stand by row, or are all the same.
func (p *pile) add(b *batch, rows []int32, marks []markSet, same markSet) {
	if len(rows) == 0 || !p.makeRoom(len(rows)) {
		return
	}
	at := len(p.stops)
	p.addSpell(b, rows, uint32(at))
	times, actors := b.moments(), b.actors()
	stops, actorOf := p.stops[:at+len(rows)], p.actorOf[:at+len(rows)]
	for i, r := range rows {
		m := same
		if marks != nil {
			m = marks[r]
		}
		stops[at+i] = stop{times[r], m, uint32(at + i)}
		actorOf[at+i] = actors[r]
	}
	p.stops, p.actorOf = stops, actorOf
	for i, r := range p.readers {
		p.labels[i] = append(p.labels[i], r.labels(b, rows)...)
	}
	for i, property := range p.captures.numbers {
		p.values[i] = appendNumbers(p.values[i], b, property, rows)
	}
}

func (p *pile) addSpell(b *batch, rows []int32, at uint32) {
	s := spell{first: at, run: b.Run()}
	if all := b.Arrivals(b.lo, b.hi, nil); all != nil {
		for _, r := range rows {
			s.arrivals = append(s.arrivals, all[r])
		}
	}
	p.spells = append(p.spells, s)
}

// makeRoom asks for the memory of n more stops.
func (p *pile) makeRoom(n int) bool {
	ok := room(p.meter, &p.stops, n, 16) && room(p.meter, &p.actorOf, n, 4)
	for i := range p.labels {
		ok = ok && room(p.meter, &p.labels[i], n, 4)
	}
	for i := range p.values {
		ok = ok && room(p.meter, &p.values[i], n, 8)
	}
	return ok
}

// room makes room for n more and tells whether it could; size is the bytes of one.
func room[T any](m *meter, list *[]T, n int, size int64) bool {
	need := len(*list) + n
	if need <= cap(*list) {
		return true
	}
	need = max(need, cap(*list)+cap(*list)/2, batchRows)
	if !m.take(size * int64(need-cap(*list))) {
		return false
	}
	grown := make([]T, len(*list), need)
	copy(grown, *list)
	*list = grown
	return true
}

// appendNumbers appends the number of each row, null where it has none.
func appendNumbers(to []float64, b *batch, property int, rows []int32) []float64 {
	column := b.columns[property]
	if column == nil || !column.HasNumbers() {
		for range rows {
			to = append(to, null)
		}
		return to
	}
	numbers, codes := b.numbers(property), b.codes(property)
	for _, r := range rows {
		if codes[r] == store.NumberCode {
			to = append(to, numbers[r])
		} else {
			to = append(to, null)
		}
	}
	return to
}

// order sorts the stops of a person. Nearly always they are in order already, or nearly so.
func (p *pile) order(stops []stop) {
	for i := 1; i < len(stops); i++ {
		if a, b := &stops[i-1], &stops[i]; a.time > b.time || a.time == b.time && p.compareArrival(a.at, b.at) > 0 {
			slices.SortFunc(stops, func(a, b stop) int {
				if a.time != b.time {
					return cmp.Compare(a.time, b.time)
				}
				return p.compareArrival(a.at, b.at) // not cmp.Or: it would be looked up for every pair
			})
			return
		}
	}
}

// compareArrival orders two stops of one person and instant.
func (p *pile) compareArrival(a, b uint32) int {
	s, t := p.spellOf(a), p.spellOf(b)
	return cmp.Or(cmp.Compare(s.run, t.run), cmp.Compare(s.arrival(a), t.arrival(b)), cmp.Compare(a, b))
}

func (p *pile) spellOf(at uint32) *spell {
	i, found := slices.BinarySearchFunc(p.spells, at, func(s spell, at uint32) int { return cmp.Compare(s.first, at) })
	if !found {
		i--
	}
	return &p.spells[i]
}

func (s *spell) arrival(at uint32) uint32 {
	if s.arrivals == nil {
		return 0
	}
	return s.arrivals[at-s.first]
}

// label is that of a captured property; ids of the capture's reader resolve it.
func (p *pile) label(capture int, s stop) label { return p.labels[capture][s.at] }

// number is that of a captured property, null where there is none.
func (p *pile) number(capture int, s stop) float64 { return p.values[capture][s.at] }
