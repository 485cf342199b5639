package query

import (
	"context"
	"time"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// funnel is a question about steps on its way to its answer.
type funnel struct {
	*question.Funnel
	*plan
	snap     store.Snapshot
	o        Options
	meter    *meter
	now      time.Time
	line     *timeline // the range, in one piece unless the question has an interval
	read     *timeline // the stretch that is read
	pieces   []piece
	rows     counters
	captures captures
	rule     *sessionRule // nil unless sessions play a part
	steps    []int        // groups
	excluded []int        // groups
	universe int          // in strict order: the group of all events; else -1
	blocks   []block      // by place of a step: the steps that may be reached there
	hold     []int        // captures
	keep     []funnelKeep
	places   []funnelPlace // of the breakdown
	ranking  *ranking      // nil without a breakdown
}

// block is the steps lo <= step < hi, which may come in any order.
type block struct{ lo, hi int }

// funnelPlace is where an attempt has the value of a property from.
type funnelPlace struct {
	question.Attribution
	capture int
}

// funnelKeep is a condition on attempts: the event that gives the value belongs to the group.
type funnelKeep struct {
	funnelPlace
	group int
}

func askFunnel(ctx context.Context, snap store.Snapshot, q *question.Funnel, o Options) (answer *question.FunnelAnswer, err error) {
	f := &funnel{Funnel: q, snap: snap, o: o, now: o.Now(), meter: o.meter}
	if err := f.cutTime(); err != nil {
		return nil, err
	}
	return within(ctx, o, f.now, f.answer)
}

// cutTime resolves the range and refuses an answer with too many points.
func (f *funnel) cutTime() (err error) {
	intervals := 1
	if f.Interval == "" {
		f.line, err = wholeOf(f.Range, f.now)
	} else if f.line, err = timelineOf(f.Range, f.Interval, f.now); err == nil {
		intervals = len(f.line.starts) + 1
	}
	if err != nil {
		return err
	}
	slots := 1
	if len(f.Breakdown) > 0 {
		slots = f.TopOrDefault() + 2
	}
	return refusePoints((intervals+f.timePoints())*len(f.Steps), slots)
}

// timePoints is how many numbers of each step are times.
func (f *funnel) timePoints() int {
	if f.Times == nil {
		return 0
	}
	return 2 * (5 + len(f.Times.Percentiles) + len(f.Times.Histogram))
}

func (f *funnel) answer(ctx context.Context) (*question.FunnelAnswer, error) {
	f.prepare()
	pieces, bots := f.piecesOf(f.snap, f.read, f.IncludeBots)
	f.pieces = pieces
	table, err := f.count(ctx)
	if err != nil {
		return nil, err
	}
	a := &question.FunnelAnswer{Kind: "funnel", Range: f.line.answerRange(), Funnels: f.tables(table)}
	if f.Interval != "" {
		a.Intervals = f.line.answerIntervals()
	}
	if f.ranking != nil {
		a.Segments = &question.SegmentCount{Shown: len(f.ranking.shown), All: f.ranking.all}
	}
	a.Explain = question.Explain{
		RowsRead: f.rows.read.Load(), RowsMatched: f.rows.matched.Load(), BotsLeftOut: countOf(bots, f.read),
		CompleteUntil: f.line.stamp(min(event.Millis(f.now.UnixMilli()), f.line.to)),
	}
	return a, f.meter.stopped(ctx)
}

// longest is how long an attempt bounded by sessions may last.
const longest = event.Millis(question.MaxFunnelWindow * 1000)

// prepare makes the plan and the captures.
func (f *funnel) prepare() {
	at := readInstant(f.line.zone)
	if f.UsesSessions() {
		f.plan = planOf(nil, at) // the filter must not take events out of sessions
		f.rule = f.plan.sessionRule(f.Sessions, f.stretch(), &f.captures, f.meter)
		f.read = f.rule.stretch
	} else {
		f.plan = planOf(f.Filter, at)
		f.read = f.stretch()
	}
	f.prepareSteps()
	for _, p := range f.Hold {
		f.hold = append(f.hold, f.capture(p, newVocabulary(f.meter)))
	}
	for _, c := range f.Keep {
		f.keep = append(f.keep, f.condition(c))
	}
	if f.Sum != "" {
		f.captures.numbers = append(f.captures.numbers, f.plan.property(f.Sum))
	}
	f.prepareBreakdown()
}

// stretch is where the events of attempts lie.
func (f *funnel) stretch() *timeline {
	from, to := f.line.from, f.line.to
	switch {
	case from >= to:
	case f.WindowIn > 0:
		to += longest
	case f.rule == nil && !f.UsesSessions():
		to += event.Millis(f.WindowOrDefault().Milliseconds())
	}
	if f.o.until != 0 {
		to = min(to, f.o.until)
	}
	return f.line.uncut(from, to)
}

func (f *funnel) prepareSteps() {
	for i := range f.Steps {
		f.steps = append(f.steps, f.group(f.Steps[i].Selector))
	}
	for i := range f.Exclude {
		f.excluded = append(f.excluded, f.group(f.Exclude[i].Selector))
	}
	f.universe = -1
	if f.OrderOrDefault() == question.OrderStrict {
		f.universe = f.group(question.Selector{AnyEvent: true})
	}
	for i := range f.Steps {
		b := block{i, i + 1}
		if n := len(f.blocks); n > 0 && f.beside(i) {
			b.lo = f.blocks[n-1].lo
			for j := b.lo; j < i; j++ {
				f.blocks[j].hi = i + 1
			}
		}
		f.blocks = append(f.blocks, b)
	}
}

// beside tells whether step i may change places with the one before.
func (f *funnel) beside(i int) bool {
	return f.OrderOrDefault() == question.OrderAny && !f.Steps[i].Anchored && !f.Steps[i-1].Anchored
}

// group is that of a selector; with sessions the filter of the question is around it.
func (f *funnel) group(s question.Selector) int {
	if f.rule != nil && f.Filter != nil {
		s = question.Selector{AnyOf: []question.Selector{s}, Filter: f.Filter}
	}
	return f.plan.group(&s)
}

// capture is the place of a property among the captured labels.
func (f *funnel) capture(property string, words *vocabulary) int {
	f.captures.labels = append(f.captures.labels, f.plan.property(property))
	f.captures.words = append(f.captures.words, words)
	return len(f.captures.labels) - 1
}

// condition is one of Keep: the events of steps that pass it are a group.
func (f *funnel) condition(c question.FunnelCondition) funnelKeep {
	s := question.Selector{Filter: c.Filter()}
	for i := range f.Steps {
		s.AnyOf = append(s.AnyOf, f.Steps[i].Selector)
	}
	return funnelKeep{funnelPlace{c.Attribution, f.capture(c.Property, newVocabulary(f.meter))}, f.group(s)}
}

func (f *funnel) prepareBreakdown() {
	if len(f.Breakdown) == 0 {
		return
	}
	f.ranking = &ranking{segments: newSegments(len(f.Breakdown), f.meter)}
	f.ranking.apart = true
	for i, b := range f.Breakdown {
		f.places = append(f.places, funnelPlace{b.Attribution, f.capture(b.Property, f.ranking.words[i])})
	}
}

// count fills the table. One reading is enough where every segment is shown.
func (f *funnel) count(ctx context.Context) (table *funnelTable, err error) {
	if f.ranking != nil {
		table, err = f.rank(ctx)
	}
	if table == nil && err == nil {
		table, err = f.measure(ctx)
	}
	return table, err
}

// rank finds the segments and those to show. The table is nil where they must be read again.
func (f *funnel) rank(ctx context.Context) (*funnelTable, error) {
	own, kept := f.meter.part(), f.meter.part()
	defer own.release()
	var counters []*funnelCounter
	for range f.workers() {
		c := f.newCounter(ctx)
		c.entries = &countTally{shape: shape{intervals: 1, meter: own}}
		if !f.rereads() {
			c.table = f.newTable(kept)
		}
		counters = append(counters, c)
	}
	if err := f.walk(ctx, counters); err != nil {
		return nil, err
	}
	f.choose(counters)
	if f.rereads() || f.ranking.all > len(f.ranking.shown) {
		kept.release()
		return nil, f.meter.stopped(ctx)
	}
	table := mergedTable(counters)
	table.show(f.ranking.shown)
	return table, f.meter.stopped(ctx)
}

// choose picks the segments to show.
func (f *funnel) choose(counters []*funnelCounter) {
	first := counters[0].entries
	for _, c := range counters[1:] {
		first.merge(c.entries)
	}
	f.ranking.all = f.ranking.len()
	f.ranking.choose(first, f.TopOrDefault())
}

// rereads says that the slots must be known before counting: attempts of an interval alone may have segments that do not
// count, and people are wanted of a slot.
func (f *funnel) rereads() bool {
	return f.o.crowd != nil || f.Interval != "" && f.IntervalBy != question.ByEntry
}

// measure fills the table.
func (f *funnel) measure(ctx context.Context) (*funnelTable, error) {
	wanted, err := f.wanted()
	if err != nil {
		return nil, err
	}
	var counters []*funnelCounter
	for range f.workers() {
		c := f.newCounter(ctx)
		c.table, c.wanted = f.newTable(f.meter), wanted
		counters = append(counters, c)
	}
	if err := f.walk(ctx, counters); err != nil {
		return nil, err
	}
	return mergedTable(counters), f.meter.stopped(ctx)
}

// mergedTable is that of all workers.
func mergedTable(counters []*funnelCounter) *funnelTable {
	for _, c := range counters[1:] {
		counters[0].table.merge(c.table)
	}
	return counters[0].table
}

func (f *funnel) workers() int { return min(f.o.Budget.Workers, event.Buckets) }

// walk shows every trail to the counters.
func (f *funnel) walk(ctx context.Context, counters []*funnelCounter) error {
	s := f.scanOf(f.snap, f.read, f.meter, f.o)
	s.pieces = f.pieces
	walkers := make([]walker, len(counters))
	for i, c := range counters {
		walkers[i] = c
	}
	err := f.walkTrails(ctx, s, f.captures, walkers)
	f.rows.read.Add(s.count.read.Load())
	f.rows.matched.Store(s.count.matched.Load())
	return err
}
