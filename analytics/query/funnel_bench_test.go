package query_test

import (
	"context"
	"fmt"
	"testing"

	"jejak/analytics/query"
	"jejak/analytics/store/columnar"
	"jejak/question"
)

// benchFunnels are typical funnels, three steps each unless they say otherwise.
var benchFunnels = []struct{ name, parts string }{
	{"hour", `"window":3600,"steps":[{"event":"event 03"},{"event":"event 04"},{"event":"event 06"}]`},
	{"two_weeks", `"window":1209600,"steps":[{"event":"event 03"},{"event":"event 04"},{"event":"event 06"}]`},
	{"total", `"window":3600,"counting":"total","steps":[{"event":"event 03"},{"event":"event 04"},{"event":"event 06"}]`},
	{"optimized", `"window":1209600,"optimized":true,"steps":[{"event":"event 03"},{"event":"event 04"},{"event":"event 06"}]`},
	{"any", `"window":1209600,"order":"any","steps":[{"event":"event 03"},{"event":"event 04"},{"event":"event 06"}]`},
	{"exclude", `"window":1209600,"steps":[{"event":"event 03"},{"event":"event 04"},{"event":"event 06"}],"exclude":[{"event":"event 03"}]`},
	{"five_filter_breakdown", `"window":1209600,"steps":[{"event":"event 03"},{"event":"event 04"},{"event":"event 06"},{"event":"event 03"},{"event":"event 04"}],"breakdown":[{"property":"country"}],"filter":{"property":"browser","operator":"is","values":["B0","B1"]}`},
	{"hold", `"window":1209600,"counting":"total","hold":["browser"],"steps":[{"event":"event 03"},{"event":"event 04"},{"event":"event 06"}]`},
	{"days", `"window":86400,"interval":"day","steps":[{"event":"event 03"},{"event":"event 04"},{"event":"event 06"}]`},
	{"sessions", `"counting":"session","steps":[{"event":"event 03"},{"event":"event 04"},{"event":"event 06"}]`},
}

// BenchmarkFunnel reports, beside the time, how long a matching row takes on each core.
func BenchmarkFunnel(b *testing.B) {
	snap := loaded(b)
	for _, x := range benchFunnels {
		b.Run(x.name, func(b *testing.B) {
			q, err := question.Parse(fmt.Appendf(nil, `{"kind":"funnel","range":{"from":"2026-09-03","to":"2026-10-31","zone":"Asia/Jakarta"},%s}`, x.parts))
			if err != nil {
				b.Fatal(err)
			}
			var rows int64
			for b.Loop() {
				answer, err := query.Ask(context.Background(), snap, q, query.Options{Budget: query.Budget{Workers: 1}, Guard: columnar.Guard})
				if err != nil {
					b.Fatal(err)
				}
				rows = answer.Cost().RowsMatched
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(rows), "ns/row")
		})
	}
}
