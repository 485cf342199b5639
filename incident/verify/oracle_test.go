package verify

import (
	"bytes"
	"context"
	"database/sql"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
)

var (
	probes = flag.Int("probes", 0, "how many times to ask whether somebody is affected; 0: the bytes only, no clock is read")
	seed   = flag.Uint64("seed", 1, "of the addresses that are asked about")
)

// TestProbesTellNothing asks about people who are affected and about others, in random order, and compares what comes back and how
// long it takes: Welch's t over the times of both, as dudect does. It is measured with -probes only: `make soak` asks a million times.
func TestProbesTellNothing(t *testing.T) {
	s := newSite(t)
	n := max(*probes, 400)
	t.Logf("seed %d, %d probes", *seed, n)
	r := rand.New(rand.NewPCG(*seed, 0))
	for i := range 1000 {
		s.people.in[person(i)] = []Standing{{Incident: "2026-01", Classes: []exposure.Class{exposure.Email}}}
	}
	s.asks = access.NewLimit(time.Nanosecond, 1<<40)
	want := s.serve(s.request(person(0))).Body.Bytes()
	var times [2][]float64
	for i := range n {
		class := r.IntN(2)
		request := s.request(person(class*500_000 + r.IntN(1000)))
		from := time.Now()
		w := s.serve(request)
		times[class] = append(times[class], float64(time.Since(from)))
		if !bytes.Equal(w.Body.Bytes(), want) {
			t.Fatalf("probe %d gets other bytes: %s", i, w.Body)
		}
		if i%5000 == 4999 {
			s.drain()
		}
	}
	if *probes > 0 {
		told(t, times)
	}
}

// person has an address of one length.
func person(i int) string { return fmt.Sprintf("person%06d@example.com", i) }

// drain empties the queue, which a real one does in the background.
func (s *site) drain() {
	s.people.asking = false
	err := s.db.Write(context.Background(), func(tx *sql.Tx) error {
		_, err := tx.Exec("DELETE FROM mail_back")
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// told fails when the times tell the classes apart. The slowest are cropped at several places, as dudect crops: what is rare and slow
// is the machine.
func told(t *testing.T, times [2][]float64) {
	all := slices.Sorted(slices.Values(append(slices.Clone(times[0]), times[1]...)))
	for _, keep := range []float64{0.5, 0.8, 0.9, 0.95, 0.99, 1} {
		most := all[int(keep*float64(len(all)-1))]
		a, b := crop(times[0], most), crop(times[1], most)
		x := welch(a, b)
		t.Logf("the fastest %3.0f %%: affected %.0f ns, others %.0f ns, t = %.2f", 100*keep, mean(a), mean(b), x)
		if math.Abs(x) >= 4.5 {
			t.Errorf("the time of the answer tells who is affected: t = %.2f", x)
		}
	}
}

func crop(times []float64, most float64) (out []float64) {
	for _, x := range times {
		if x <= most {
			out = append(out, x)
		}
	}
	return out
}

func mean(x []float64) (sum float64) {
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

func welch(a, b []float64) float64 {
	spread := func(x []float64) float64 {
		m, sum := mean(x), 0.0
		for _, v := range x {
			sum += (v - m) * (v - m)
		}
		return sum / float64(len(x)-1) / float64(len(x))
	}
	return (mean(a) - mean(b)) / math.Sqrt(spread(a)+spread(b))
}

// TestWelchBites checks the checker: times that differ by a tenth of their spread are told apart.
func TestWelchBites(t *testing.T) {
	r := rand.New(rand.NewPCG(*seed, 1))
	var a, b []float64
	for range 20_000 {
		a, b = append(a, 100+r.NormFloat64()), append(b, 100.1+r.NormFloat64())
	}
	if math.Abs(welch(a, b)) < 4.5 {
		t.Errorf("t = %.2f", welch(a, b))
	}
}
