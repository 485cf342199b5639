package query

import "jejak/question"

// trendCell is the cell of a trend whose people are wanted, and their crowd.
type trendCell struct {
	*crowd
	metric   int // of the plan
	slot     int // of the segments; -1: the whole
	interval int // -1: the range
}

// wantedIn is the cell whose people are wanted, if it lies in the range that is measured; nil mostly.
func (t *trend) wantedIn(line *timeline) (*trendCell, error) {
	if t.o.crowd == nil {
		return nil, nil
	}
	cell := t.o.crowd.cell.(*question.TrendCell)
	if cell.Compare != (line != t.main) {
		return nil, nil
	}
	x := &trendCell{crowd: t.o.crowd, slot: -1}
	for t.metrics[x.metric].Name != cell.Metric {
		x.metric++
	}
	var err error
	if x.interval, err = line.intervalNamed(cell.Interval); err == nil && t.ranking != nil {
		x.slot, err = t.ranking.slotNamed(cell.Spot)
	}
	return x, err
}

// note adds the people of rows that count for a metric: each in its slot, or without slots in the whole.
func (x *trendCell) note(metric int, b *batch, rows []int32, slots []uint32) {
	if x == nil || metric != x.metric || (slots == nil) != (x.slot < 0) {
		return
	}
	actors := b.actors()
	for i, r := range rows {
		if (slots == nil || int(slots[i]) == x.slot) && (x.interval < 0 || int(b.intervals[r]) == x.interval) {
			x.addIn(b.bucket, actors[r])
		}
	}
}
