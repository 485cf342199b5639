package columnar

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"jejak/analytics/store"
	"jejak/event"
)

// typical is an event of 15 properties, as imports bring them.
func typical(i int) event.Event {
	e := event.Event{
		Name: fmt.Sprint("event ", i*i%40), Time: event.Millis(1_700_000_000_000 + int64(i)*1_000_003%(30*dayMillis)),
		InsertID: strconv.FormatInt(int64(i)*7919, 36), Actor: event.MakeActor(i%64, uint32(i%20011)),
	}
	for j := range 9 {
		e.Set(fmt.Sprint("property ", j), event.StringOf(fmt.Sprint("value ", i%(7+j*j))))
	}
	e.Set("url", event.StringOf(fmt.Sprint("https://example.com/page/", i%5003)))
	e.Set("amount", event.NumberOf(float64(i%10007)/100))
	e.Set("count", event.NumberOf(float64(i%50)))
	e.Set("new", event.BooleanOf(i%2 == 0))
	e.Set("version", event.StringOf(fmt.Sprint(i%3, ".", i%11)))
	e.Set("tags", event.ListOf(`["a","b"]`))
	return e
}

func mustBegin(b *testing.B) *Store {
	b.Helper()
	s, err := Open(b.TempDir(), Options{MinFree: -1})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// BenchmarkImport appends batches of 2,000 events from 4 goroutines while all that happens behind them goes on, the last
// flush included.
func BenchmarkImport(b *testing.B) {
	const size = 2000
	s := mustBegin(b)
	var next atomic.Int64
	b.SetParallelism(2)
	b.ReportAllocs()
	began := time.Now()
	var making atomic.Int64
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			from := int(next.Add(size))
			t := time.Now()
			events := make([]event.Event, size)
			for i := range events {
				events[i] = typical(from + i)
			}
			making.Add(int64(time.Since(t)))
			if err := s.Append(context.Background(), store.Batch{Project: 1, Events: events}); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N*size)/time.Since(began).Seconds(), "events/s")
	b.ReportMetric(float64(making.Load())/1e3/float64(b.N*size), "µs-making/event")
	b.ReportMetric(residentMB(b), "MB-resident")
	b.ReportMetric(float64(len(s.project(1).runs)), "parts")
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N*size)/time.Since(began).Seconds(), "events/s-flushed")
}

// BenchmarkTrack appends single events from 200 goroutines.
func BenchmarkTrack(b *testing.B) {
	s := mustBegin(b)
	defer s.Close()
	var next atomic.Int64
	b.SetParallelism(200 / runtime.GOMAXPROCS(0))
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			e := typical(int(next.Add(1)))
			if err := s.Append(context.Background(), store.Batch{Project: 1, Events: []event.Event{e}}); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// residentMB is the process's memory as the system counts it, 0 where it does not say.
func residentMB(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(status), "VmRSS:")
	kb, _ := strconv.ParseFloat(strings.Fields(after + " 0")[0], 64)
	return kb / 1024
}
