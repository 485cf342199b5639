package export

import (
	"context"
	"slices"

	"jejak/analytics/query"
	"jejak/analytics/store"
	"jejak/event"
)

// reader reads stretches of events into blocks. It serves one goroutine.
type reader struct {
	*table
	hand  *query.Hand
	namer *namer
	block block

	number int    // of this reader in its export
	before uint64 // rows so far

	rows    []int
	actors  []event.Actor
	order   []int
	section store.Section // whose columns these are
	found   []foundColumn
	ids     map[any]uint32 // of dictionaries

	indexes []uint32
	times   []event.Millis
	codes   []uint32
	numbers []float64
	names   []byte
}

// foundColumn is a column of the table that a section has.
type foundColumn struct {
	at int
	store.Column
	words words
}

// read implements source.
func (r *reader) read(ctx context.Context, j *job, f func(*block) error) error {
	extra := j.canary
	for _, s := range j.stretches {
		b, err := r.next(ctx, s, extra)
		if err != nil {
			return err
		}
		if b == nil {
			continue
		}
		extra = nil
		if err := f(b); err != nil {
			return err
		}
	}
	return nil
}

// next is the events of a stretch; nil when none is wanted. It is good until the next call.
func (r *reader) next(ctx context.Context, s query.Stretch, extra *canary) (*block, error) {
	r.rows, r.actors = r.rows[:0], r.actors[:0]
	err := r.hand.Picked(ctx, s, func(bucket int, rows []int) {
		lo, hi := rows[0], rows[len(rows)-1]+1
		r.indexes = s.Actors(lo, hi, r.indexes)
		for _, row := range rows {
			r.rows = append(r.rows, row)
			r.actors = append(r.actors, event.MakeActor(bucket, r.indexes[row-lo]))
		}
	})
	if err != nil || len(r.rows) == 0 {
		return nil, err
	}
	r.fill(s, extra)
	return &r.block, nil
}

// fill makes the block of the rows that were picked, in the order of their times: that of the store tells who shares a bucket.
func (r *reader) fill(s query.Stretch, extra *canary) {
	lo, hi := r.rows[0], r.rows[len(r.rows)-1]+1
	r.times = s.Times(lo, hi, r.times)
	r.order = r.order[:0]
	for i := range r.rows {
		r.order = append(r.order, i)
	}
	for x := extra; x != nil; x = x.next {
		r.order = append(r.order, len(r.rows)/2)
	}
	copied := len(r.rows)
	r.block.invented = len(r.order) - copied
	slices.SortStableFunc(r.order[:copied], func(a, b int) int { return int(r.times[r.rows[a]-lo] - r.times[r.rows[b]-lo]) })
	b := &r.block
	b.reader, b.first = r.number, r.before
	r.before += uint64(len(r.order))
	b.rows, b.event, b.class = len(r.order), r.namer.text(s.Name()), s.Class()
	b.times, b.persons, r.names = b.times[:0], b.persons[:0], slices.Grow(r.names[:0], b.rows*2*pseudonymBytes)
	for n, i := range r.order {
		from, t := len(r.names), r.times[r.rows[i]-lo]
		if n >= copied {
			r.names = r.namer.appendCanary(r.names, extra.number)
			t, extra = elsewhere(t), extra.next
		} else {
			r.names = r.namer.appendPerson(r.names, r.actors[i])
		}
		b.persons = append(b.persons, r.names[from:])
		b.times = append(b.times, r.namer.time(t))
	}
	r.fillCells(s, lo, hi, copied)
}

func (r *reader) fillCells(s query.Stretch, lo, hi, copied int) {
	if r.section != s.Section {
		r.open(s.Section)
	}
	b := &r.block
	b.cells = slices.Grow(b.cells[:0], len(r.found))[:len(r.found)]
	for n := range r.found {
		f, c := &r.found[n], &b.cells[n]
		c.column, c.words = f.at, f.words
		r.codes = f.Codes(lo, hi, r.codes)
		c.codes = c.codes[:0]
		for _, i := range r.order {
			c.codes = append(c.codes, r.codes[r.rows[i]-lo])
		}
		if !f.HasNumbers() {
			continue
		}
		r.numbers = f.Numbers(lo, hi, r.numbers)
		c.numbers = c.numbers[:0]
		for _, i := range r.order {
			c.numbers = append(c.numbers, r.numbers[r.rows[i]-lo])
		}
		for n := copied; n < b.rows; n++ {
			if c.codes[n] == store.NumberCode {
				c.codes[n] = 0
			}
		}
	}
}

// open finds the columns of a section.
func (r *reader) open(s store.Section) {
	r.section, r.found = s, r.found[:0]
	for at, c := range r.columns {
		x := s.Column(c.store)
		if x == nil {
			continue
		}
		f := foundColumn{at: at, Column: x}
		if x.HasOthers() {
			d := x.Dictionary()
			id, known := r.ids[d.Identity()]
			if !known {
				id = uint32(len(r.ids)) + 1
				r.ids[d.Identity()] = id
			}
			f.words = words{id: id, dictionary: d}
		}
		r.found = append(r.found, f)
	}
}
