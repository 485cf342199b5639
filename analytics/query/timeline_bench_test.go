package query_test

import (
	"context"
	"testing"

	"jejak/analytics/query"
	"jejak/analytics/store/columnar"
	"jejak/event"
	"jejak/question"
)

// BenchmarkTimeline asks for the first page of the busiest person and of a quiet one.
func BenchmarkTimeline(b *testing.B) {
	snap := loaded(b)
	for name, index := range map[string]uint32{"busy": 1, "quiet": snap.Actors(0) - 1} {
		b.Run(name, func(b *testing.B) {
			q := &question.Timeline{
				Kind: "timeline", Person: question.Person(event.MakeActor(0, index)),
				Range: question.Range{From: "2026-09-03", To: "2026-10-31", Zone: "Asia/Jakarta"},
			}
			var count, rows int64
			for b.Loop() {
				answer, err := query.Ask(context.Background(), snap, q, query.Options{Guard: columnar.Guard})
				if err != nil {
					b.Fatal(err)
				}
				count, rows = answer.(*question.TimelineAnswer).Count, answer.Cost().RowsRead
			}
			b.ReportMetric(float64(count), "events")
			b.ReportMetric(float64(rows), "rows")
		})
	}
}
