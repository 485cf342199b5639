package query

import "context"

// measured is one range measured.
type measured struct {
	// tallies by metric of the plan. Segments have the shown ones in their order, then other.
	wholes, segments []tally
	intervals        int
	other            bool // some event belongs to a segment that is not shown
	matched          int64
}

// measure reads a range and fills the tallies of each metric.
func (t *trend) measure(ctx context.Context, line *timeline, pieces []piece) (*measured, error) {
	s := t.scanOf(t.snap, line, t.meter, t.o)
	s.pieces = pieces
	wanted, err := t.wantedIn(line)
	if err != nil {
		return nil, err
	}
	counters := t.measureCounters(len(line.starts), wanted)
	workers := make([]counter, len(counters))
	for i, c := range counters {
		workers[i] = c
	}
	if err := s.run(ctx, workers); err != nil {
		return nil, err
	}
	t.read += s.count.read.Load()
	m := &measured{intervals: len(line.starts), matched: s.count.matched.Load()}
	m.join(counters)
	return m, t.meter.stopped(ctx)
}

func (m *measured) join(counters []*measureCounter) {
	first := counters[0]
	for _, c := range counters[1:] {
		for i := range first.wholes {
			first.wholes[i].merge(c.wholes[i])
		}
		for i := range first.segments {
			first.segments[i].merge(c.segments[i])
		}
		first.sawOther = first.sawOther || c.sawOther
	}
	m.wholes, m.segments, m.other = first.wholes, first.segments, first.sawOther
}

func (t *trend) measureCounters(intervals int, wanted *trendCell) []*measureCounter {
	slots := 0
	if t.ranking != nil {
		slots = len(t.ranking.shown) + 1
	}
	var out []*measureCounter
	for worker := range t.workers((slots + 1) * intervals * len(t.metrics)) {
		c := &measureCounter{trendPlan: t.trendPlan, wanted: wanted}
		for i, m := range t.metrics {
			c.wholes = append(c.wholes, m.newTally(shape{1, intervals, t.meter}, t.items[i]))
			if slots > 0 {
				c.segments = append(c.segments, m.newTally(shape{slots, intervals, t.meter}, t.items[i]))
			}
		}
		if slots > 0 {
			c.ranking, c.splitter = t.ranking, t.ranking.splitters[worker]
		}
		out = append(out, c)
	}
	return out
}

// measureCounter fills the tallies of one worker.
type measureCounter struct {
	*trendPlan
	wholes, segments []tally
	ranking          *ranking
	splitter         *splitter
	sawOther         bool
	wanted           *trendCell
}

func (c *measureCounter) done(*batch) {}

func (c *measureCounter) begin(_ int, actors uint32, rows int) {
	for _, t := range c.wholes {
		t.begin(actors, rows)
	}
	for _, t := range c.segments {
		t.begin(actors, rows)
	}
}

func (c *measureCounter) end() {
	for _, t := range c.wholes {
		t.end()
	}
	for _, t := range c.segments {
		t.end()
	}
}

func (c *measureCounter) take(group int, b *batch, rows []int32) {
	for _, m := range c.byGroup[group] {
		c.wholes[m].add(b, rows, nil)
		c.wanted.note(m, b, rows, nil)
	}
	if c.ranking == nil {
		return
	}
	rows, slots := c.slots(c.splitter.split(b, rows))
	if len(rows) == 0 {
		return // out of memory
	}
	for _, m := range c.byGroup[group] {
		c.segments[m].add(b, rows, slots)
		c.wanted.note(m, b, rows, slots)
	}
}

// slots turns the segments of rows into slots, in place. A row comes into other once, however many of its segments are
// there.
func (c *measureCounter) slots(rows []int32, segments []uint32) ([]int32, []uint32) {
	other := uint32(len(c.ranking.shown))
	last, n := int32(-1), 0
	for i, row := range rows {
		slot := other
		if int(segments[i]) < len(c.ranking.slots) {
			slot = c.ranking.slots[segments[i]]
		}
		if slot == other {
			if row == last {
				continue
			}
			last, c.sawOther = row, true
		}
		rows[n], segments[n] = row, slot
		n++
	}
	return rows[:n], segments[:n]
}
