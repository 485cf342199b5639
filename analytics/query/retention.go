package query

import (
	"context"
	"time"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// retention is a question about who comes back, on its way to its answer.
type retention struct {
	*question.Retention
	*plan
	snap     store.Snapshot
	o        Options
	meter    *meter
	now      time.Time
	line     *timeline // the range, cut into cohorts
	buckets  *buckets
	captures captures
	birth    int // a group
	back     int // the group of the returns
	places   []sessionPlace
	ranking  *ranking // nil without a breakdown
	pieces   []piece
	read     int64
	matched  int64
}

func askRetention(ctx context.Context, snap store.Snapshot, q *question.Retention, o Options) (answer *question.RetentionAnswer, err error) {
	r := &retention{Retention: q, snap: snap, o: o, now: o.Now(), meter: o.meter}
	if err := r.cutTime(); err != nil {
		return nil, err
	}
	return within(ctx, o, r.now, r.answer)
}

// cutTime resolves the range and the buckets, and refuses an answer with too many points.
func (r *retention) cutTime() (err error) {
	if r.line, err = timelineOf(r.Range, r.Unit, r.now); err != nil {
		return err
	}
	r.buckets = bucketsOf(r.Retention, r.line)
	return refusePoints(len(r.line.starts)*r.buckets.count, r.slots(r.TopOrDefault()))
}

// slots is how many tables there are: the whole, so many segments and other.
func (r *retention) slots(segments int) int {
	if len(r.Breakdown) == 0 {
		return 1
	}
	return segments + 2
}

func (r *retention) answer(ctx context.Context) (*question.RetentionAnswer, error) {
	r.prepare()
	stretch := r.line.uncut(r.line.from, r.buckets.until)
	pieces, bots := r.piecesOf(r.snap, stretch, r.IncludeBots)
	r.pieces = pieces
	if r.ranking != nil {
		if err := r.rank(ctx, stretch); err != nil {
			return nil, err
		}
	}
	counted, err := r.measure(ctx, stretch)
	if err != nil {
		return nil, err
	}
	a := &question.RetentionAnswer{
		Kind: "retention", Range: r.line.answerRange(), Intervals: r.line.answerIntervals(),
		Buckets: r.buckets.answer(), Tables: r.tables(counted),
	}
	if r.ranking != nil {
		a.Segments = &question.SegmentCount{Shown: len(r.ranking.shown), All: r.ranking.all}
	}
	a.Explain = question.Explain{
		RowsRead: r.read, RowsMatched: r.matched, BotsLeftOut: countOf(bots, stretch),
		CompleteUntil: r.line.stamp(min(event.Millis(r.now.UnixMilli()), r.line.to)),
	}
	return a, r.meter.stopped(ctx)
}

// prepare makes the plan and the captures.
func (r *retention) prepare() {
	r.plan = planOf(r.Filter, readInstant(r.line.zone))
	r.birth, r.back = r.plan.group(&r.Birth), r.plan.group(&r.Return)
	if r.Measure != "" {
		r.captures.numbers = []int{r.plan.property(r.Property)}
	}
	if len(r.Breakdown) == 0 {
		return
	}
	r.ranking = &ranking{segments: newSegments(len(r.Breakdown), r.meter)}
	r.ranking.apart = true
	for i, b := range r.Breakdown {
		r.places = append(r.places, sessionPlace{question.AtEntry, i})
		r.captures.labels = append(r.captures.labels, r.plan.property(b.Property))
		r.captures.words = append(r.captures.words, r.ranking.words[i])
	}
}

// rank finds the segments and those to show: the ones with the most people in all cohorts together.
func (r *retention) rank(ctx context.Context, stretch *timeline) error {
	own := r.meter.part()
	defer own.release()
	var counters []*retentionCounter
	for range r.workers() {
		c := r.newCounter(own)
		c.met = &countTally{shape: shape{intervals: 1, meter: own}}
		counters = append(counters, c)
	}
	if err := r.walk(ctx, stretch, counters); err != nil {
		return err
	}
	for _, c := range counters[1:] {
		counters[0].met.merge(c.met)
	}
	r.ranking.all = r.ranking.len()
	r.ranking.choose(counters[0].met, r.TopOrDefault())
	return r.meter.stopped(ctx)
}

// measure fills the cells of all tables.
func (r *retention) measure(ctx context.Context, stretch *timeline) (*retentionCells, error) {
	wanted, err := r.wanted()
	if err != nil {
		return nil, err
	}
	shown := 0
	if r.ranking != nil {
		shown = len(r.ranking.shown)
	}
	var counters []*retentionCounter
	for range r.workers() {
		c := r.newCounter(r.meter)
		c.wanted = wanted
		if c.cells = r.newCells(r.slots(shown)); c.cells == nil {
			return nil, r.meter.stopped(ctx)
		}
		counters = append(counters, c)
	}
	if err := r.walk(ctx, stretch, counters); err != nil {
		return nil, err
	}
	for _, c := range counters[1:] {
		counters[0].cells.merge(c.cells)
	}
	return counters[0].cells, r.meter.stopped(ctx)
}

func (r *retention) workers() int { return min(r.o.Budget.Workers, event.Buckets) }

// walk shows every trail to the counters.
func (r *retention) walk(ctx context.Context, stretch *timeline, counters []*retentionCounter) error {
	s := r.scanOf(r.snap, stretch, r.meter, r.o)
	s.pieces = r.pieces
	walkers := make([]walker, len(counters))
	for i, c := range counters {
		walkers[i] = c
	}
	err := r.walkTrails(ctx, s, r.captures, walkers)
	r.read += s.count.read.Load()
	r.matched = s.count.matched.Load()
	return err
}
