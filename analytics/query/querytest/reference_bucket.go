package querytest

import (
	"math/big"
	"slices"
	"sort"

	"jejak/event"
	"jejak/question"
)

// findBuckets finds the bounds of the buckets of each breakdown (section 5); nil where values stand for themselves.
func (r *reference) findBuckets(main stretch) {
	for _, b := range r.Breakdown {
		r.bounds = append(r.bounds, r.boundsOf(b, main))
	}
}

// boundsAt are those of a breakdown; other kinds of questions have none.
func (r *reference) boundsAt(breakdown int) []float64 {
	if r.bounds == nil {
		return nil
	}
	return r.bounds[breakdown]
}

func (r *reference) boundsOf(b question.Breakdown, main stretch) []float64 {
	switch {
	case b.Buckets == nil:
		return nil
	case b.Buckets.Breakpoints != nil:
		return b.Buckets.Breakpoints
	case b.Buckets.Auto:
		return r.autoBounds(b.Property, main)
	}
	bounds := []float64{*b.Buckets.Min}
	for i := 1; *b.Buckets.Min+float64(i)*b.Buckets.Size < *b.Buckets.Max; i++ {
		bounds = append(bounds, *b.Buckets.Min+float64(i)*b.Buckets.Size)
	}
	return append(bounds, *b.Buckets.Max)
}

// autoBounds are round numbers around those of the property on the events of the range that pass the filters of a metric.
func (r *reference) autoBounds(property string, main stretch) (bounds []float64) {
	var numbers []float64
	for _, e := range r.events {
		isMeant := func(m question.Metric) bool {
			return m.Formula == "" && r.passes(r.Filter, e) && r.selects(&m.Selector, e)
		}
		if v := e.Get(property); v.Kind == event.Number && inside(main, e) && slices.ContainsFunc(r.Metrics, isMeant) {
			numbers = append(numbers, v.Number)
		}
	}
	sort.Float64s(numbers)
	numbers = slices.Compact(numbers)
	if len(numbers) <= 20 {
		return nil
	}
	low, high := exact(numbers[0]), exact(numbers[len(numbers)-1])
	for power := int64(-330); ; power++ {
		for _, digit := range []int64{1, 2, 5} {
			size := tenTo(power)
			size.Mul(size, big.NewRat(digit, 1))
			first, last := floor(low, size), floor(high, size)
			if new(big.Int).Sub(last, first).Cmp(big.NewInt(9)) > 0 {
				continue
			}
			for i := new(big.Int).Set(first); i.Cmp(new(big.Int).Add(last, big.NewInt(1))) <= 0; i.Add(i, big.NewInt(1)) {
				f := round(new(big.Rat).Mul(size, new(big.Rat).SetInt(i)))
				if f != nil && !slices.Contains(bounds, *f) {
					bounds = append(bounds, *f)
				}
			}
			return bounds
		}
	}
}

func tenTo(power int64) *big.Rat {
	if power < 0 {
		return new(big.Rat).Inv(tenTo(-power))
	}
	return new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(power), nil))
}

// floor is the largest whole number of sizes not above f.
func floor(f, size *big.Rat) *big.Int {
	q := new(big.Rat).Quo(f, size)
	return new(big.Int).Div(q.Num(), q.Denom())
}

// bucketed are the items of a value, numbers put into buckets.
func bucketed(v event.Value, bounds []float64) (out []event.Value) {
	if bounds == nil {
		return items(v)
	}
	for _, item := range items(v) {
		bucket := event.Value{}
		if item.Kind == event.Number {
			ends := map[string]any{}
			for _, bound := range bounds {
				if bound <= item.Number {
					ends["at_least"] = bound
				} else if ends["less"] == nil {
					ends["less"] = bound
				}
			}
			bucket = event.ObjectOf(encode(ends))
		}
		if !slices.Contains(out, bucket) {
			out = append(out, bucket)
		}
	}
	return out
}
