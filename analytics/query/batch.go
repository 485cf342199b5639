package query

import (
	"jejak/analytics/store"
	"jejak/event"
)

// batchRows is how many rows are worked on at once: their columns stay in the processor's cache.
const batchRows = 4096

// batch is some rows of one bucket of a piece, decoded on demand. Rows are numbered from 0.
type batch struct {
	*piece
	columns []store.Column // by property: those of the piece, and the computed ones
	bucket  int
	lo, hi  int // rows of the section
	// intervals is the interval of each row. When single is set all are in the same.
	intervals []uint32
	single    bool

	decoded     []columnBuffer // by property
	actorBuffer []uint32
	actorsOK    bool
	times       []event.Millis
	timesOK     bool
	touched     bool // something was decoded

	each     []uint32          // the interval of each row, when there are several
	computed []*computedColumn // by property; nil for those that are not computed
	facts    []*actorColumn    // by property; nil for those that are no facts
	own      []store.Column    // room for columns; nil where all are those of the piece

	same   []uint32 // sameAs, over and over, as far as sameTo
	sameAs uint32
	sameTo int
}

type columnBuffer struct {
	codes     []uint32
	numbers   []float64
	codesOK   bool
	numbersOK bool
}

func newBatch(p *plan, x setting) *batch {
	b := &batch{
		decoded: make([]columnBuffer, len(p.properties)),
		each:    make([]uint32, batchRows),
		same:    make([]uint32, batchRows),
	}
	if len(p.computed)+len(p.facts) == 0 {
		return b
	}
	b.own = make([]store.Column, len(p.properties))
	b.computed, b.facts = make([]*computedColumn, len(p.properties)), make([]*actorColumn, len(p.properties))
	for property := range p.facts {
		b.facts[property] = &actorColumn{x.known.tables[property], b}
	}
	for property, c := range p.computed {
		b.computed[property] = newComputedColumn(c, b, x)
	}
	return b
}

// open moves the batch to other rows, none decoded.
func (b *batch) open(p *piece, bucket, lo, hi int) {
	b.piece, b.bucket, b.lo, b.hi = p, bucket, lo, hi
	b.columns = b.columnsOf(p)
	b.actorsOK, b.timesOK, b.touched, b.single = false, false, false, false
	for i := range b.decoded {
		b.decoded[i].codesOK, b.decoded[i].numbersOK = false, false
	}
}

func (b *batch) columnsOf(p *piece) []store.Column {
	if b.own == nil {
		return p.columns
	}
	copy(b.own, p.columns)
	for property := range b.own {
		if c := b.computed[property]; c != nil {
			b.own[property] = c
		} else if f := b.facts[property]; f != nil {
			b.own[property] = f
		}
	}
	return b.own
}

func (b *batch) len() int { return b.hi - b.lo }

// codes are those of a property that the piece has.
func (b *batch) codes(property int) []uint32 {
	d := &b.decoded[property]
	if !d.codesOK {
		d.codes, d.codesOK, b.touched = b.columns[property].Codes(b.lo, b.hi, d.codes), true, true
	}
	return d.codes
}

// numbers are those of a property that the piece has.
func (b *batch) numbers(property int) []float64 {
	d := &b.decoded[property]
	if !d.numbersOK {
		if b.own != nil && b.computed[property] != nil {
			b.codes(property) // they are computed together
		}
		d.numbers, d.numbersOK, b.touched = b.columns[property].Numbers(b.lo, b.hi, d.numbers), true, true
	}
	return d.numbers
}

// actors are indexes inside the bucket.
func (b *batch) actors() []uint32 {
	if !b.actorsOK {
		b.actorBuffer, b.actorsOK, b.touched = b.Actors(b.lo, b.hi, b.actorBuffer), true, true
	}
	return b.actorBuffer
}

// moments are the times of the rows.
func (b *batch) moments() []event.Millis {
	if !b.timesOK {
		b.times, b.timesOK, b.touched = b.Times(b.lo, b.hi, b.times), true, true
	}
	return b.times
}

// inOne puts all rows into one interval.
func (b *batch) inOne(interval int) {
	if b.sameAs != uint32(interval) {
		b.sameAs, b.sameTo = uint32(interval), 0
	}
	for ; b.sameTo < b.len(); b.sameTo++ { // no further: most pieces of a bucket are small, and there are many
		b.same[b.sameTo] = b.sameAs
	}
	b.intervals, b.single = b.same[:b.len()], true
}

// cut looks at the time of each row; all are inside the range and none before the interval.
func (b *batch) cut(line *timeline, interval int) {
	b.moments()
	b.intervals, b.single = b.each[:b.len()], false
	later := line.starts[interval+1:]
	for i, t := range b.times {
		for len(later) > 0 && t >= later[0] {
			interval, later = interval+1, later[1:]
		}
		b.intervals[i] = uint32(interval)
	}
}
