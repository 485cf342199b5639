package query

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestPercentile(t *testing.T) {
	for _, c := range []struct {
		values []float64
		p      float64
		want   float64
	}{
		{[]float64{7}, 90, 7},
		{[]float64{1, 2}, 50, 1.5},
		{[]float64{4, 1, 3, 2}, 25, 1.75},
		{[]float64{4, 1, 3, 2}, 0, 1},
		{[]float64{4, 1, 3, 2}, 100, 4},
		{[]float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 90, 10},
		{[]float64{-1.7e308, 1.7e308}, 50, 0},
	} {
		if got := percentile(slices.Clone(c.values), c.p); got != c.want {
			t.Errorf("percentile %v of %v: got %v, want %v", c.p, c.values, got, c.want)
		}
	}
	if got := percentile(nil, 50); got == got {
		t.Errorf("of nothing: got %v, want null", got)
	}
}

func TestSelectRank(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(-10, 10), rapid.Map(rapid.IntRange(0, 3), func(i int) float64 { return float64(i) })), 1, 300).Draw(t, "values")
		k := rapid.IntRange(0, len(values)-1).Draw(t, "k")
		sorted := slices.Sorted(slices.Values(values))
		if got := selectRank(values, k); got != sorted[k] {
			t.Fatalf("got %v, want %v", got, sorted[k])
		}
		for i, v := range values {
			if i < k && v > values[k] || i > k && v < values[k] {
				t.Fatalf("value %v at %d is on the wrong side of rank %d", v, i, k)
			}
		}
	})
}

// TestPercentileOfCells: the percentile of several cells is that of all their numbers, wherever it is looked for first.
func TestPercentileOfCells(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom([]float64{0, 1, 25, 50, 95, 99.9, 100}).Draw(t, "p")
		number := rapid.OneOf(rapid.Float64Range(-10, 10), rapid.Map(rapid.IntRange(0, 3), func(i int) float64 { return float64(i) }))
		cells := rapid.SliceOfN(rapid.SliceOfN(number, 0, 40), 2, 8).Draw(t, "cells")
		again := rapid.SampledFrom([]int{1, 1, 1, 300}).Draw(t, "times") // many: a sample is taken
		bags, all := make([]bag, len(cells)), []float64{}
		m := &meter{limit: 1 << 30}
		for i, values := range cells {
			for range again {
				for _, v := range values {
					bags[i].add(m, v)
				}
				all = append(all, values...)
			}
		}
		want := percentile(all, p)
		tally := &percentileTally{shape: shape{slots: 1, intervals: len(cells), meter: m}, p: p, cells: bags}
		if got := tally.result(0, make([]float64, len(cells))); got != want && (got == got || want == want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

// TestFewAreLookedAt: the sample leads to a small part of the numbers.
func TestFewAreLookedAt(t *testing.T) {
	const n = 100_003
	cells, m := make([]bag, 10), &meter{limit: 1 << 30}
	for i := range n {
		cells[i%10].add(m, float64(i*7919%n))
	}
	for _, p := range []float64{0, 1, 50, 95, 100} {
		k, _ := rankOf(n, p)
		in, ok := sampledBand(cells, n, p).find(cells, n, k, m)
		if !ok || len(in.inside) > n/5 {
			t.Errorf("p %v: %v, %d numbers", p, ok, len(in.inside))
		}
		if got, want := percentileOf(cells, p, band{}, m), p/100*(n-1); math.Abs(got-want) > 1e-9*n {
			t.Errorf("p %v: got %v, want %v", p, got, want)
		}
	}
}
