package query

import (
	"math"
	"math/big"
	"math/bits"
	"slices"
)

// percentile is the value at rank p/100 × (n−1) among the n values in ascending order, counted from 0; between two
// ranks it is interpolated linearly (type 7 of Hyndman and Fan, 1996), computed exactly and rounded once. It reorders
// values. Null when there are none.
func percentile(values []float64, p float64) float64 {
	if len(values) == 0 {
		return null
	}
	at := new(big.Rat).SetFloat64(p)
	at.Mul(at, big.NewRat(int64(len(values)-1), 100))
	whole := new(big.Int).Quo(at.Num(), at.Denom())
	k := int(whole.Int64())
	low := selectRank(values, k)
	fraction := at.Sub(at, new(big.Rat).SetInt(whole))
	if fraction.Sign() == 0 {
		return low
	}
	high := slices.Min(values[k+1:])
	if low == high {
		return low
	}
	exact := new(big.Rat).SetFloat64(high)
	exact.Sub(exact, new(big.Rat).SetFloat64(low))
	exact.Mul(exact, fraction)
	f, _ := exact.Add(exact, new(big.Rat).SetFloat64(low)).Float64()
	return finite(f)
}

// selectRank moves the k-th smallest value to values[k], smaller ones before it and larger ones behind, and returns it.
// Hoare's quickselect with the median of three; ranges that refuse to shrink are sorted.
func selectRank(values []float64, k int) float64 {
	lo, hi := 0, len(values)-1
	for rounds := 4 * (bits.Len(uint(len(values))) + 1); lo < hi; rounds-- {
		if rounds == 0 {
			slices.Sort(values[lo : hi+1])
			break
		}
		pivot := medianOfThree(values[lo], values[lo+(hi-lo)/2], values[hi])
		i, j := partition(values, lo, hi, pivot)
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return values[k]
		}
	}
	return values[k]
}

// partition leaves values[lo..j] <= pivot <= values[i..hi], with only pivots between j and i.
func partition(values []float64, lo, hi int, pivot float64) (i, j int) {
	i, j = lo, hi
	for i <= j {
		for values[i] < pivot {
			i++
		}
		for values[j] > pivot {
			j--
		}
		if i <= j {
			values[i], values[j] = values[j], values[i]
			i++
			j--
		}
	}
	return i, j
}

func medianOfThree(a, b, c float64) float64 {
	return math.Max(math.Min(a, b), math.Min(math.Max(a, b), c))
}
