package columnar

import (
	"fmt"
	"math"
	"testing"
	"time"

	"jejak/analytics/store"
	"jejak/event"
)

// BenchmarkRead reads what questions read, of the store that TestLoad left in -folder, or of a small one. It tells
// nanoseconds for each row and each piece of a section and bucket.
func BenchmarkRead(b *testing.B) {
	s := readable(b)
	defer s.Close()
	some := func(n int) (names []string) {
		for i := range n {
			names = append(names, fmt.Sprint("event ", i))
		}
		return names
	}
	for _, names := range [][]string{some(1), {"event 5", "event 9", "event 12"}, nil} {
		for _, what := range []string{"open", "buckets", "superseded first", "superseded", "times", "times and actors", "arrivals", "codes"} {
			b.Run(fmt.Sprint(len(names), " names/", what), func(b *testing.B) { readAll(b, s, names, what) })
		}
	}
}

func readable(b *testing.B) *Store {
	dir := *loadFolder
	if dir == "" {
		dir = b.TempDir()
	}
	s, err := Open(dir, Options{MinFree: -1, still: true})
	if err != nil {
		b.Fatal(err)
	}
	if *loadFolder == "" {
		load(b, s, 50_000, 2000)
	}
	return s
}

func readAll(b *testing.B, s *Store, names []string, what string) {
	rows, pieces, took := 0, 0, time.Duration(0)
	var buffers readBuffers
	for b.Loop() {
		if what == "superseded first" {
			s.project(1).pairs.of = nil
		}
		began := time.Now()
		snap, err := s.Snapshot(1)
		if err != nil {
			b.Fatal(err)
		}
		sections := snap.Sections(store.Selection{Names: names, From: math.MinInt64, To: math.MaxInt64})
		rows, pieces = 0, len(sections)
		for bucket := range event.Buckets {
			for _, section := range sections {
				rows += buffers.read(section, bucket, what)
			}
		}
		snap.Release()
		took = time.Since(began)
	}
	b.ReportMetric(float64(took.Nanoseconds())/float64(rows), "ns/row")
	b.ReportMetric(float64(took.Nanoseconds())/float64(pieces*event.Buckets), "ns/piece")
	b.ReportMetric(float64(rows), "rows")
}

type readBuffers struct {
	times  []event.Millis
	actors []uint32
	codes  []uint32
}

// read reads a bucket of a section and tells its rows.
func (r *readBuffers) read(s store.Section, bucket int, what string) int {
	if what == "open" {
		return 1
	}
	lo, hi := s.Bucket(bucket)
	switch what {
	case "superseded", "superseded first":
		s.Superseded(bucket)
	case "times":
		r.times = s.Times(lo, hi, r.times)
	case "times and actors":
		r.times = s.Times(lo, hi, r.times)
		r.actors = s.Actors(lo, hi, r.actors)
	case "arrivals":
		if a := s.Arrivals(lo, hi, r.codes); a != nil {
			r.codes = a
		}
	case "codes":
		if c := s.Column("$city"); c != nil && lo < hi {
			r.codes = c.Codes(lo, hi, r.codes)
		}
	}
	return hi - lo
}
