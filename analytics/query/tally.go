package query

import (
	"jejak/analytics/store"

	"jejak/question"
)

// tally computes one measure for slots (segments, or the one slot of the whole) and intervals. Each worker fills its own;
// they are merged at the end. When memory is used up a tally may hold anything: the question ends with an error.
type tally interface {
	// begin announces a bucket with so many actors, and at most so many rows to come.
	begin(actors uint32, rows int)
	// add counts rows of the batch, each in its slot; a row may come with several. No slots: all in slot 0.
	add(b *batch, rows []int32, slots []uint32)
	// end closes the bucket.
	end()
	// merge adds what another tally of the same make holds, which is used up.
	merge(other tally)
	// result writes the values of a slot and returns that for the range. It is called once per slot.
	result(slot int, values []float64) (total float64)
}

// shape is the size of a tally.
type shape struct {
	slots     int // so far: tallies grow when a row comes with a higher one
	intervals int // what rows come with: intervals, or slices of what is read
	meter     *meter
	frame     *frame // the values in slices; nil: one for each interval
}

// window are the intervals of a value.
func (s *shape) window(value int) window {
	if s.frame == nil {
		return window{value, value + 1}
	}
	return s.frame.values[value]
}

// whole are the intervals of the total.
func (s *shape) whole() window {
	if s.frame == nil {
		return window{0, s.intervals}
	}
	return s.frame.total
}

// fill writes the values of a slot and returns its total; of computes one from cells.
func (s *shape) fill(slot, cells int, values []float64, of func(first, last int) float64) float64 {
	at := func(w window) float64 {
		first, last := slot*s.intervals+w.first, slot*s.intervals+w.last
		return of(min(first, cells), min(last, cells))
	}
	for i := range values {
		values[i] = at(s.window(i))
	}
	return at(s.whole())
}

// newTally makes the tally of a metric's measure. Items of a property to be counted are numbered by items.
func (m metric) newTally(s shape, items *vocabulary) tally {
	switch m.Measure {
	case question.Total:
		return &countTally{shape: s}
	case question.Unique:
		if s.frame != nil {
			return newWindowTally(s)
		}
		return &uniqueTally{shape: s, met: set{meter: s.meter}}
	case question.Sum, question.Average:
		return &sumTally{shape: s, property: m.property, average: m.Measure == question.Average}
	case question.Min:
		return &extremeTally{shape: s, property: m.property, sign: 1}
	case question.Max:
		return &extremeTally{shape: s, property: m.property, sign: -1}
	case question.Median:
		return &percentileTally{shape: s, property: m.property, p: 50}
	case question.Percentile:
		return &percentileTally{shape: s, property: m.property, p: *m.Percentile}
	default:
		return &distinctTally{shape: s, reader: newReader(m.property, items), met: set{meter: s.meter}}
	}
}

// grow makes room for n cells and tells whether it could; size is the bytes of a cell.
func grow[T any](m *meter, cells *[]T, n int, size int64) bool {
	have := len(*cells)
	if n <= have {
		return true
	}
	if have > 0 {
		n = max(n, have+have/2)
	}
	if !m.take(size * int64(n-have)) {
		return false
	}
	grown := make([]T, n)
	copy(grown, *cells)
	*cells = grown
	return true
}

// fit widens the shape to the highest slot and returns how many cells that makes.
func (s *shape) fit(slots []uint32) (cells int) {
	for _, slot := range slots {
		s.slots = max(s.slots, int(slot)+1)
	}
	return s.slots * s.intervals
}

// countTally counts events.
type countTally struct {
	shape
	cells []int64
}

func (t *countTally) begin(uint32, int) {}
func (t *countTally) end()              {}

func (t *countTally) add(b *batch, rows []int32, slots []uint32) {
	if !grow(t.meter, &t.cells, t.fit(slots), 8) {
		return
	}
	switch {
	case slots != nil:
		for i, r := range rows {
			t.cells[int(slots[i])*t.intervals+int(b.intervals[r])]++
		}
	case b.single:
		t.cells[b.intervals[0]] += int64(len(rows))
	default:
		for _, r := range rows {
			t.cells[b.intervals[r]]++
		}
	}
}

// addCount counts n rows of slot 0.
func (t *countTally) addCount(interval, n int) {
	if grow(t.meter, &t.cells, t.intervals, 8) {
		t.cells[interval] += int64(n)
	}
}

func (t *countTally) merge(other tally) {
	o := other.(*countTally)
	t.slots = max(t.slots, o.slots)
	if grow(t.meter, &t.cells, len(o.cells), 8) {
		for i, n := range o.cells {
			t.cells[i] += n
		}
	}
}

func (t *countTally) result(slot int, values []float64) float64 {
	return t.fill(slot, len(t.cells), values, func(first, last int) float64 {
		n := int64(0)
		for _, c := range t.cells[first:last] {
			n += c
		}
		return float64(n)
	})
}

// extremeTally finds the smallest number, or with a negative sign the largest.
type extremeTally struct {
	shape
	property int
	sign     float64
	cells    []extreme
}

// extreme is the smallest of the numbers seen, times sign.
type extreme struct {
	least float64
	some  bool
}

func (e *extreme) see(f float64) {
	if !e.some || f < e.least {
		*e = extreme{f, true}
	}
}

func (t *extremeTally) begin(uint32, int) {}
func (t *extremeTally) end()              {}

func (t *extremeTally) add(b *batch, rows []int32, slots []uint32) {
	if !grow(t.meter, &t.cells, t.fit(slots), 16) {
		return
	}
	eachNumber(b, t.property, rows, slots, t.intervals, func(cell int, f float64) {
		t.cells[cell].see(f * t.sign)
	})
}

func (t *extremeTally) merge(other tally) {
	o := other.(*extremeTally)
	if !grow(t.meter, &t.cells, len(o.cells), 16) {
		return
	}
	for i, e := range o.cells {
		if e.some {
			t.cells[i].see(e.least)
		}
	}
}

func (t *extremeTally) result(slot int, values []float64) float64 {
	return t.fill(slot, len(t.cells), values, func(first, last int) float64 {
		var whole extreme
		for _, c := range t.cells[first:last] {
			if c.some {
				whole.see(c.least)
			}
		}
		if !whole.some {
			return null
		}
		return finite(whole.least * t.sign)
	})
}

// eachNumber calls f with each row's number and its cell (slot × intervals + interval). Rows without a number are left out.
func eachNumber(b *batch, property int, rows []int32, slots []uint32, intervals int, f func(cell int, value float64)) {
	column := b.columns[property]
	if column == nil || !column.HasNumbers() {
		return
	}
	numbers := b.numbers(property)
	codes := b.codes(property)
	for i, r := range rows {
		if codes[r] != store.NumberCode {
			continue
		}
		cell := int(b.intervals[r])
		if slots != nil {
			cell += int(slots[i]) * intervals
		}
		f(cell, numbers[r])
	}
}
