package query

import (
	"context"
	"math"
	"slices"

	"jejak/event"
	"jejak/question"
)

// flowWindows says, for a flow that counts people once, when each person's path begins: only events in the window around it
// can be on the path, so the others are not sorted.
type flowWindows struct {
	before, after event.Millis
	begins        [event.Buckets][]event.Millis // by actor; math.MaxInt64: she has no path
}

// findWindows reads the events of the first anchor; nil when windows are of no use.
func (f *flow) findWindows(ctx context.Context) (*flowWindows, error) {
	if f.CountingOrDefault() != question.CountUnique || f.Collapse && f.Anchors[0].Before > 0 {
		return nil, nil // what is collapsed depends on the event before the window
	}
	p := planOf(f.Filter, readInstant(f.line.zone))
	p.group(&f.Anchors[0].Selector)
	pieces, _ := p.piecesOf(f.snap, f.line, f.IncludeBots)
	s := p.scanOf(f.snap, f.line, f.meter, f.o)
	s.pieces = slices.DeleteFunc(pieces, func(x piece) bool { return slices.Contains(f.Hidden, x.Name()) })
	w := &flowWindows{after: event.Millis(f.WindowOrDefault().Milliseconds())}
	if f.Anchors[0].Before > 0 {
		w.before = w.after
	}
	var workers []counter
	for range min(f.o.Budget.Workers, event.Buckets) {
		workers = append(workers, &firstCounter{windows: w, meter: f.meter})
	}
	err := s.run(ctx, workers)
	f.rowsRead += s.count.read.Load()
	return w, err
}

// firstCounter finds each actor's first event.
type firstCounter struct {
	windows *flowWindows
	meter   *meter
	begins  []event.Millis
}

func (c *firstCounter) begin(bucket int, actors uint32, _ int) {
	if c.begins = nil; !c.meter.take(8 * int64(actors)) {
		return
	}
	c.begins = make([]event.Millis, actors)
	for i := range c.begins {
		c.begins[i] = math.MaxInt64
	}
	c.windows.begins[bucket] = c.begins
}

func (c *firstCounter) take(_ int, b *batch, rows []int32) {
	if c.begins == nil {
		return
	}
	times, actors := b.moments(), b.actors()
	for _, r := range rows {
		if at := &c.begins[actors[r]]; times[r] < *at {
			*at = times[r]
		}
	}
}

func (c *firstCounter) done(*batch) {}
func (c *firstCounter) end()        {}

// choose implements chooser.
func (c *flowCounter) choose(b *batch, rows []int32) []int32 {
	if c.windows == nil {
		return rows
	}
	c.chosen = c.chosen[:0]
	begins := c.windows.begins[b.bucket]
	if begins == nil {
		return c.chosen
	}
	before, window := c.windows.before, uint64(c.windows.before+c.windows.after)
	times, actors := b.moments(), b.actors()
	for _, r := range rows {
		// One comparison for both ends; without a path the difference is far below 0.
		if uint64(times[r]-begins[actors[r]]+before) <= window {
			c.chosen = append(c.chosen, r)
		}
	}
	return c.chosen
}
