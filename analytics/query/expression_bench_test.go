package query_test

import (
	"context"
	"fmt"
	"testing"

	"jejak/analytics/query"
	"jejak/analytics/store/columnar"
	"jejak/question"
)

// BenchmarkExpression asks with expressions over all events, beside what the same takes with a plain property or condition.
func BenchmarkExpression(b *testing.B) {
	snap := loaded(b)
	const total = `"metrics":[{"name":"A","any_event":true,"measure":"total"}]`
	for _, x := range []struct{ name, parts string }{
		{"plain_filter", total + `,"filter":{"property":"country","operator":"is","values":["C1"]}`},
		{"where_text", total + `,"filter":{"where":"lower(properties[\"country\"]) == \"c1\""}`},
		{"where_number", total + `,"filter":{"where":"properties[\"price\"] * 2 > 500 and properties[\"price\"] < 900"}`},
		{"where_two", total + `,"filter":{"where":"properties[\"country\"] == \"C1\" or properties[\"browser\"] == \"B0\""}`},
		{"where_list", total + `,"filter":{"where":"any(t, properties[\"tags\"], has_prefix(t, \"u1\"))"}`},
		{"where_time", total + `,"filter":{"where":"event[\"$time\"] >= datetime(\"2026-10-01T00:00:00\")"}`},
		{"breakdown_url", total + `,"breakdown":[{"property":"url"}]`},
		{"breakdown_computed", total + `,"breakdown":[{"property":"=upper(properties[\"url\"])"}]`},
		{"breakdown_two", total + `,"breakdown":[{"property":"=properties[\"country\"] + \" \" + properties[\"browser\"]"}]`},
		{"sum_plain", `"metrics":[{"name":"A","any_event":true,"measure":"sum","property":"price"}]`},
		{"sum_computed", `"metrics":[{"name":"A","any_event":true,"measure":"sum","property":"=properties[\"price\"] * 1.1"}]`},
	} {
		b.Run(x.name, func(b *testing.B) {
			q, err := question.Parse(fmt.Appendf(nil, `{"kind":"trend","range":{"from":"2026-09-03","to":"2026-10-31","zone":"Asia/Jakarta"},"interval":"day",%s}`, x.parts))
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := query.Ask(context.Background(), snap, q, query.Options{Guard: columnar.Guard}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(*benchEvents), "ns/event")
		})
	}
}
