package export

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"jejak/analytics/store"
	"jejak/event"
)

// BenchmarkExport hands out events of a web product: 14 properties, two of them with many values. It tells rows and bytes a second, and how
// much the heap has grown at most beside what it was before.
func BenchmarkExport(b *testing.B) {
	o := newOffice(b)
	o.FreeRows, o.now = 1<<40, time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	const rows = 400_000
	o.visit(rows, 20_000)
	for _, f := range []Format{CSV, Lines, Parquet} {
		b.Run(string(f), func(b *testing.B) {
			var before runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			out := &watched{}
			for b.Loop() {
				run := o.asked(exporter, all(f))
				o.must(run.WriteTo(exporter, out))
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(float64(out.bytes)/1e6/b.Elapsed().Seconds(), "MB/s")
			b.ReportMetric(float64(max(0, int64(out.heap)-int64(before.HeapInuse)))/(1<<20), "MiB")
		})
	}
}

// watched counts what is written and looks at the heap now and then.
type watched struct {
	bytes, writes int64
	heap          uint64
}

func (w *watched) Write(p []byte) (int, error) {
	w.bytes += int64(len(p))
	if w.writes++; w.writes%64 == 0 {
		var now runtime.MemStats
		runtime.ReadMemStats(&now)
		w.heap = max(w.heap, now.HeapInuse)
	}
	return len(p), nil
}

// visit puts n visits of a web product into the store.
func (o *office) visit(n, people int) {
	r := rand.New(rand.NewPCG(1, 2))
	first := o.now.Add(-48 * time.Hour).UnixMilli()
	pick := func(of string, n int) event.Value { return event.StringOf(fmt.Sprintf("%s %d", of, r.IntN(n))) }
	for n > 0 {
		batch := store.Batch{Project: 1}
		for range min(n, 20_000) {
			n--
			who := r.IntN(people)
			e := event.Event{Name: fmt.Sprintf("event %d", r.IntN(40)), Time: event.Millis(first + r.Int64N(47*3_600_000)), Actor: event.MakeActor(who%64, uint32(who/64+1))}
			e.Properties = []event.Property{
				{Name: "$browser", Value: pick("browser", 8)}, {Name: "$browser_version", Value: event.NumberOf(float64(r.IntN(140)))}, {Name: "$os", Value: pick("system", 6)},
				{Name: "$city", Value: pick("city", 500)}, {Name: "$region", Value: pick("region", 60)}, {Name: "mp_country_code", Value: pick("c", 40)},
				{Name: "$current_url", Value: pick("https://shop.example/products/category/item", 50_000)}, {Name: "$referrer", Value: pick("https://search.example/r", 3000)},
				{Name: "plan", Value: pick("plan", 4)}, {Name: "price", Value: event.NumberOf(float64(r.IntN(100_000)) / 100)}, {Name: "sure", Value: event.BooleanOf(r.IntN(2) == 0)},
				{Name: "$screen_height", Value: event.NumberOf(float64(r.IntN(2000)))}, {Name: "$screen_width", Value: event.NumberOf(float64(r.IntN(3000)))}, {Name: "mail", Value: event.StringOf(fmt.Sprintf("[email:%016x]", r.IntN(people)))},
			}
			batch.Events = append(batch.Events, e)
		}
		o.must(o.store.Append(context.Background(), batch))
	}
}
