package query

import (
	"context"
	"math"
	"slices"
	"time"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// activity is a question about who was active in which intervals, on its way to its answer: frequency, stickiness,
// lifecycle. For each person a bit per interval says so; what that makes of her, the kind tells.
type activity struct {
	*plan
	kind    lives
	snap    store.Snapshot
	o       Options
	meter   *meter
	now     time.Time
	asked   *timeline
	line    *timeline // what is read, and the intervals that have a bit
	places  []int     // the properties of the breakdown
	top     int
	bots    bool // are counted
	ranking *ranking
	pieces  []piece
	leftOut []store.Section
	read    int64
	matched int64
}

// lives is what a kind makes of the intervals in which a person was active. Many goroutines use it at once.
type lives interface {
	// width is how many cells each slot has.
	width() int
	// cells appends those that count a person who has these bits, at least one of them set.
	cells(bits []uint64, to []int) []int
}

// activityOf prepares a question that looks at the events of a selector.
func activityOf(snap store.Snapshot, asked *timeline, s *question.Selector, o Options, now time.Time) *activity {
	a := &activity{snap: snap, o: o, now: now, asked: asked, line: asked, meter: o.meter}
	a.plan = planOf(nil, readInstant(asked.zone))
	a.plan.group(s)
	return a
}

// breakDown asks for segments, too.
func (a *activity) breakDown(by []question.Breakdown, top int) {
	for _, b := range by {
		a.places = append(a.places, a.plan.property(b.Property))
	}
	a.top = top
}

// slots is how many curves there are: the whole, so many segments and other.
func (a *activity) slots(segments int) int {
	if len(a.places) == 0 {
		return 1
	}
	return segments + 2
}

// count returns the cells of each slot: the whole, the segments shown, other.
func (a *activity) count(ctx context.Context, wanted func() (*activityWanted, error)) (slots [][]int64, err error) {
	if err := refusePoints(a.kind.width(), a.slots(a.top)); err != nil {
		return nil, err
	}
	err = a.o.Guard(func() error {
		a.pieces, a.leftOut = a.piecesOf(a.snap, a.line, a.bots)
		if len(a.places) > 0 {
			if err := a.rank(ctx); err != nil {
				return err
			}
		}
		if slots, err = a.measure(ctx, wanted); err != nil {
			return err
		}
		return a.meter.stopped(ctx)
	})
	return slots, err
}

// rank finds the segments and those to show: the ones with the most people in the range.
func (a *activity) rank(ctx context.Context) error {
	a.ranking = &ranking{segments: newSegments(len(a.places), a.meter)}
	own := a.meter.part()
	defer own.release()
	halves := *a.line // what lies before the range, if anything is read there, and the range
	halves.starts = []event.Millis{a.line.from}
	if a.asked.from > a.line.from {
		halves.starts = append(halves.starts, a.asked.from)
	}
	var counters []*meeting
	var workers []counter
	for range a.workers() {
		c := &meeting{newSplitter(a.ranking.segments, a.places), lastInterval{&uniqueTally{
			shape: shape{intervals: len(halves.starts), meter: own}, met: set{meter: own}}}}
		a.ranking.splitters = append(a.ranking.splitters, c.splitter)
		counters, workers = append(counters, c), append(workers, c)
	}
	if err := a.run(ctx, &halves, workers); err != nil {
		return err
	}
	for _, c := range counters[1:] {
		counters[0].people.merge(c.people)
	}
	a.ranking.all = a.ranking.len()
	a.ranking.choose(counters[0].people, a.top)
	return a.meter.stopped(ctx)
}

// meeting notes every segment and counts its people.
type meeting struct {
	splitter *splitter
	people   lastInterval
}

func (c *meeting) begin(_ int, actors uint32, rows int) { c.people.begin(actors, rows) }
func (c *meeting) done(*batch)                          {}
func (c *meeting) end()                                 { c.people.end() }

func (c *meeting) take(_ int, b *batch, rows []int32) {
	rows, segments := c.splitter.split(b, rows)
	if len(segments) > 0 && slices.Max(segments) >= maxSegments {
		c.splitter.meter.over.Store(true)
	}
	if !c.splitter.meter.over.Load() {
		c.people.add(b, rows, segments)
	}
}

// lastInterval is a tally of people whose result for the range is that of its last interval.
type lastInterval struct{ *uniqueTally }

func (t lastInterval) merge(other tally) { t.uniqueTally.merge(other.(lastInterval).uniqueTally) }

func (t lastInterval) result(slot int, _ []float64) float64 {
	values := make([]float64, t.intervals)
	t.uniqueTally.result(slot, values)
	return values[len(values)-1]
}

// measure reads the line and counts people.
func (a *activity) measure(ctx context.Context, wanted func() (*activityWanted, error)) ([][]int64, error) {
	shown := 0
	if a.ranking != nil {
		shown = len(a.ranking.shown)
	}
	cell, err := wanted()
	if err != nil {
		return nil, err
	}
	var counters []*presence
	var workers []counter
	for i := range a.workers() {
		c := &presence{activity: a, slots: a.slots(shown), width: a.kind.width(), words: (len(a.line.starts) + 63) / 64, wanted: cell, counts: []int64{}}
		if a.ranking != nil {
			c.splitter = a.ranking.splitters[i]
		}
		if !grow(a.meter, &c.counts, c.slots*c.width, 8) {
			return nil, a.meter.stopped(ctx)
		}
		counters, workers = append(counters, c), append(workers, c)
	}
	if err := a.run(ctx, a.line, workers); err != nil {
		return nil, err
	}
	for _, c := range counters[1:] {
		for i, n := range c.counts {
			counters[0].counts[i] += n
		}
	}
	return counters[0].perSlot(), a.meter.stopped(ctx)
}

func (a *activity) workers() int { return min(a.o.Budget.Workers, event.Buckets) }

func (a *activity) run(ctx context.Context, line *timeline, workers []counter) error {
	s := a.scanOf(a.snap, line, a.meter, a.o)
	s.pieces = a.pieces
	err := s.run(ctx, workers)
	a.read += s.count.read.Load()
	a.matched = s.count.matched.Load()
	return err
}

// presence notes in which intervals the people of a bucket were active.
type presence struct {
	*activity
	splitter *splitter // nil without a breakdown
	slots    int
	width    int
	words    int // of the bits of a person
	bucket   int
	actors   int
	table    []uint64 // by slot, actor
	counts   []int64  // by slot, cell
	cells    []int
	wanted   *activityWanted
}

func (p *presence) begin(bucket int, actors uint32, _ int) {
	p.bucket, p.actors = bucket, int(actors)
	n := p.slots * p.actors * p.words
	if grow(p.meter, &p.table, n, 8) {
		clear(p.table[:n])
	} else {
		p.actors = 0
	}
}

func (p *presence) done(*batch) {}

func (p *presence) take(_ int, b *batch, rows []int32) {
	if p.actors == 0 {
		return // out of memory
	}
	p.mark(p.table, b, rows)
	if p.splitter == nil {
		return
	}
	actors := b.actors()
	rows, segments := p.splitter.split(b, rows)
	for i, r := range rows {
		slot, interval := len(p.ranking.shown), b.intervals[r]
		if int(segments[i]) < len(p.ranking.slots) {
			slot = int(p.ranking.slots[segments[i]])
		}
		p.table[((slot+1)*p.actors+int(actors[r]))*p.words+int(interval/64)] |= 1 << (interval % 64)
	}
}

// mark notes the rows in the slot of the whole.
func (p *presence) mark(table []uint64, b *batch, rows []int32) {
	actors := b.actors()
	switch {
	case p.words > 1:
		for _, r := range rows {
			interval := b.intervals[r]
			table[int(actors[r])*p.words+int(interval/64)] |= 1 << (interval % 64)
		}
	case b.single:
		bit := uint64(1) << b.intervals[0]
		for _, r := range rows {
			table[actors[r]] |= bit
		}
	default:
		for _, r := range rows {
			table[actors[r]] |= 1 << b.intervals[r]
		}
	}
}

// end counts the people of the bucket; actor 0 is nobody.
func (p *presence) end() {
	for slot := range p.slots {
		for actor := 1; actor < p.actors; actor++ {
			at := (slot*p.actors + actor) * p.words
			if bits := p.table[at : at+p.words]; anyBit(bits) {
				p.count(slot, event.MakeActor(p.bucket, uint32(actor)), bits)
			}
		}
	}
}

func anyBit(bits []uint64) bool {
	for _, w := range bits {
		if w != 0 {
			return true
		}
	}
	return false
}

// count is the one place where a person comes into her cells.
func (p *presence) count(slot int, a event.Actor, bits []uint64) {
	p.cells = p.kind.cells(bits, p.cells[:0])
	for _, cell := range p.cells {
		p.counts[slot*p.width+cell]++
	}
	p.wanted.note(a, slot, p.cells)
}

func (p *presence) perSlot() (out [][]int64) {
	for slot := range p.slots {
		out = append(out, p.counts[slot*p.width:(slot+1)*p.width])
	}
	return out
}

// answerPlaces are the curves of the answer, without numbers.
func (a *activity) answerPlaces() (places []question.Series, count *question.SegmentCount) {
	if a.ranking == nil {
		return a.ranking.places(false), nil
	}
	count = &question.SegmentCount{Shown: len(a.ranking.shown), All: a.ranking.all}
	return a.ranking.places(count.All > count.Shown), count
}

func (a *activity) explain() question.Explain {
	return question.Explain{
		RowsRead: a.read, RowsMatched: a.matched, BotsLeftOut: countOf(a.leftOut, a.line),
		CompleteUntil: a.asked.stamp(min(event.Millis(a.now.UnixMilli()), a.asked.to)),
		TookMS:        float64(a.o.Now().Sub(a.now).Microseconds()) / 1000,
	}
}

// ever is before any event.
const ever = event.Millis(math.MinInt64)

// upward makes counts of exactly n those of n or more.
func upward(counts []int64) {
	for i := len(counts) - 2; i >= 0; i-- {
		counts[i] += counts[i+1]
	}
}
