package query

import (
	"context"
	"time"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// flow is a question about paths on its way to its answer.
type flow struct {
	*question.Flow
	*plan
	snap     store.Snapshot
	o        Options
	meter    *meter
	now      time.Time
	line     *timeline // the range in one piece
	read     *timeline // the stretch that is read
	captures captures
	rule     *sessionRule // nil unless sessions are counted
	visible  int          // the group of events that may be on a trail
	anchors  []int        // groups
	steps    []flowStep
	anchorAt []int          // by anchor: its step
	expand   []flowNode     // by event expanded: its name, and which capture has the value
	places   []sessionPlace // of the breakdown: at the beginning of a path
	spots    *flowSpots
	windows  *flowWindows // nil: all events may be on paths
	rowsRead int64
	ranking  *ranking // nil without a breakdown
	sets     *segmentSets
}

// flowStep is a position on paths.
type flowStep struct{ anchor, offset int }

func askFlow(ctx context.Context, snap store.Snapshot, q *question.Flow, o Options) (answer *question.FlowAnswer, err error) {
	f := &flow{Flow: q, snap: snap, o: o, now: o.Now(), meter: o.meter}
	if f.line, err = wholeOf(q.Range, f.now); err != nil {
		return nil, err
	}
	return within(ctx, o, f.now, f.answer)
}

func (f *flow) answer(ctx context.Context) (*question.FlowAnswer, error) {
	f.prepare()
	pieces, bots := f.piecesOf(f.snap, f.read, f.IncludeBots)
	var err error
	if f.windows, err = f.findWindows(ctx); err != nil {
		return nil, err
	}
	counters := f.newCounters()
	s := f.scanOf(f.snap, f.read, f.meter, f.o)
	s.pieces = pieces
	if err := f.walk(ctx, s, counters); err != nil {
		return nil, err
	}
	for _, c := range counters[1:] {
		counters[0].merge(c)
	}
	if err := f.meter.stopped(ctx); err != nil {
		return nil, err
	}
	graphs := f.graphs(counters[0])
	if err := f.meter.stopped(ctx); err != nil {
		return nil, err
	}
	a := &question.FlowAnswer{Kind: "flow", Range: f.line.answerRange(), Flows: []question.FlowGraph{}}
	for _, g := range graphs {
		a.Flows = append(a.Flows, g.answer())
	}
	if f.ranking != nil {
		a.Segments = &question.SegmentCount{Shown: len(f.ranking.shown), All: f.ranking.all}
	}
	if f.o.crowd != nil {
		if err := f.findPeople(ctx, s, graphs); err != nil {
			return nil, err
		}
	}
	a.Explain = question.Explain{
		RowsRead: f.rowsRead + s.count.read.Load(), RowsMatched: s.count.matched.Load(), BotsLeftOut: countOf(bots, f.read),
		CompleteUntil: f.line.stamp(min(event.Millis(f.now.UnixMilli()), f.line.to)),
	}
	return a, f.meter.stopped(ctx)
}

// prepare makes the plan, the captures and the steps.
func (f *flow) prepare() {
	at := readInstant(f.line.zone)
	f.captures.names, f.read = true, f.line
	if f.CountingOrDefault() == question.CountSession {
		// The filter must not take events out of sessions.
		f.plan = planOf(nil, at)
		f.rule = f.plan.sessionRule(f.Sessions, f.line, &f.captures, f.meter)
		f.read = f.rule.stretch
	} else {
		f.plan = planOf(f.Filter, at)
	}
	f.visible = f.group(question.Selector{AnyEvent: true, Except: f.Hidden})
	for i, a := range f.Anchors {
		f.anchors = append(f.anchors, f.group(a.Selector))
		for offset := -a.Before; offset <= a.After; offset++ {
			if offset == 0 {
				f.anchorAt = append(f.anchorAt, len(f.steps))
			}
			f.steps = append(f.steps, flowStep{i, offset})
		}
	}
	f.spots = newFlowSpots(f.meter)
	for _, x := range f.Expand {
		f.expand = append(f.expand, flowNode{name: x.Event, capture: f.capture(x.Property, newVocabulary(f.meter))})
	}
	f.sets = newSegmentSets(f.meter)
	if len(f.Breakdown) == 0 {
		return
	}
	f.ranking = &ranking{segments: newSegments(len(f.Breakdown), f.meter)}
	f.ranking.apart = true
	for i, b := range f.Breakdown {
		f.places = append(f.places, sessionPlace{question.AtEntry, f.capture(b.Property, f.ranking.words[i])})
	}
}

// group is that of a selector; with sessions the filter of the question is around it.
func (f *flow) group(s question.Selector) int {
	if f.rule != nil && f.Filter != nil {
		s = question.Selector{AnyOf: []question.Selector{s}, Filter: f.Filter}
	}
	return f.plan.group(&s)
}

// capture is the place of a property among the captured labels.
func (f *flow) capture(property string, words *vocabulary) int {
	f.captures.labels = append(f.captures.labels, f.plan.property(property))
	f.captures.words = append(f.captures.words, words)
	return len(f.captures.labels) - 1
}

func (f *flow) newCounters() (counters []*flowCounter) {
	for range min(f.o.Budget.Workers, event.Buckets) {
		counters = append(counters, f.newCounter())
	}
	return counters
}

func (f *flow) walk(ctx context.Context, s *scan, counters []*flowCounter) error {
	walkers := make([]walker, len(counters))
	for i, c := range counters {
		walkers[i] = c
	}
	return f.walkTrails(ctx, s, f.captures, walkers)
}

// findPeople walks once more, now that it is known which nodes the answer shows.
func (f *flow) findPeople(ctx context.Context, s *scan, graphs []*flowGraph) error {
	wanted, err := f.wanted(graphs)
	if err != nil {
		return err
	}
	again := *s
	again.count = new(counters)
	var seekers []*flowCounter
	for range min(f.o.Budget.Workers, event.Buckets) {
		c := f.newCounter()
		c.wanted = wanted
		seekers = append(seekers, c)
	}
	return f.walk(ctx, &again, seekers)
}
