package query

import (
	"context"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"jejak/event"
	"jejak/question"
)

// TestLuck compares p with the one computed in whole numbers.
func TestLuck(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	for range 300 {
		N := 30 + r.Int64N(400)
		K, n := r.Int64N(N+1), 30+r.Int64N(N-29)
		k := r.Int64N(n + 1)
		got, want := luck(N, K, n, k), exactLuck(N, K, n, k)
		if math.Abs(got-want) > 1e-12 {
			t.Errorf("N %d, K %d, n %d, k %d: got %v, want %v", N, K, n, k, got, want)
		}
	}
}

func exactLuck(N, K, n, k int64) float64 {
	worse, better := new(big.Int), new(big.Int)
	for x := max(0, n+K-N); x <= min(n, K); x++ {
		ways := new(big.Int).Mul(new(big.Int).Binomial(K, x), new(big.Int).Binomial(N-K, n-x))
		if x < k {
			worse.Add(worse, ways)
		} else if x > k {
			better.Add(better, ways)
		}
	}
	if worse.Cmp(better) < 0 {
		worse = better
	}
	p := new(big.Rat).SetFrac(worse, new(big.Int).Binomial(N, n))
	f, _ := p.Sub(big.NewRat(1, 1), p).Float64()
	return f
}

// TestLuckHasLimits wants no p of few entries, nor of more than the whole has, and one of very many.
func TestLuckHasLimits(t *testing.T) {
	if p := luck(1000, 500, 29, 15); p == p {
		t.Errorf("29 entries have p %v", p)
	}
	if p := luck(100, 50, 101, 15); p == p {
		t.Errorf("101 entries of 100 have p %v", p)
	}
	for _, k := range []int64{0, 100_000, 200_000} {
		if p := luck(100_000_000, 20_000_000, 1_000_000, k); !(p >= 0 && p <= 1) {
			t.Errorf("of 100 million: p %v", p)
		}
	}
}

// funnelsOfOne are funnels over the events A to D of one person.
var funnelsOfOne = map[string]string{
	"unique":             `"steps":[{"event":"A"},{"event":"B"},{"event":"C"}]`,
	"total":              `"counting":"total","steps":[{"event":"A"},{"event":"B"},{"event":"C"}],"window":5`,
	"optimized":          `"optimized":true,"steps":[{"event":"A"},{"event":"B"},{"event":"C"},{"event":"never"}]`,
	"optimized total":    `"counting":"total","optimized":true,"steps":[{"event":"A"},{"event":"B"},{"event":"never"}],"window":5`,
	"excluded":           `"counting":"total","steps":[{"event":"A"},{"event":"B"},{"event":"C"}],"exclude":[{"event":"D"}]`,
	"excluded optimized": `"optimized":true,"steps":[{"event":"A"},{"event":"B"},{"event":"never"}],"exclude":[{"event":"never"}]`,
	"any":                `"counting":"total","order":"any","steps":[{"event":"A"},{"event":"B"},{"any_event":true},{"event":"D"}]`,
	"strict":             `"counting":"total","order":"strict","steps":[{"event":"A"},{"event":"B"},{"event":"C"}]`,
	"same":               `"counting":"total","steps":[{"event":"A"},{"event":"A"},{"event":"A"}]`,
	"same optimized":     `"optimized":true,"steps":[{"event":"A"},{"event":"A"},{"event":"A"},{"event":"never"}]`,
	"hours":              `"interval":"hour","steps":[{"event":"A"},{"event":"B"},{"event":"never"}],"counting":"total","window":86400`,
	"hours unique":       `"interval":"hour","steps":[{"event":"A"},{"event":"B"},{"event":"never"}]`,
}

// TestFunnelOfOnePerson follows a million events of one person: over half a day, and all within a second. Where the work grew faster
// than the events it would not end.
func TestFunnelOfOnePerson(t *testing.T) {
	for name, text := range funnelsOfOne {
		for _, gap := range []event.Millis{43, 0} {
			c := counterOf(t, text)
			c.walk(longTrail(c, 1_000_000, gap))
			n := c.table.counts(0, -1)
			if n[0] == 0 || n[1] == 0 {
				t.Errorf("%s, every %d ms: nobody gets anywhere: %v", name, gap, n)
			}
		}
	}
}

func counterOf(t *testing.T, text string) *funnelCounter {
	q, err := question.Parse([]byte(`{"kind":"funnel","range":{"from":"2026-11-01","to":"2026-11-01","zone":"UTC"},` + text + `}`))
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Now: time.Now}.orDefault()
	f := &funnel{Funnel: q.(*question.Funnel), o: o, now: o.Now(), meter: &meter{limit: 1 << 30}}
	if err := f.cutTime(); err != nil {
		t.Fatal(err)
	}
	f.prepare()
	c := f.newCounter(context.Background())
	c.table = f.newTable(f.meter)
	return c
}

// longTrail has events A, B, C and D in turn.
func longTrail(c *funnelCounter, n int, gap event.Millis) *trail {
	sets := newMarkSets(len(c.groups), c.meter)
	var marks []markSet
	for _, name := range []string{"A", "B", "C", "D"} {
		has := make([]bool, len(c.groups))
		for g := range c.groups {
			_, has[g] = c.groups[g].filterFor(name)
		}
		marks = append(marks, sets.find(has, ""))
	}
	t := &trail{person: event.MakeActor(1, 1), pile: &pile{meter: c.meter, markSets: sets}}
	for i := range n {
		t.stops = append(t.stops, stop{c.line.from + event.Millis(i)*gap, marks[i%len(marks)], uint32(i)})
	}
	return t
}
