package query

import (
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

// TestPercentileOfCells: the percentile of several cells is that of all their numbers, whether it lies between those of the
// cells or not.
func TestPercentileOfCells(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom([]float64{0, 1, 25, 50, 95, 99.9, 100}).Draw(t, "p")
		number := rapid.OneOf(rapid.Float64Range(-10, 10), rapid.Map(rapid.IntRange(0, 3), func(i int) float64 { return float64(i) }))
		cells := rapid.SliceOfN(rapid.SliceOfN(number, 0, 40), 2, 8).Draw(t, "cells")
		want := percentile(slices.Concat(cells...), p)
		tally := &percentileTally{shape: shape{slots: 1, intervals: len(cells), meter: &meter{limit: 1 << 20}}, p: p, cells: cells}
		if got := tally.result(0, make([]float64, len(cells))); got != want && (got == got || want == want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

// TestPercentileAmong: of many cells few numbers are looked at.
func TestPercentileAmong(t *testing.T) {
	cells := make([][]float64, 10)
	for i := range 10_000 {
		cells[i%10] = append(cells[i%10], float64(i*7919%10_007))
	}
	known := make([]float64, len(cells))
	for i := range cells {
		known[i] = percentile(cells[i], 95)
	}
	want := percentile(slices.Concat(cells...), 95)
	tally := &percentileTally{shape: shape{meter: &meter{limit: 1 << 20}}, p: 95}
	if got, ok := tally.among(cells, known); !ok || got != want {
		t.Errorf("got %v, %v, want %v", got, ok, want)
	}
}
