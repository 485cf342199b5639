package query

import (
	"math"
	"slices"
	"testing"
)

func TestRoundBounds(t *testing.T) {
	for _, x := range []struct {
		low, high float64
		want      []float64
	}{
		{0, 99, []float64{0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100}},
		{0, 100, []float64{0, 20, 40, 60, 80, 100, 120}},
		{-3, 0.1, []float64{-3, -2.5, -2, -1.5, -1, -0.5, 0, 0.5}},
		{0.1, 0.36, []float64{0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4}},
	} {
		if got := roundBounds(x.low, x.high); !slices.Equal(got, x.want) {
			t.Errorf("%v to %v: got %v, want %v", x.low, x.high, got, x.want)
		}
	}
}

// The bounds of any two numbers are few, ascending, and around both as far as there are numbers.
func TestRoundBoundsOfExtremes(t *testing.T) {
	numbers := []float64{-math.MaxFloat64, -1e16, -5e-324, 0, 5e-324, 0.1, 1, 1e16, 1e300, math.Nextafter(1e300, 2e300), math.MaxFloat64}
	for i, low := range numbers {
		for _, high := range numbers[i+1:] {
			bounds := roundBounds(low, high)
			if len(bounds) == 0 || len(bounds) > autoBuckets+1 || !slices.IsSorted(bounds) {
				t.Errorf("%v to %v: %v", low, high, bounds)
			}
			if b := bucketingOf(bounds); b.of(low) == b.of(high) && len(bounds) > 2 {
				t.Errorf("%v and %v are in one bucket of %v", low, high, bounds)
			}
		}
	}
}
