package query

import (
	"cmp"
	"math"

	"jejak/analytics/store"
	"jejak/event"
)

// pile is the events of a bucket as they were read, column by column. Places count from 0.
type pile struct {
	meter    *meter
	markSets *markSets
	captures captures
	readers  []*reader // of the labels

	most     int // events to come in this bucket
	times    []event.Millis
	actorOf  []uint32
	marks    []markSet   // of the spells whose events have different ones
	labels   [][]label   // by capture, by place
	values   [][]float64 // by capture, by place
	spells   []spell
	rows     []int32  // of the spells that are not all rows of a batch
	blocks   []uint32 // by place / blockPlaces: the spell of its first place
	borrowed int64    // bytes of arrivals and senders
}

// merged is a section in which persons may have several identifiers: events of one person and one instant are in the
// order of the identifiers they came under first, then in that of arrival.
type merged interface {
	// Senders are the identifiers of rows.
	Senders(lo, hi int, dst []event.Actor) []event.Actor
}

// spell is where events from a place on are from.
type spell struct {
	first  uint32
	run    int
	same   markSet // of all its events
	varied bool    // each has its own in marks instead

	// The order of arrival is read when two events of one instant are first met: most spells never need it.
	section  store.Section
	lo, hi   int // rows
	arrivals []uint32
	senders  []event.Actor // nil where every person has one identifier
	read     bool          // arrivals were
	asked    bool          // for senders
	some     bool          // only some of the rows are here, the others did not pass
	rowsAt   int           // where they stand in rows
}

const blockPlaces = 1024

// places are those of a spell; later are the spells behind it.
func (s *spell) places(later []spell, all int) (from, to int) {
	if len(later) > 0 {
		all = int(later[0].first)
	}
	return int(s.first), all
}

func (p *pile) clear() {
	p.times, p.actorOf, p.marks, p.rows = p.times[:0], p.actorOf[:0], p.marks[:0], p.rows[:0]
	p.spells, p.blocks = p.spells[:0], p.blocks[:0]
	p.meter.give(p.borrowed)
	p.borrowed = 0
	for i := range p.labels {
		p.labels[i] = p.labels[i][:0]
	}
	for i := range p.values {
		p.values[i] = p.values[i][:0]
	}
}

// add piles up rows of a batch, whose marks stand by row, or are all the same.
func (p *pile) add(b *batch, rows []int32, marks []markSet, same markSet) {
	if len(rows) == 0 || !p.makeRoom(len(rows), marks != nil, len(rows) < b.len()) {
		return
	}
	p.addSpell(b, rows, marks, same)
	if len(rows) == b.len() {
		p.times, p.actorOf = append(p.times, b.moments()...), append(p.actorOf, b.actors()...)
	} else {
		times, actors := b.moments(), b.actors()
		for _, r := range rows {
			p.times, p.actorOf = append(p.times, times[r]), append(p.actorOf, actors[r])
		}
	}
	for i, r := range p.readers {
		p.labels[i] = append(p.labels[i], r.labels(b, rows)...)
	}
	for i, property := range p.captures.numbers {
		p.values[i] = appendNumbers(p.values[i], b, property, rows)
	}
}

// addSpell notes where the rows are from, before they are piled up.
func (p *pile) addSpell(b *batch, rows []int32, marks []markSet, same markSet) {
	s := spell{first: uint32(len(p.times)), run: b.Run(), same: same, varied: marks != nil, section: b.Section, lo: b.lo, hi: b.hi}
	if s.varied {
		for _, r := range rows {
			p.marks = append(p.marks, marks[r])
		}
	}
	for len(p.blocks)*blockPlaces < len(p.times)+len(rows) {
		p.blocks = append(p.blocks, uint32(len(p.spells)))
	}
	if s.some = len(rows) < b.len(); s.some {
		s.rowsAt = len(p.rows)
		p.rows = append(p.rows, rows...)
	}
	p.spells = append(p.spells, s)
}

// readSenders reads those of all rows of a spell, where there are any.
func (p *pile) readSenders(s *spell) {
	s.asked = true
	m, ok := s.section.(merged)
	if n := int64(s.hi - s.lo); ok && p.meter.take(4*n) {
		s.senders = m.Senders(s.lo, s.hi, nil)
		p.borrowed += 4 * n
	}
}

// readArrivals reads those of all rows of a spell.
func (p *pile) readArrivals(s *spell) {
	s.read = true
	if all := s.section.Arrivals(s.lo, s.hi, nil); all != nil && p.meter.take(4*int64(len(all))) {
		s.arrivals = all
		p.borrowed += 4 * int64(len(all))
	}
}

// makeRoom asks for the memory of n more events. marked: they have different marks. some: not all rows of a batch.
func (p *pile) makeRoom(n int, marked, some bool) bool {
	ok := roomUpTo(p.meter, &p.times, n, p.most, 8) && roomUpTo(p.meter, &p.actorOf, n, p.most, 4)
	if marked {
		ok = ok && roomUpTo(p.meter, &p.marks, n, p.most, 4)
	}
	if some {
		ok = ok && roomUpTo(p.meter, &p.rows, n, p.most, 4)
	}
	for i := range p.labels {
		ok = ok && roomUpTo(p.meter, &p.labels[i], n, p.most, 4)
	}
	for i := range p.values {
		ok = ok && roomUpTo(p.meter, &p.values[i], n, p.most, 8)
	}
	return ok
}

// room makes room for n more and tells whether it could; size is the bytes of one.
func room[T any](m *meter, list *[]T, n int, size int64) bool {
	return roomUpTo(m, list, n, math.MaxInt, size)
}

// roomUpTo is room for a list that will not have more than most.
func roomUpTo[T any](m *meter, list *[]T, n, most int, size int64) bool {
	need := len(*list) + n
	if need <= cap(*list) {
		return true
	}
	need = max(need, min(cap(*list)+cap(*list)/2, most), min(batchRows, most))
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

// compareArrival orders two stops of one person and instant.
func (p *pile) compareArrival(a, b uint32) int {
	s, t := p.spellOf(a), p.spellOf(b)
	if c := cmp.Compare(p.senderOf(s, a), p.senderOf(t, b)); c != 0 {
		return c
	}
	if c := cmp.Compare(s.run, t.run); c != 0 {
		return c
	}
	if c := cmp.Compare(p.arrivalOf(s, a), p.arrivalOf(t, b)); c != 0 {
		return c
	}
	return cmp.Compare(a, b)
}

// spellOf is the spell that a place is in.
func (p *pile) spellOf(at uint32) *spell {
	i := int(p.blocks[at/blockPlaces])
	for i+1 < len(p.spells) && p.spells[i+1].first <= at {
		i++
	}
	return &p.spells[i]
}

func (p *pile) arrivalOf(s *spell, at uint32) uint32 {
	if !s.read {
		p.readArrivals(s)
	}
	if s.arrivals == nil {
		return 0
	}
	return s.arrivals[p.rowOf(s, at)]
}

// senderOf is the identifier under which an event came.
func (p *pile) senderOf(s *spell, at uint32) event.Actor {
	if !s.asked {
		p.readSenders(s)
	}
	if s.senders == nil {
		return 0
	}
	return s.senders[p.rowOf(s, at)]
}

// rowOf is the row of a place, counted from the first of the spell.
func (p *pile) rowOf(s *spell, at uint32) int32 {
	row := int32(at - s.first)
	if s.some {
		row = p.rows[s.rowsAt+int(row)]
	}
	return row
}

// label is that of a captured property; ids of the capture's reader resolve it.
func (p *pile) label(capture int, s stop) label { return p.labels[capture][s.at] }

// number is that of a captured property, null where there is none.
func (p *pile) number(capture int, s stop) float64 { return p.values[capture][s.at] }
