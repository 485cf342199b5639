package query

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"jejak/event"
)

// ranking is the segments of a breakdown and which of them are shown.
type ranking struct {
	*segments
	splitters []*splitter // by worker
	shown     []uint32    // best first
	all       int
	slots     []uint32 // by segment: its place among the shown; the last slot is other
}

// rank finds the segments of the main range and those to show, and measures it where one reading is enough for both.
func (t *trend) rank(ctx context.Context, f *framing, pieces []piece) (*measured, error) {
	if t.mayDoOnce(f, pieces) {
		if m, done, err := t.rankAndMeasure(ctx, f, pieces); done || err != nil {
			return m, err
		}
	}
	return nil, t.rankOnly(ctx, f, pieces)
}

func (t *trend) rankOnly(ctx context.Context, f *framing, pieces []piece) error {
	own := t.meter.part()
	defer own.release()
	first, err := t.meet(ctx, t.ranking, f, pieces, own)
	if err != nil {
		return err
	}
	t.ranking.choose(first, t.TopOrDefault())
	return nil
}

// choose picks the n segments to show.
func (r *ranking) choose(first tally, n int) {
	r.shown = r.best(first, n, func(uint32) bool { return true })
	r.slots = make([]uint32, r.all)
	for segment := range r.slots {
		r.slots[segment] = uint32(len(r.shown))
	}
	for slot, segment := range r.shown {
		r.slots[segment] = uint32(slot)
	}
}

// meet reads the range once, uncut where that is enough, and notes every segment. The tally, which takes its memory from own,
// holds the total of the first metric for each of them.
func (t *trend) meet(ctx context.Context, r *ranking, f *framing, pieces []piece, own *meter) (first tally, err error) {
	line := f.read
	if f.frames == nil {
		line = line.whole()
	}
	s := t.scanOf(t.snap, line, t.meter, t.o)
	s.pieces, s.reach = pieces, f.reach
	var counters []*rankCounter
	var workers []counter
	for range t.workers(0) {
		x := newSplitter(r.segments, t.breakdown)
		r.splitters = append(r.splitters, x)
		c := &rankCounter{splitter: x, trendPlan: t.trendPlan, framing: f}
		c.persons = t.newPersons(f, nil)
		c.first = t.rankTally(own, c.persons)
		counters, workers = append(counters, c), append(workers, c)
	}
	if err := s.run(ctx, workers); err != nil {
		return nil, err
	}
	for _, other := range counters[1:] {
		counters[0].first.merge(other.first)
	}
	t.read += s.count.read.Load()
	r.all = r.len()
	return counters[0].first, t.meter.stopped(ctx)
}

// rankTally makes the tally of the first metric's total. Of later ones only the segments count.
func (t *trend) rankTally(own *meter, p *persons) tally {
	s := shape{intervals: 1, meter: own}
	if t.metrics[0].byPerson {
		return p.tally(&t.metrics[0], true, s, t.items[0])
	}
	return t.metrics[0].newTally(s, t.items[0])
}

// rankCounter notes the segments of every group, and measures those of the first metric.
type rankCounter struct {
	*splitter
	*trendPlan
	*framing
	persons  *persons // nil without metrics by person
	first    tally
	counting []int32
}

func (c *rankCounter) begin(bucket int, actors uint32, rows int) {
	c.first.begin(actors, rows)
	c.persons.begin(bucket, actors, rows)
}

func (c *rankCounter) done(b *batch) { c.persons.done(b) }

func (c *rankCounter) end() {
	c.persons.end()
	c.first.end()
}

func (c *rankCounter) take(group int, b *batch, rows []int32) {
	c.persons.take(group, b, rows)
	if len(c.byGroup[group]) == 0 {
		return
	}
	if rows = c.framing.those(group, b, rows, &c.counting); len(rows) == 0 {
		return // to look at none would make not set a segment
	}
	rows, segments := c.split(b, rows)
	c.checkSegments(segments)
	if c.metrics[0].group != group || c.metrics[0].byPerson || c.splitter.meter.over.Load() {
		return
	}
	if c.frames != nil {
		c.addInTotal(b, rows, segments)
	} else {
		c.first.add(b, rows, segments)
	}
}

// addInTotal adds the rows that lie in the total of the first metric.
func (c *rankCounter) addInTotal(b *batch, rows []int32, segments []uint32) {
	total, n := c.frames[0].total, 0
	for i, r := range rows {
		if total.has(int(b.intervals[r])) {
			rows[n], segments[n] = r, segments[i]
			n++
		}
	}
	if n == 0 {
		return
	}
	intervals, single := b.intervals, b.single
	b.intervals, b.single = noInterval[:b.len()], true
	c.first.add(b, rows[:n], segments[:n])
	b.intervals, b.single = intervals, single
}

// noInterval puts all rows of a batch into the first interval.
var noInterval [batchRows]uint32

// best are the n first segments, among those wanted, by the tally's total.
func (r *ranking) best(first tally, n int, wanted func(segment uint32) bool) []uint32 {
	totals := make([]float64, r.all)
	var scratch [1]float64
	for segment := range totals {
		totals[segment] = first.result(segment, scratch[:])
	}
	order := func(a, b uint32) int {
		return cmp.Or(compareTotals(totals[a], totals[b]), r.compare(a, b))
	}
	var top []uint32
	for segment := range uint32(r.all) {
		if !wanted(segment) || len(top) == n && order(segment, top[n-1]) > 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(top, segment, order)
		top = slices.Insert(top, at, segment)
		top = top[:min(len(top), n)]
	}
	return top
}

// compareTotals puts larger ones first and null last.
func compareTotals(a, b float64) int { return cmp.Compare(b, a) } // cmp takes NaN for less than any number

// compare orders segments by their items, property by property.
func (r *ranking) compare(a, b uint32) int {
	as, bs := r.values(a), r.values(b)
	return slices.CompareFunc(as, bs, compareItems)
}

// kindOrder is the order of types among segments that rank the same.
var kindOrder = [...]int{event.String: 0, event.Number: 1, event.Boolean: 2, event.List: 3, event.Object: 4, event.None: 5}

func compareItems(a, b event.Value) int {
	return cmp.Or(
		cmp.Compare(kindOrder[a.Kind], kindOrder[b.Kind]),
		cmp.Compare(a.Number, b.Number),
		strings.Compare(a.Text, b.Text),
	)
}
