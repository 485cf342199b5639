package query_test

import (
	"context"
	"fmt"
	"testing"

	"jejak/analytics/query"
	"jejak/analytics/store/columnar"
	"jejak/question"
)

// benchActive are questions about who comes back and who is active.
var benchActive = []struct{ name, parts string }{
	{"retention_any", `"kind":"retention","unit":"week","birth":{"any_event":true},"return":{"any_event":true}`},
	{"retention_one", `"kind":"retention","unit":"week","birth":{"event":"event 00"},"return":{"event":"event 00"}`},
	{"retention_two", `"kind":"retention","unit":"week","birth":{"event":"event 03"},"return":{"any_event":true}`},
	{"retention_or_after", `"kind":"retention","unit":"week","criterion":"on_or_after","birth":{"any_event":true},"return":{"any_event":true}`},
	{"retention_day", `"kind":"retention","unit":"day","buckets":30,"birth":{"any_event":true},"return":{"any_event":true}`},
	{"retention_calendar", `"kind":"retention","unit":"week","alignment":"calendar","birth":{"any_event":true},"return":{"any_event":true}`},
	{"retention_calendar_two", `"kind":"retention","unit":"week","alignment":"calendar","birth":{"event":"event 03"},"return":{"event":"event 06"}`},
	{"retention_sum", `"kind":"retention","unit":"week","birth":{"event":"event 00"},"return":{"any_event":true},"measure":"sum","property":"price"`},
	{"retention_country", `"kind":"retention","unit":"week","birth":{"any_event":true},"return":{"any_event":true},"breakdown":[{"property":"country"}]`},
	{"frequency", `"kind":"frequency","interval":"week","unit":"day","any_event":true`},
	{"frequency_hour", `"kind":"frequency","interval":"day","unit":"hour","any_event":true`},
	{"stickiness", `"kind":"stickiness","interval":"day","any_event":true`},
	{"stickiness_country", `"kind":"stickiness","interval":"day","any_event":true,"breakdown":[{"property":"country"}]`},
	{"lifecycle", `"kind":"lifecycle","interval":"week","any_event":true`},
}

// BenchmarkActive reports, beside the time, how long a matching row took all cores together.
func BenchmarkActive(b *testing.B) {
	snap := loaded(b)
	for _, x := range benchActive {
		b.Run(x.name, func(b *testing.B) {
			q, err := question.Parse(fmt.Appendf(nil, `{%s,"range":{"from":"2026-09-03","to":"2026-10-31","zone":"Asia/Jakarta"}}`, x.parts))
			if err != nil {
				b.Fatal(err)
			}
			var rows int64
			start := cpuTime(b)
			for b.Loop() {
				answer, err := query.Ask(context.Background(), snap, q, query.Options{Guard: columnar.Guard})
				if err != nil {
					b.Fatal(err)
				}
				rows = answer.Cost().RowsMatched
			}
			b.ReportMetric(float64(cpuTime(b)-start)/float64(b.N)/float64(rows), "cpu-ns/row")
		})
	}
}
