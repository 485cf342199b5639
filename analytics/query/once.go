package query

import (
	"context"
	"slices"

	"jejak/question"
)

// rankAndMeasure measures all segments while they are met, each in a slot of its own. It is not done when that takes too much
// memory. When the segments are known then, but other cannot be had from them, the range is to be measured again: m is nil.
func (t *trend) rankAndMeasure(ctx context.Context, f *framing, pieces []piece) (m *measured, done bool, err error) {
	own := t.meter.part()
	own.limit /= 4
	counters := t.onceCounters(f, own)
	m, err = t.readAll(ctx, f, pieces, own, counters)
	if own.over.Load() && !t.meter.over.Load() {
		own.release()
		t.ranking.splitters = nil
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	own.limit = t.meter.limit // from here on there is no other way
	t.ranking.all = t.ranking.len()
	t.ranking.choose(totals{m.segments[0], make([]float64, len(f.read.starts))}, t.TopOrDefault())
	if !m.gather(t.ranking) {
		own.release()
		return nil, true, nil
	}
	return m, true, nil
}

func (t *trend) onceCounters(f *framing, own *meter) (out []*measureCounter) {
	for range t.workers(0) {
		x := newSplitter(t.ranking.segments, t.breakdown)
		t.ranking.splitters = append(t.ranking.splitters, x)
		c := &measureCounter{trendPlan: t.trendPlan, framing: f, ranking: t.ranking, splitter: x, unranked: true}
		for i, m := range t.metrics {
			s := shape{slots: 1, intervals: len(f.read.starts), meter: own}
			c.wholes, c.segments = append(c.wholes, m.newTally(s, t.items[i])), append(c.segments, m.newTally(s, t.items[i]))
		}
		out = append(out, c)
	}
	return out
}

// mayDoOnce tells whether rankAndMeasure is worth a try.
func (t *trend) mayDoOnce(f *framing, pieces []piece) bool {
	n, known := t.likelySegments(pieces)
	if f.frames != nil || t.ranking.apart || t.o.crowd != nil || !known || !t.meter.leaves(t.meter.limit/4) {
		return false
	}
	if slices.ContainsFunc(t.metrics, func(m metric) bool { return !adds(m.Measure) }) {
		return n <= t.TopOrDefault()
	}
	cells := n * len(f.read.starts) * len(t.metrics) * t.workers(0)
	return int64(cells)*cellBytes <= t.meter.limit/8
}

// adds tells whether the measure of two sets of events can be had from those of each.
func adds(m question.Measure) bool {
	switch m {
	case question.Total, question.Sum, question.Average, question.Min, question.Max:
		return true
	}
	return false
}

// likelySegments is about how many there are at most, from the dictionaries; it is not known for numbers as they are.
func (t *trend) likelySegments(pieces []piece) (n int, known bool) {
	n = 1
	for i, property := range t.breakdown {
		values := 0
		for _, p := range pieces {
			if c := p.columns[property]; c != nil && c.HasNumbers() && t.ranking.words[i].buckets == nil {
				return 0, false
			} else if c != nil {
				values = max(values, c.Dictionary().Len())
			}
		}
		if b := t.ranking.words[i].buckets; b != nil {
			values = len(b.items)
		}
		if n *= values + 1; n > maxSegments || !t.isStored(property) {
			return 0, false
		}
	}
	return n, true
}

// totals are those of a tally with more values than one.
type totals struct {
	tally
	values []float64
}

func (t totals) result(slot int, _ []float64) float64 { return t.tally.result(slot, t.values) }

// gather turns tallies of all segments into those of the shown ones and other. It is false when that cannot be: other is not
// the sum of its segments when an event belongs to several, and people are not added.
func (m *measured) gather(r *ranking) bool {
	m.at = append(slices.Clone(r.shown), uint32(r.all))
	if m.other = len(r.shown) < r.all; !m.other {
		return true
	}
	if slices.ContainsFunc(r.splitters, (*splitter).sawLists) {
		return false
	}
	for _, s := range m.segments {
		x, is := s.(adder)
		if !is || !x.gather(r.all, func(slot int) bool { return int(r.slots[slot]) == len(r.shown) }) {
			return false
		}
	}
	return true
}

// sawLists tells whether a value had several items.
func (x *splitter) sawLists() bool {
	return slices.ContainsFunc(x.readers, func(r *reader) bool { return len(r.lists) > 0 })
}

// adder is a tally whose slots can be added.
type adder interface {
	// gather adds those slots before all that are wanted into the slot all.
	gather(all int, wanted func(slot int) bool) bool
}

func (t *countTally) gather(all int, wanted func(slot int) bool) bool {
	return gather(&t.shape, &t.cells, 8, all, wanted, func(to, from *int64) { *to += *from })
}

func (t *sumTally) gather(all int, wanted func(slot int) bool) bool {
	return gather(&t.shape, &t.cells, sumCellBytes, all, wanted, (*sumCell).mergeCell)
}

func (t *extremeTally) gather(all int, wanted func(slot int) bool) bool {
	return gather(&t.shape, &t.cells, 16, all, wanted, func(to, from *extreme) {
		if from.some {
			to.see(from.least)
		}
	})
}

func gather[T any](s *shape, cells *[]T, size int64, all int, wanted func(slot int) bool, add func(to, from *T)) bool {
	have := min(all, len(*cells)/s.intervals)
	if !grow(s.meter, cells, (all+1)*s.intervals, size) {
		return false
	}
	for slot := range have {
		if !wanted(slot) {
			continue
		}
		for i := range s.intervals {
			add(&(*cells)[all*s.intervals+i], &(*cells)[slot*s.intervals+i])
		}
	}
	return true
}
