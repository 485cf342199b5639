package query

import (
	"context"
	"time"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// sessionTrend is a question about sessions on its way to its answer.
type sessionTrend struct {
	*question.SessionTrend
	*plan
	snap     store.Snapshot
	o        Options
	meter    *meter
	now      time.Time
	line     *timeline
	captures captures
	rule     *sessionRule
	with     int // a group; -1: all sessions count
	places   []sessionPlace
	ranking  *ranking // nil without a breakdown
	pieces   []piece
	read     int64
	matched  int64
}

// sessionPlace is where a breakdown looks for the value of a session.
type sessionPlace struct {
	at      string
	capture int // of the labels; -1: the name of the event
}

func askSessions(ctx context.Context, snap store.Snapshot, q *question.SessionTrend, o Options) (answer *question.SessionsAnswer, err error) {
	t := &sessionTrend{SessionTrend: q, snap: snap, o: o, now: o.Now(), meter: o.meter}
	if err := t.cutTime(); err != nil {
		return nil, err
	}
	return within(ctx, o, t.now, t.answer)
}

// cutTime resolves the range and refuses an answer with too many points.
func (t *sessionTrend) cutTime() (err error) {
	if t.line, err = timelineOf(t.Range, t.Interval, t.now); err != nil {
		return err
	}
	slots := 1
	if len(t.Breakdown) > 0 {
		slots = t.TopOrDefault() + 2
	}
	return refusePoints(len(t.line.starts)*len(t.Metrics), slots)
}

func (t *sessionTrend) answer(ctx context.Context) (*question.SessionsAnswer, error) {
	t.prepare()
	pieces, bots := t.piecesOf(t.snap, t.rule.stretch, t.IncludeBots)
	t.pieces = pieces
	if len(t.Breakdown) > 0 {
		if err := t.rank(ctx); err != nil {
			return nil, err
		}
	}
	m, err := t.measure(ctx)
	if err != nil {
		return nil, err
	}
	a := &question.SessionsAnswer{Kind: "sessions", Range: t.line.answerRange(), Intervals: t.line.answerIntervals(), Series: t.series(m)}
	if t.ranking != nil {
		a.Segments = &question.SegmentCount{Shown: len(t.ranking.shown), All: t.ranking.all}
	}
	a.Explain = question.Explain{
		RowsRead: t.read, RowsMatched: t.matched, BotsLeftOut: countOf(bots, t.rule.stretch),
		CompleteUntil: t.line.stamp(min(event.Millis(t.now.UnixMilli()), t.line.to)),
	}
	return a, t.meter.stopped(ctx)
}

// prepare makes the plan and the captures.
func (t *sessionTrend) prepare() {
	t.plan = planOf(nil, readInstant(t.line.zone))
	t.rule = t.plan.sessionRule(t.Sessions, t.line, &t.captures, t.meter)
	t.with = -1
	if t.With != nil {
		t.with = t.plan.group(t.With)
	}
	if len(t.Breakdown) == 0 {
		return
	}
	t.ranking = &ranking{segments: newSegments(len(t.Breakdown), t.meter)}
	t.ranking.apart = true
	for i, b := range t.Breakdown {
		place := sessionPlace{b.AtOrDefault(), -1}
		if b.Name {
			t.captures.names = true
		} else {
			place.capture = len(t.captures.labels)
			t.captures.labels = append(t.captures.labels, t.plan.property(b.Property))
			t.captures.words = append(t.captures.words, t.ranking.words[i])
		}
		t.places = append(t.places, place)
	}
}

// rank finds the segments and those to show.
func (t *sessionTrend) rank(ctx context.Context) error {
	own := t.meter.part()
	defer own.release()
	var counters []*sessionCounter
	for range t.workers() {
		c := t.newCounter()
		c.segments = []sessionTally{newSessionTally(t.Metrics[0], shape{intervals: 1, meter: own})}
		counters = append(counters, c)
	}
	if err := t.walk(ctx, counters); err != nil {
		return err
	}
	first := counters[0].segments[0]
	for _, c := range counters[1:] {
		first.merge(c.segments[0])
	}
	t.ranking.all = t.ranking.len()
	t.ranking.choose(first, t.TopOrDefault())
	return t.meter.stopped(ctx)
}

// measure fills the tallies of each metric.
func (t *sessionTrend) measure(ctx context.Context) (*measured, error) {
	wanted, err := t.wanted()
	if err != nil {
		return nil, err
	}
	slots := 0
	if t.ranking != nil {
		slots = len(t.ranking.shown) + 1
	}
	var counters []*sessionCounter
	for range t.workers() {
		c := t.newCounter()
		c.wanted, c.ranked, c.line = wanted, true, t.line
		for _, m := range t.Metrics {
			c.wholes = append(c.wholes, newSessionTally(m, shape{slots: 1, intervals: len(t.line.starts), meter: t.meter}))
			if slots > 0 {
				c.segments = append(c.segments, newSessionTally(m, shape{slots: slots, intervals: len(t.line.starts), meter: t.meter}))
			}
		}
		counters = append(counters, c)
	}
	count := t.walk
	if t.streams() {
		count = t.stream
	}
	if err := count(ctx, counters); err != nil {
		return nil, err
	}
	return t.join(counters), t.meter.stopped(ctx)
}

func (t *sessionTrend) workers() int { return min(t.o.Budget.Workers, event.Buckets) }

// walk shows every trail to the counters.
func (t *sessionTrend) walk(ctx context.Context, counters []*sessionCounter) error {
	s := t.scanOf(t.snap, t.rule.stretch, t.meter, t.o)
	s.pieces = t.pieces
	walkers := make([]walker, len(counters))
	for i, c := range counters {
		walkers[i] = c
	}
	err := t.walkTrails(ctx, s, t.captures, walkers)
	t.read += s.count.read.Load()
	t.matched = s.count.matched.Load()
	return err
}

func (t *sessionTrend) join(counters []*sessionCounter) *measured {
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
	m := &measured{framing: &framing{line: t.line, read: t.line}, other: first.sawOther}
	for i := range first.wholes {
		m.wholes = append(m.wholes, first.wholes[i])
	}
	for i := range first.segments {
		m.segments = append(m.segments, first.segments[i])
	}
	return m
}

// series writes what was measured.
func (t *sessionTrend) series(m *measured) []question.Series {
	places := t.ranking.places(m.other)
	out := []question.Series{}
	for i, metric := range t.Metrics {
		for p, c := range m.curves(i, len(places)) {
			s := places[p]
			s.Metric, s.Values, s.Total = metric.Name, pointers(c.values), pointers([]float64{c.total})[0]
			out = append(out, s)
		}
	}
	return out
}
