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

// rank finds the segments of the main range and those to show.
func (t *trend) rank(ctx context.Context, pieces []piece) error {
	r := &ranking{segments: newSegments(len(t.breakdown), t.meter)}
	t.ranking = r
	own := t.meter.part()
	defer own.release()
	first, err := t.meet(ctx, r, pieces, own)
	if err != nil {
		return err
	}
	r.choose(first, t.TopOrDefault())
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

// meet reads the range once, uncut, and notes every segment. The tally, which takes its memory from own, holds the first
// metric for each of them.
func (t *trend) meet(ctx context.Context, r *ranking, pieces []piece, own *meter) (first tally, err error) {
	uncut := *t.main
	uncut.starts = uncut.starts[:min(1, len(uncut.starts))]
	s := t.scanOf(t.snap, &uncut, t.meter, t.o)
	s.pieces = pieces
	var workers []counter
	for range t.workers(0) {
		x := newSplitter(r.segments, t.breakdown)
		r.splitters = append(r.splitters, x)
		workers = append(workers, &rankCounter{x, t.metrics[0].newTally(shape{intervals: 1, meter: own}, t.items[0])})
	}
	if err := s.run(ctx, workers); err != nil {
		return nil, err
	}
	first = workers[0].(*rankCounter).first
	for _, other := range workers[1:] {
		first.merge(other.(*rankCounter).first)
	}
	t.read += s.count.read.Load()
	r.all = r.len()
	return first, t.meter.stopped(ctx)
}

// rankCounter notes the segments of every group, and measures those of the first, which has the first metric.
type rankCounter struct {
	*splitter
	first tally
}

func (c *rankCounter) begin(_ int, actors uint32, rows int) { c.first.begin(actors, rows) }
func (c *rankCounter) done(*batch)                          {}
func (c *rankCounter) end()                                 { c.first.end() }

func (c *rankCounter) take(group int, b *batch, rows []int32) {
	rows, segments := c.split(b, rows)
	if len(segments) > 0 && slices.Max(segments) >= maxSegments {
		c.splitter.meter.over.Store(true)
	}
	if group == 0 && !c.splitter.meter.over.Load() {
		c.first.add(b, rows, segments)
	}
}

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
