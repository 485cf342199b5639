package query

import (
	"context"
	"math"
	"strings"
	"time"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// Values lists the values of a property on the events of a name (on all events when it is empty), most frequent first,
// at most limit of them. Only values whose text contains the given text, in any case, are listed. All times and machines
// count. The property is a sound one: question.ExpandProperty. Errors are those of Ask.
func Values(ctx context.Context, snap store.Snapshot, name, property, contains string, limit int, o Options) (list []question.ValueCount, err error) {
	o = o.orDefault()
	o.tables = newFactTables(snap, o, time.UTC, forever)
	defer o.tables.release()
	t := &trend{snap: snap, o: o, now: o.Now(), meter: o.meter, items: make([]*vocabulary, 1)}
	t.Trend = &question.Trend{
		Metrics:     []question.Metric{{Selector: question.Selector{Event: name, AnyEvent: name == ""}, Measure: question.Total}},
		Breakdown:   []question.Breakdown{{Property: property}},
		IncludeBots: true,
	}
	t.main = &timeline{zone: time.UTC, from: math.MinInt64, to: math.MaxInt64, starts: []event.Millis{math.MinInt64}}
	t.trendPlan = trendPlanOf(t.Trend, t.main, nil, t.meter)
	ctx, cancel := context.WithTimeoutCause(ctx, o.Budget.Time, tooMuchTime(o.Budget.Time))
	defer cancel()
	err = o.Guard(func() error {
		list, err = t.values(ctx, strings.ToLower(contains), limit)
		return err
	})
	return list, err
}

func (t *trend) values(ctx context.Context, contains string, limit int) ([]question.ValueCount, error) {
	pieces, _ := t.piecesOf(t.snap, t.main, true)
	r := &ranking{segments: newSegments(1, t.meter)}
	rows, err := t.meet(ctx, r, &framing{line: t.main, read: t.main}, pieces, t.meter)
	if err != nil {
		return nil, err
	}
	list := []question.ValueCount{}
	if limit < 1 {
		return list, nil
	}
	wanted := func(segment uint32) bool {
		return contains == "" || strings.Contains(strings.ToLower(r.values(segment)[0].String()), contains)
	}
	for _, segment := range r.best(rows, limit, wanted) {
		var one [1]float64
		n := rows.result(int(segment), one[:])
		list = append(list, question.ValueCount{Value: plain(r.values(segment)[0]), Rows: uint64(n)})
	}
	return list, t.meter.stopped(ctx)
}
