package query

import (
	"context"
	"iter"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// Wanted says which events are to be picked, not counted: for what reads them whole.
type Wanted struct {
	Range       question.Range
	Events      *question.Selector
	IncludeBots bool
}

// Picker finds the events of a snapshot that a selector means. Many goroutines may use one at once, each with a Hand of its own.
type Picker struct {
	*plan
	line   *timeline
	pieces []piece
	meter  *meter
	o      Options
}

// Stretch is some rows of a section, of one or more buckets.
type Stretch struct {
	store.Section
	Lo, Hi int
	piece  *piece
}

// maxStretch is how many rows a stretch has at most.
const maxStretch = batchRows

// PickerOf prepares to pick. The selector MUST be valid, and the caller MUST Release the picker. The error is of type question.Faults.
func PickerOf(snap store.Snapshot, w Wanted, o Options) (*Picker, error) {
	o = o.orDefault()
	line, err := wholeOf(w.Range, o.asked)
	if err != nil {
		return nil, err
	}
	o.tables = newFactTables(snap, o, line.zone, line.to)
	p := &Picker{plan: planOf(nil, readInstant(line.zone)), line: line, meter: &meter{limit: o.Budget.Memory}, o: o}
	p.group(w.Events)
	p.pieces, _ = p.piecesOf(snap, line, w.IncludeBots)
	return p, nil
}

// Range is the range of the events as readings of the wall clock: it means the same whenever it is asked about.
func (p *Picker) Range() question.Range {
	const wall = "2006-01-02T15:04:05"
	return question.Range{From: wallAt(int64(p.line.from/1000), p.line.zone).Format(wall), To: wallAt(int64(p.line.to/1000), p.line.zone).Format(wall), Zone: p.line.zone.String()}
}

// Bound is how many events there may be at most: those of the range and names, before filters.
func (p *Picker) Bound() int64 {
	sections := make([]store.Section, len(p.pieces))
	for i := range p.pieces {
		sections[i] = p.pieces[i].Section
	}
	return countOf(sections, p.line)
}

// Sections are those whose events may be picked.
func (p *Picker) Sections() iter.Seq[store.Section] {
	return func(yield func(store.Section) bool) {
		for i := range p.pieces {
			if !yield(p.pieces[i].Section) {
				return
			}
		}
	}
}

// Stretches are all rows that may be picked, in the order of the store.
func (p *Picker) Stretches() iter.Seq[Stretch] {
	return func(yield func(Stretch) bool) {
		for i := range p.pieces {
			x := &p.pieces[i]
			for lo := 0; lo < x.Rows(); lo += maxStretch {
				if !yield(Stretch{x.Section, lo, min(lo+maxStretch, x.Rows()), x}) {
					return
				}
			}
		}
	}
}

// Hand picks for one goroutine.
type Hand struct {
	*Picker
	sieve *sieve
	batch *batch
	rows  []int32
}

// Hands makes n. Picking with them stops when ctx ends.
func (p *Picker) Hands(ctx context.Context, n int) ([]*Hand, error) {
	known, err := p.o.tables.of(ctx, p.plan, p.meter)
	if err != nil {
		return nil, err
	}
	x := setting{p.line.zone, p.o.asked, p.meter, func() bool { return ctx.Err() != nil }, known}
	hands := make([]*Hand, n)
	for i := range hands {
		hands[i] = &Hand{Picker: p, sieve: newSieve(p.meter), batch: newBatch(p.plan, x)}
	}
	return hands, nil
}

// Release gives back what was opened for filters.
func (p *Picker) Release() { p.o.tables.release() }

// Picked calls f with the picked rows of each bucket of a stretch, ascending; there is at least one. f owns nothing of it.
func (h *Hand) Picked(ctx context.Context, s Stretch, f func(bucket int, rows []int)) error {
	var picked []int
	for bucket := range event.Buckets {
		lo, hi := rowsIn(s.piece, bucket, h.line)
		if lo, hi = max(lo, s.Lo), min(hi, s.Hi); lo >= hi {
			continue
		}
		h.batch.open(s.piece, bucket, lo, hi)
		h.rows = append(h.rows[:0], everyRow[:hi-lo]...)
		rows := alive(h.rows, h.batch)
		filter := s.piece.groups[0].filter
		if filter != nil && len(rows) > 0 {
			rows = h.sieve.keep(filter, h.batch, rows)
		}
		picked = picked[:0]
		for _, r := range rows {
			picked = append(picked, lo+int(r))
		}
		if filter != nil && len(h.rows) > 0 {
			h.sieve.give(rows)
		}
		if len(picked) > 0 {
			f(bucket, picked)
		}
	}
	return h.meter.stopped(ctx)
}
