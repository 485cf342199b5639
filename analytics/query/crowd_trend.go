package query

import (
	"slices"

	"jejak/question"
)

// trendCell is the cell of a trend whose people are wanted, and their crowd.
type trendCell struct {
	*crowd
	metric   int    // of the plan
	slot     int    // of the segments; -1: the whole
	in       window // of intervals or slices
	values   window // of the values the cell is made of; none for the total
	allRange bool
}

// wantedIn is the cell whose people are wanted, if it lies in the range that is measured; nil mostly.
func (t *trend) wantedIn(f *framing) (*trendCell, error) {
	if t.o.crowd == nil {
		return nil, nil
	}
	cell := t.o.crowd.cell.(*question.TrendCell)
	isCohort := func(m question.Metric) bool { return m.Name == cell.Metric && m.Cohort != 0 }
	if cell.Compare != (f.line != t.main) || slices.ContainsFunc(t.Trend.Metrics, isCohort) {
		return nil, nil
	}
	x := &trendCell{crowd: t.o.crowd, slot: -1}
	for t.metrics[x.metric].Name != cell.Metric {
		x.metric++
	}
	interval, err := f.line.intervalNamed(cell.Interval)
	if err == nil && t.ranking != nil {
		x.slot, err = t.ranking.slotNamed(cell.Spot)
	}
	x.setInterval(f, interval)
	return x, err
}

// setInterval resolves an interval; -1 is the range.
func (x *trendCell) setInterval(f *framing, interval int) {
	s := shape{intervals: len(f.read.starts), frame: f.frameOf(x.metric)}
	if x.allRange = interval < 0; x.allRange {
		x.in = s.whole()
		return
	}
	x.values = window{interval, interval + 1}
	if s.frame != nil {
		x.values.last += s.frame.before
	}
	x.in = window{s.window(x.values.first).first, s.window(x.values.last - 1).last}
}

// note adds the people of rows that count for a metric: each in its slot, or without slots in the whole.
func (x *trendCell) note(metric int, b *batch, rows []int32, slots []uint32) {
	if x == nil || metric != x.metric || (slots == nil) != (x.slot < 0) {
		return
	}
	actors := b.actors()
	for i, r := range rows {
		if (slots == nil || int(slots[i]) == x.slot) && x.in.has(int(b.intervals[r])) {
			x.addIn(b.bucket, actors[r])
		}
	}
}

// wants tells whether the cell is one of a metric in a slot; -1 is the whole.
func (x *trendCell) wants(metric, slot int) bool {
	return x != nil && metric == x.metric && slot == x.slot
}
