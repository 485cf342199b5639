package query

import (
	"slices"

	"jejak/event"
	"jejak/question"
)

// perUserSink measures each person and then the values of the people.
type perUserSink struct {
	unbatched
	personContext
	placing
	amounts []amount // by cell, of the current person
	touched []int
	values  numbers // by slot and value
	totals  numbers // by slot
}

// amount is what a person did in a cell.
type amount struct {
	events int64
	some   int64 // events with a number
	sum    exactSum
	least  float64
	most   float64
	ids    []uint32
}

const amountBytes = 88

func newPerUserSink(x personContext, s shape) *perUserSink {
	t := &perUserSink{personContext: x, placing: newPlacing(s)}
	t.values = x.newNumbers(shape{slots: s.slots, intervals: t.placing.values, meter: s.meter})
	t.totals = x.newNumbers(shape{slots: s.slots, intervals: 1, meter: s.meter})
	return t
}

// newNumbers makes the tally of the people's values.
func (x *personContext) newNumbers(s shape) numbers {
	if x.Measure == question.Unique {
		return &countTally{shape: s}
	}
	return newNumbers(question.SessionMetric{Measure: x.MeasureOrDefault(), Percentile: x.Percentile}, s)
}

func (t *perUserSink) see(slot, slice int, x *occurrence) {
	if !grow(t.meter, &t.amounts, t.cells(slot), amountBytes) {
		return
	}
	t.each(slot, slice, func(cell int) {
		if t.amounts[cell].events == 0 {
			t.touched = append(t.touched, cell)
		}
		t.amounts[cell].see(x)
	})
}

func (a *amount) see(x *occurrence) {
	a.events++
	for _, id := range x.ids {
		if id != x.notSet {
			a.ids = append(a.ids, id)
		}
	}
	if x.number != x.number {
		return
	}
	if a.some == 0 {
		a.least, a.most = x.number, x.number
	}
	a.some++
	a.sum.add(x.number)
	a.least, a.most = min(a.least, x.number), max(a.most, x.number)
}

func (t *perUserSink) finish(person event.Actor) {
	for _, cell := range t.touched {
		a := &t.amounts[cell]
		if v := a.value(t.PerUser.Measure); t.passes(v) {
			t.count(cell, v)
			t.note(&t.personContext, cell, person)
		}
		*a = amount{ids: a.ids[:0]}
	}
	t.touched = t.touched[:0]
}

// passes tells whether a person with the value counts. null passes nothing.
func (t *perUserSink) passes(v float64) bool {
	if v != v {
		return false
	}
	return (t.PerUser.AtLeast == nil || v >= *t.PerUser.AtLeast) && (t.PerUser.Less == nil || v < *t.PerUser.Less)
}

func (t *perUserSink) count(cell int, v float64) {
	slot, value := t.place(cell)
	if value == t.placing.values {
		t.totals.number(slot, 0, v)
	} else {
		t.values.number(slot, value, v)
	}
}

// value is the measure of the person's events.
func (a *amount) value(m question.Measure) float64 {
	switch m {
	case question.Total:
		return float64(a.events)
	case question.Sum:
		return a.sum.sum()
	case question.Average:
		return a.sum.average(a.some)
	case question.Distinct:
		slices.Sort(a.ids)
		return float64(len(slices.Compact(a.ids)))
	}
	switch {
	case a.some == 0:
		return null
	case m == question.Min:
		return finite(a.least)
	default:
		return finite(a.most)
	}
}

func (t *perUserSink) merge(other tally) {
	o := other.(*perUserSink)
	t.values.merge(o.values)
	t.totals.merge(o.totals)
}

func (t *perUserSink) result(slot int, values []float64) float64 {
	t.values.result(slot, values)
	var one [1]float64
	t.totals.result(slot, one[:])
	return one[0]
}
