package query_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"jejak/analytics/query"
	"jejak/analytics/store"
	"jejak/analytics/store/columnar"
	"jejak/event"
	"jejak/question"
)

var (
	benchEvents = flag.Int("bench-events", 300_000, "how many events the benchmark loads")
	benchData   = flag.String("bench-data", "", "folder that keeps the events for the next run")
)

const benchDays = 60

var benchEnd = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// benchNames are the events, the frequent ones first.
var benchNames = func() (names []string) {
	for i := range 40 {
		names = append(names, fmt.Sprintf("event %02d", i))
	}
	return names
}()

// rank draws a number below n, small ones more often.
func rank(r *rand.Rand, n int) int {
	f := r.Float64()
	return int(f * f * f * float64(n))
}

func benchEvent(r *rand.Rand, people int) event.Event {
	at := benchEnd.Add(-time.Duration(r.Int64N(int64(benchDays * 24 * time.Hour))))
	person := rank(r, people)
	e := event.Event{
		Name: benchNames[rank(r, len(benchNames))], Time: event.Millis(at.UnixMilli()), InsertID: fmt.Sprint(r.Uint64()),
		Actor: event.MakeActor(person%event.Buckets, uint32(person/event.Buckets+1)),
	}
	e.Set("country", event.StringOf(fmt.Sprint("C", rank(r, 150))))
	e.Set("browser", event.StringOf(fmt.Sprint("B", rank(r, 8))))
	e.Set("url", event.StringOf(fmt.Sprint("/page/", rank(r, 20_000))))
	e.Set("price", event.NumberOf(float64(r.IntN(100_000))/100))
	if r.IntN(10) == 0 {
		e.Set("tags", event.ListOf(fmt.Sprintf(`["t%d","u%d"]`, rank(r, 20), rank(r, 20))))
	}
	return e
}

// loaded is a snapshot of the benchmark's events, in parts.
func loaded(b *testing.B) store.Snapshot {
	dir := *benchData
	if dir == "" {
		dir = b.TempDir()
	}
	s, err := columnar.Open(dir, columnar.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	r := rand.New(rand.NewPCG(1, 2))
	for n := int(s.Counters(1).Durable); n < *benchEvents; {
		batch := make([]event.Event, min(10_000, *benchEvents-n))
		for i := range batch {
			batch[i] = benchEvent(r, *benchEvents/100)
		}
		n += len(batch)
		if err := s.Append(context.Background(), store.Batch{Project: 1, Events: batch}); err != nil {
			b.Fatal(err)
		}
	}
	snap, err := s.Snapshot(1)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(snap.Release)
	return snap
}

// benchQuestions are typical of a screen full of charts.
var benchQuestions = []struct{ name, parts string }{
	{"events_per_day", `"interval":"day","metrics":[{"name":"A","event":"event 00","measure":"total"},{"name":"B","event":"event 01","measure":"total"}]`},
	{"all_events_per_day", `"interval":"day","metrics":[{"name":"A","any_event":true,"measure":"total"}]`},
	{"all_events_per_hour", `"interval":"hour","metrics":[{"name":"A","any_event":true,"measure":"total"}]`},
	{"unique_per_day", `"interval":"day","metrics":[{"name":"A","event":"event 00","measure":"unique"}]`},
	{"unique_all_per_day", `"interval":"day","metrics":[{"name":"A","any_event":true,"measure":"unique"}]`},
	{"unique_all_per_hour", `"interval":"hour","metrics":[{"name":"A","any_event":true,"measure":"unique"}]`},
	{"filter", `"interval":"day","metrics":[{"name":"A","any_event":true,"measure":"unique"}],"filter":{"all":[{"property":"country","operator":"is","values":["C1","C2"]},{"property":"price","operator":"greater","values":[500]}]}`},
	{"filter_text", `"interval":"day","metrics":[{"name":"A","any_event":true,"measure":"total"}],"filter":{"property":"url","operator":"contains","values":["99"]}`},
	{"breakdown", `"interval":"day","metrics":[{"name":"A","any_event":true,"measure":"total"},{"name":"B","any_event":true,"measure":"unique"}],"breakdown":[{"property":"country"}]`},
	{"breakdown_url", `"interval":"day","metrics":[{"name":"A","any_event":true,"measure":"unique"}],"breakdown":[{"property":"url"}]`},
	{"breakdown_two", `"interval":"day","metrics":[{"name":"A","any_event":true,"measure":"total"}],"breakdown":[{"property":"country"},{"property":"browser"}]`},
	{"breakdown_tags", `"interval":"day","metrics":[{"name":"A","any_event":true,"measure":"total"}],"breakdown":[{"property":"tags"}]`},
	{"sum", `"interval":"day","metrics":[{"name":"A","any_event":true,"measure":"sum","property":"price"}]`},
	{"median", `"interval":"day","metrics":[{"name":"A","any_event":true,"measure":"median","property":"price"}]`},
	{"mau", `"interval":"day","metrics":[{"name":"A","event":"event 00","measure":"unique","window":{"last":1,"unit":"day"}},{"name":"B","event":"event 00","measure":"unique","window":{"last":30,"unit":"day"}}]`},
	{"frequency", `"interval":"day","metrics":[{"name":"A","event":"event 00","per_user":{"measure":"total"}}]`},
	{"first_ever", `"interval":"day","metrics":[{"name":"A","event":"event 00","measure":"total","first_ever":true}]`},
	{"buckets", `"interval":"day","metrics":[{"name":"A","event":"event 00","measure":"total"}],"breakdown":[{"property":"price","buckets":{"auto":true}}]`},
	{"distinct", `"interval":"day","metrics":[{"name":"A","any_event":true,"measure":"distinct","property":"url"}]`},
}

// BenchmarkTrend reports, beside the time, how many rows were decoded.
func BenchmarkTrend(b *testing.B) {
	snap := loaded(b)
	for _, x := range benchQuestions {
		b.Run(x.name, func(b *testing.B) {
			q, err := question.Parse(fmt.Appendf(nil, `{"kind":"trend","range":{"from":"2026-09-03","to":"2026-10-31","zone":"Asia/Jakarta"},%s}`, x.parts))
			if err != nil {
				b.Fatal(err)
			}
			var rows int64
			for b.Loop() {
				answer, err := query.Ask(context.Background(), snap, q, query.Options{Guard: columnar.Guard})
				if err != nil {
					b.Fatal(err)
				}
				rows = answer.Cost().RowsRead
			}
			b.ReportMetric(float64(rows), "rows")
		})
	}
}
