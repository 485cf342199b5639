package identify

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"jejak/analytics/query"
	"jejak/analytics/store"
	"jejak/analytics/store/columnar"
	"jejak/event"
	"jejak/question"
)

var (
	benchEvents = flag.Int("bench-events", 300_000, "how many events the benchmark makes")
	benchData   = flag.String("bench-data", "", "folder of a store whose project 1 has events instead")
)

// BenchmarkMergedFunnel asks a funnel when nobody has several identifiers, when one of ten people has two in the same bucket, as they are
// given out, when one of these in ten has them in different buckets, and when all of these have.
func BenchmarkMergedFunnel(b *testing.B) {
	snap := benchSnapshot(b)
	q, err := question.Parse([]byte(`{"kind":"funnel","range":{"from":"2020-01-01","to":"2030-01-01","zone":"Asia/Jakarta"},
		"window":1209600,"steps":[{"event":"event 03"},{"event":"event 04"},{"event":"event 06"}]}`))
	if err != nil {
		b.Fatal(err)
	}
	for _, x := range []struct {
		name        string
		merged, far int // of a hundred
	}{{"nobody", 0, 0}, {"near", 10, 0}, {"some_far", 10, 10}, {"far", 10, 100}} {
		b.Run(x.name, func(b *testing.B) {
			m := benchMerges(snap, x.merged, x.far)
			before := processorTime()
			for b.Loop() {
				if _, err := query.Ask(b.Context(), m.Over(snap), q, query.Options{Guard: columnar.Guard, Budget: query.Budget{Memory: 1 << 30}}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((processorTime()-before).Microseconds())/1000/float64(b.N), "cpu-ms/op")
		})
	}
}

// processorTime is what this process has used: it says more than the clock beside other work.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func benchSnapshot(b *testing.B) store.Snapshot {
	dir := *benchData
	if dir == "" {
		dir = b.TempDir()
	}
	s, err := columnar.Open(dir, columnar.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	if *benchData == "" {
		benchLoad(b, s)
	}
	snap, err := s.Snapshot(1)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(snap.Release)
	return snap
}

func benchLoad(b *testing.B, s store.Store) {
	r := rand.New(rand.NewPCG(1, 2))
	for left := *benchEvents; left > 0; left -= 10_000 {
		batch := make([]event.Event, min(left, 10_000))
		for i := range batch {
			person := r.IntN(*benchEvents / 30)
			batch[i] = event.Event{
				Name: fmt.Sprintf("event %02d", r.IntN(10)), InsertID: fmt.Sprint(r.Uint64()), Time: event.Millis(1_790_000_000_000 + r.Int64N(30*24*3600*1000)),
				Actor: event.MakeActor(person%event.Buckets, uint32(person/event.Buckets+1)),
			}
		}
		if err := s.Append(b.Context(), store.Batch{Project: 1, Events: batch}); err != nil {
			b.Fatal(err)
		}
	}
}

// benchMerges joins so many of a hundred actors with another one; so many of a hundred of these with one of another bucket.
func benchMerges(snap store.Snapshot, merged, far int) *Merges {
	r := rand.New(rand.NewPCG(3, 4))
	var p people
	for bucket := range event.Buckets {
		p.last[bucket] = snap.Actors(bucket) - 1
	}
	for bucket, last := range p.last {
		for index := uint32(1); index <= last; index++ {
			if r.IntN(100) >= merged {
				continue
			}
			other := bucket
			if r.IntN(100) < far {
				other = r.IntN(event.Buckets)
			}
			p.doLocked(act{verb: mergeVerb, one: event.MakeActor(bucket, index), other: event.MakeActor(other, 1+r.Uint32N(p.last[other]))})
		}
	}
	return p.merges()
}
