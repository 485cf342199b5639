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
