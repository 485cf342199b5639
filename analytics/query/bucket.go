package query

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"slices"

	"jejak/event"
	"jejak/question"
)

// bucketing puts the numbers of a breakdown's property together. Nil: every value stands for itself.
type bucketing struct {
	bounds []float64     // ascending
	items  []event.Value // by how many bounds are not above the number
}

// of is the place of a number's bucket.
func (b *bucketing) of(f float64) int {
	i, found := slices.BinarySearch(b.bounds, f)
	if found {
		i++
	}
	return i
}

// itemsOf are the items of a value: the buckets of its numbers; what is no number is not set.
func (b *bucketing) itemsOf(v event.Value) (out []event.Value) {
	if b == nil {
		return itemsOf(v)
	}
	for _, item := range itemsOf(v) {
		bucket := event.Value{}
		if item.Kind == event.Number {
			bucket = b.items[b.of(item.Number)]
		}
		if !slices.Contains(out, bucket) {
			out = append(out, bucket)
		}
	}
	return out
}

// bucketingOf is between bounds, which are ascending.
func bucketingOf(bounds []float64) *bucketing {
	b := &bucketing{bounds: bounds}
	for i := range len(bounds) + 1 {
		var x struct {
			AtLeast *float64 `json:"at_least,omitempty"`
			Less    *float64 `json:"less,omitempty"`
		}
		if i > 0 {
			x.AtLeast = &bounds[i-1]
		}
		if i < len(bounds) {
			x.Less = &bounds[i]
		}
		text, err := json.Marshal(x)
		if err != nil {
			panic(fmt.Sprintf("BUG: a bound that is no number: %v", err))
		}
		b.items = append(b.items, event.ObjectOf(string(text)))
	}
	return b
}

// evenBounds go from min to max in steps of size; the last step may be shorter.
func evenBounds(q *question.Buckets) (bounds []float64) {
	for i := 0; ; i++ {
		bound := *q.Min + float64(i)*q.Size
		if bound >= *q.Max {
			return append(bounds, *q.Max)
		}
		bounds = append(bounds, bound)
	}
}

// About how many buckets make themselves, and from how many different numbers on.
const (
	autoBuckets = 10
	autoLeast   = 20
)

// spread is what automatic buckets depend on.
type numberSpread struct {
	different []float64 // ascending, up to autoLeast + 1 of them
	low, high float64
	some      bool
}

func (s *numberSpread) see(f float64) {
	if !s.some {
		s.low, s.high, s.some = f, f, true
	}
	s.low, s.high = min(s.low, f), max(s.high, f)
	if len(s.different) > autoLeast {
		return
	}
	if i, found := slices.BinarySearch(s.different, f); !found {
		s.different = slices.Insert(s.different, i, f)
	}
}

func (s *numberSpread) merge(o *numberSpread) {
	for _, f := range o.different {
		s.see(f)
	}
	if o.some {
		s.see(o.low)
		s.see(o.high)
	}
}

// bucketing is that of the numbers; nil when there are few.
func (s *numberSpread) bucketing() *bucketing {
	if len(s.different) <= autoLeast {
		return nil
	}
	return bucketingOf(roundBounds(s.low, s.high))
}

// roundBounds are the multiples of the smallest of 1, 2 and 5 times a power of ten that make at most autoBuckets buckets of the
// numbers from low to high. Each is the nearest float64.
func roundBounds(low, high float64) (bounds []float64) {
	power := int(math.Floor(math.Log10(high/autoBuckets-low/autoBuckets))) - 2
	if high/autoBuckets-low/autoBuckets == 0 {
		power = -330
	}
	for ; ; power++ {
		for _, digit := range []int64{1, 2, 5} {
			size := decimal(digit, power)
			first, last := floorQuotient(low, size), floorQuotient(high, size)
			if new(big.Int).Sub(last, first).Cmp(big.NewInt(autoBuckets)) >= 0 {
				continue
			}
			for i := first; i.Cmp(last) <= 0; i = new(big.Int).Add(i, big.NewInt(1)) {
				bounds = addBound(bounds, i, size)
			}
			return addBound(bounds, new(big.Int).Add(last, big.NewInt(1)), size)
		}
	}
}

// addBound adds i sizes, unless no float64 is as large or it is there already.
func addBound(bounds []float64, i *big.Int, size *big.Rat) []float64 {
	f, _ := new(big.Rat).Mul(new(big.Rat).SetInt(i), size).Float64()
	if math.IsInf(f, 0) || len(bounds) > 0 && f == bounds[len(bounds)-1] {
		return bounds
	}
	return append(bounds, f+0)
}

func decimal(digit int64, power int) *big.Rat {
	ten := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(power, -power))), nil)
	if power < 0 {
		return new(big.Rat).SetFrac(big.NewInt(digit), ten)
	}
	return new(big.Rat).SetInt(ten.Mul(ten, big.NewInt(digit)))
}

func floorQuotient(f float64, size *big.Rat) *big.Int {
	q := new(big.Rat).SetFloat64(f)
	q.Quo(q, size)
	return new(big.Int).Div(q.Num(), q.Denom()) // Euclidean: rounds down, the denominator being positive
}
