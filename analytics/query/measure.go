package query

import (
	"context"
	"slices"
)

// measured is one range measured.
type measured struct {
	*framing
	// tallies by metric of the plan. Segments have the shown ones in their order, then other.
	wholes, segments []tally
	other            bool // some event belongs to a segment that is not shown
	matched          int64
	members          map[string]curve // by the name of a metric that counts the people of a cohort
	at               []uint32         // by slot of segments: the place in their tallies, where it differs
}

// measure reads a range and fills the tallies of each metric.
func (t *trend) measure(ctx context.Context, f *framing, pieces []piece) (*measured, error) {
	wanted, err := t.wantedIn(f)
	if err != nil {
		return nil, err
	}
	return t.readAll(ctx, f, pieces, t.meter, t.measureCounters(f, wanted))
}

// readAll reads the pieces of a range with a worker for each counter. What the reading itself needs is of the given memory.
func (t *trend) readAll(ctx context.Context, f *framing, pieces []piece, own *meter, counters []*measureCounter) (*measured, error) {
	workers := make([]counter, len(counters))
	for i, c := range counters {
		workers[i] = c
	}
	s := t.scanOf(t.snap, f.read, own, t.o)
	s.pieces, s.reach = pieces, f.reach
	if err := s.run(ctx, workers); err != nil {
		return nil, err
	}
	t.read += s.count.read.Load()
	m := &measured{framing: f, matched: s.count.matched.Load()}
	m.join(counters)
	return m, own.stopped(ctx)
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

func (t *trend) measureCounters(f *framing, wanted *trendCell) []*measureCounter {
	slots := 0
	if t.ranking != nil {
		slots = len(t.ranking.shown) + 1
	}
	var out []*measureCounter
	for worker := range t.workers((slots + 1) * len(f.read.starts) * len(t.metrics)) {
		c := &measureCounter{trendPlan: t.trendPlan, framing: f, wanted: wanted}
		c.persons = t.newPersons(f, wanted)
		for i := range t.metrics {
			c.wholes = append(c.wholes, t.newTally(i, 0, f, c.persons))
			if slots > 0 {
				c.segments = append(c.segments, t.newTally(i, slots, f, c.persons))
			}
		}
		if slots > 0 {
			c.ranking, c.splitter = t.ranking, t.ranking.splitters[worker]
			if c.persons != nil {
				c.persons.sawOther = &c.sawOther
			}
		}
		out = append(out, c)
	}
	return out
}

// newTally makes the tally of a metric for so many slots of segments, or for the whole; one by person is filled by persons.
func (t *trend) newTally(metric, slots int, f *framing, p *persons) tally {
	s := shape{max(slots, 1), len(f.read.starts), t.meter, f.frameOf(metric)}
	if t.metrics[metric].byPerson {
		return p.tally(&t.metrics[metric], slots > 0, s, t.items[metric])
	}
	return t.metrics[metric].newTally(s, t.items[metric])
}

// measureCounter fills the tallies of one worker.
type measureCounter struct {
	*trendPlan
	*framing
	wholes, segments []tally
	persons          *persons // nil without metrics by person
	ranking          *ranking
	splitter         *splitter
	sawOther         bool
	wanted           *trendCell
	counting         []int32
	unranked         bool // each segment has a slot
}

// isPlain implements plainCounter.
func (c *measureCounter) isPlain() bool {
	if c.ranking != nil || c.persons != nil || c.wanted != nil || c.counts != nil {
		return false
	}
	return !slices.ContainsFunc(c.wholes, func(t tally) bool { _, counts := t.(*countTally); return !counts })
}

// takeCount implements plainCounter.
func (c *measureCounter) takeCount(group, interval, n int) {
	for _, m := range c.byGroup[group] {
		c.wholes[m].(*countTally).addCount(interval, n)
	}
}

func (c *measureCounter) done(b *batch) { c.persons.done(b) }

func (c *measureCounter) begin(bucket int, actors uint32, rows int) {
	for _, t := range c.wholes {
		t.begin(actors, rows)
	}
	for _, t := range c.segments {
		t.begin(actors, rows)
	}
	c.persons.begin(bucket, actors, rows)
}

func (c *measureCounter) end() {
	c.persons.end()
	for _, t := range c.wholes {
		t.end()
	}
	for _, t := range c.segments {
		t.end()
	}
}

func (c *measureCounter) take(group int, b *batch, rows []int32) {
	c.persons.take(group, b, rows)
	if rows = c.framing.those(group, b, rows, &c.counting); len(rows) == 0 {
		return
	}
	for _, m := range c.byGroup[group] {
		c.wholes[m].add(b, rows, nil)
		c.wanted.note(m, b, rows, nil)
	}
	if c.ranking == nil {
		return
	}
	rows, slots := c.slots(c.splitter.split(b, rows))
	if len(rows) == 0 || c.unranked && c.splitter.meter.over.Load() {
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
	if c.unranked {
		c.splitter.checkSegments(segments)
		return rows, segments
	}
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
