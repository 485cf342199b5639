package query

import (
	"context"
	"time"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// trend is a question on its way to its answer.
type trend struct {
	*question.Trend
	*trendPlan
	snap    store.Snapshot
	o       Options
	meter   *meter
	now     time.Time
	main    *timeline
	earlier *timeline     // nil without a comparison
	items   []*vocabulary // by metric; of the measure distinct
	ranking *ranking      // nil without a breakdown
	read    int64
	matched int64
}

func askTrend(ctx context.Context, snap store.Snapshot, q *question.Trend, o Options) (answer *question.TrendAnswer, err error) {
	t := &trend{Trend: q, snap: snap, o: o, now: o.Now(), meter: o.meter}
	if err := t.cutTime(); err != nil {
		return nil, err
	}
	return within(ctx, o, t.now, t.answer)
}

// cutTime resolves both ranges and refuses an answer with too many points.
func (t *trend) cutTime() (err error) {
	if t.main, err = timelineOf(t.Range, t.Interval, t.now); err != nil {
		return err
	}
	points := len(t.main.starts)
	if t.Compare != nil {
		if t.earlier, err = t.main.comparedTo(t.Compare, t.Interval); err != nil {
			return err
		}
		points = max(points, len(t.earlier.starts))
	}
	if err := t.refuseReadings(points); err != nil {
		return err
	}
	series := 1
	if len(t.Breakdown) > 0 {
		series = t.TopOrDefault() + 2
	}
	return refusePoints(points*len(t.Metrics), series)
}

func (t *trend) answer(ctx context.Context) (*question.TrendAnswer, error) {
	t.trendPlan = trendPlanOf(t.Trend, t.main, readInstant(t.main.zone), t.meter)
	t.items = make([]*vocabulary, len(t.metrics))
	for i := range t.items {
		t.items[i] = newVocabulary(t.meter)
	}
	frame := t.framingOf(t.main)
	pieces, bots := t.piecesOf(t.snap, frame.read, t.IncludeBots)
	pieces = frame.prune(pieces)
	main, err := t.prepare(ctx, frame, pieces)
	if main == nil && err == nil {
		main, err = t.measure(ctx, frame, pieces)
	}
	if err != nil {
		return nil, err
	}
	t.matched = main.matched
	if main.members, err = t.cohortCurves(ctx, t.main); err != nil {
		return nil, err
	}
	a := &question.TrendAnswer{Kind: "trend", Range: t.main.answerRange(), Intervals: t.main.answerIntervals()}
	other := main.other
	if t.earlier != nil {
		earlier, err := t.measureEarlier(ctx)
		if err != nil {
			return nil, err
		}
		other = other || earlier.other
		a.Compare = &question.CompareAnswer{
			Range: t.earlier.answerRange(), Intervals: t.earlier.answerIntervals(), Series: t.series(earlier, other),
		}
	}
	a.Series = t.series(main, other)
	if t.ranking != nil {
		a.Segments = &question.SegmentCount{Shown: len(t.ranking.shown), All: t.ranking.all}
	}
	a.Explain = t.explain(countOf(bots, t.main))
	return a, t.meter.stopped(ctx)
}

// prepare finds the segments and says what trails carry. It may have measured the main range on the way.
func (t *trend) prepare(ctx context.Context, f *framing, pieces []piece) (*measured, error) {
	if len(t.breakdown) > 0 {
		t.ranking = &ranking{segments: newSegments(len(t.breakdown), t.meter)}
		t.ranking.apart = t.byPerson()
		buckets, err := t.bucketings(ctx, pieces)
		if err != nil {
			return nil, err
		}
		for i, words := range t.ranking.words {
			words.buckets = buckets[i]
		}
	}
	t.capture()
	if t.ranking == nil {
		return nil, nil
	}
	return t.rank(ctx, f, pieces)
}

func (t *trend) measureEarlier(ctx context.Context) (*measured, error) {
	frame := t.framingOf(t.earlier)
	pieces, _ := t.piecesOf(t.snap, frame.read, t.IncludeBots)
	earlier, err := t.measure(ctx, frame, frame.prune(pieces))
	if err == nil {
		earlier.members, err = t.cohortCurves(ctx, t.earlier)
	}
	return earlier, err
}

func (t *trend) explain(bots int64) question.Explain {
	return question.Explain{
		RowsRead: t.read, RowsMatched: t.matched, BotsLeftOut: bots,
		CompleteUntil: t.main.stamp(min(event.Millis(t.now.UnixMilli()), t.main.to)),
	}
}

// workers is how many goroutines share the work: fewer where each one's tables are large, rather than a refusal.
func (t *trend) workers(cells int) int {
	n := min(t.o.Budget.Workers, event.Buckets)
	if each := int64(cells) * cellBytes; each > 0 {
		n = min(n, int(t.meter.limit/2/each))
	}
	return max(1, n)
}

// cellBytes is what a slot and interval of the largest table costs.
const cellBytes = sumCellBytes
