package query

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// anyFloat draws values of every size: integers, cents, tiny, huge, denormal.
func anyFloat() *rapid.Generator[float64] {
	return rapid.OneOf(
		rapid.Map(rapid.IntRange(-1000, 1000), func(i int) float64 { return float64(i) }),
		rapid.Map(rapid.IntRange(-100000, 100000), func(i int) float64 { return float64(i) / 100 }),
		rapid.SampledFrom([]float64{math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64, 1 << 62, -(1 << 62), 1 << 61, 1e-300, 1e300, 0.1, 1 << 53, 1<<53 + 2}),
		rapid.Map(rapid.Uint64(), func(u uint64) float64 {
			f := math.Float64frombits(u)
			if math.IsNaN(f) || math.IsInf(f, 0) {
				return 1
			}
			return f
		}),
	)
}

func exactly(fs []float64) *big.Rat {
	sum := new(big.Rat)
	for _, f := range fs {
		sum.Add(sum, new(big.Rat).SetFloat64(f))
	}
	return sum
}

func same(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) || a != a && b != b }

func TestExactSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fs := rapid.SliceOfN(anyFloat(), 0, 200).Draw(t, "values")
		split := rapid.IntRange(0, len(fs)).Draw(t, "split")
		var one, two exactSum
		for i, f := range fs {
			if i < split {
				one.add(f)
			} else {
				two.add(f)
			}
		}
		one.merge(&two)
		want, _ := exactly(fs).Float64()
		if got := one.sum(); !same(got, finite(want)) {
			t.Fatalf("sum %v, want %v", got, want)
		}
		if len(fs) == 0 {
			return
		}
		mean, _ := new(big.Rat).Quo(exactly(fs), big.NewRat(int64(len(fs)), 1)).Float64()
		if got := one.average(int64(len(fs))); !same(got, finite(mean)) {
			t.Fatalf("average %v, want %v", got, mean)
		}
	})
}

// TestExactSumSpills adds more than the middle part holds.
func TestExactSumSpills(t *testing.T) {
	var s exactSum
	for range 1000 {
		s.add(1 << 61)
		s.add(0.5)
	}
	if got, want := s.sum(), 1000*float64(1<<61); got != want {
		t.Fatalf("got %v, want %v", got, want)
	}
	for range 1000 {
		s.add(-(1 << 61))
	}
	if got := s.sum(); got != 500 {
		t.Fatalf("got %v, want 500", got)
	}
}

func BenchmarkExactSum(b *testing.B) {
	fs := make([]float64, 4096)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range fs {
		fs[i] = float64(r.IntN(100000)) / 100
	}
	for b.Loop() {
		var s exactSum
		for _, f := range fs {
			s.add(f)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/4096, "ns/value")
}
