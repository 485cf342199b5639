package query_test

import (
	"context"
	"fmt"
	"syscall"
	"testing"

	"jejak/analytics/query"
	"jejak/analytics/store/columnar"
	"jejak/question"
)

// benchTrails are questions that read everything a person did.
var benchTrails = []struct{ name, parts string }{
	{"sessions", `"kind":"sessions","interval":"day","metrics":[{"name":"A","measure":"total"},{"name":"B","measure":"average","of":"duration"}]`},
	{"sessions_median", `"kind":"sessions","interval":"day","metrics":[{"name":"A","measure":"median","of":"duration"}]`},
	{"sessions_entry", `"kind":"sessions","interval":"day","metrics":[{"name":"A","measure":"total"}],"breakdown":[{"name":true,"at":"entry"}]`},
	{"flow_day", `"kind":"flow","window":86400,"anchors":[{"event":"event 03","after":3}]`},
	{"flow", `"kind":"flow","anchors":[{"event":"event 03","after":3}]`},
	{"flow_total", `"kind":"flow","counting":"total","anchors":[{"event":"event 03","after":3}]`},
	{"flow_between", `"kind":"flow","counting":"total","paths":10,"anchors":[{"event":"event 03","before":2,"after":2},{"event":"event 06","before":2,"after":3}]`},
	{"flow_sessions", `"kind":"flow","counting":"session","anchors":[{"event":"event 03","after":3}]`},
	{"flow_country", `"kind":"flow","counting":"total","collapse":true,"breakdown":[{"property":"country"}],"anchors":[{"event":"event 03","after":3}]`},
}

// cpuTime is how long the process has computed, in nanoseconds: it does not count what others do on the machine.
func cpuTime(b *testing.B) int64 {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		b.Fatal(err)
	}
	return use.Utime.Nano() + use.Stime.Nano()
}

// BenchmarkTrails reports, beside the time, how long a decoded row took all cores together.
func BenchmarkTrails(b *testing.B) {
	snap := loaded(b)
	for _, x := range benchTrails {
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
				rows = answer.Cost().RowsRead
			}
			b.ReportMetric(float64(cpuTime(b)-start)/float64(b.N)/float64(rows), "cpu-ns/row")
		})
	}
}
