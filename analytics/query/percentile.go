package query

import (
	"math"
	"math/big"
	"math/bits"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"jejak/analytics/store"
)

// percentile is the value at rank p/100 × (n−1) among the n values in ascending order, counted from 0; between two
// ranks it is interpolated linearly (type 7 of Hyndman and Fan, 1996), computed exactly and rounded once. It reorders
// values. Null when there are none.
func percentile(values []float64, p float64) float64 {
	if len(values) == 0 {
		return null
	}
	k, fraction := rankOf(len(values), p)
	return atRank(values, k, fraction)
}

// rankOf is where the percentile of n values is: a rank from 0, and how far towards the next one.
func rankOf(n int, p float64) (k int, fraction *big.Rat) {
	at := new(big.Rat).SetFloat64(p)
	at.Mul(at, big.NewRat(int64(n-1), 100))
	whole := new(big.Int).Quo(at.Num(), at.Denom())
	return int(whole.Int64()), at.Sub(at, new(big.Rat).SetInt(whole))
}

// atRank is the value at a rank, interpolated.
func atRank(values []float64, k int, fraction *big.Rat) float64 {
	low := selectRank(values, k)
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

// percentileTally keeps every number.
type percentileTally struct {
	shape
	property int
	p        float64
	cells    []bag
	alone    []float64 // the percentile of each cell, once it is known
}

func (t *percentileTally) begin(uint32, int) {}
func (t *percentileTally) end()              {}

func (t *percentileTally) add(b *batch, rows []int32, slots []uint32) {
	if !grow(t.meter, &t.cells, t.fit(slots), bagBytes) {
		return
	}
	if slots == nil && b.single {
		t.addToOne(b, rows)
		return
	}
	eachNumber(b, t.property, rows, slots, t.intervals, func(cell int, f float64) {
		t.cells[cell].add(t.meter, f)
	})
}

// addToOne is add where all rows come into one cell.
func (t *percentileTally) addToOne(b *batch, rows []int32) {
	column := b.columns[t.property]
	if column == nil || !column.HasNumbers() {
		return
	}
	values, codes := b.numbers(t.property), b.codes(t.property)
	cell := &t.cells[b.intervals[0]]
	for len(rows) > 0 {
		room := cell.room(t.meter, len(rows))
		if room == nil {
			return
		}
		n := 0
		for _, r := range rows[:len(room)] {
			room[n] = values[r]
			if codes[r] == store.NumberCode {
				n++
			}
		}
		cell.take(n)
		rows = rows[len(room):]
	}
}

func (t *percentileTally) merge(other tally) {
	o := other.(*percentileTally)
	if !grow(t.meter, &t.cells, len(o.cells), bagBytes) {
		return
	}
	for i := range o.cells {
		t.cells[i].join(&o.cells[i])
	}
}

func (t *percentileTally) result(slot int, values []float64) float64 {
	return t.fill(slot, len(t.cells), values, func(first, last int) float64 {
		switch {
		case last-first == 1:
			t.settle()
			return t.alone[first]
		case t.frame == nil: // the total, which comes last: it nearly always lies between the percentiles of the cells
			return percentileOf(t.cells[first:last], t.p, bandOf(values), t.meter)
		}
		return percentileOf(t.cells[first:last], t.p, band{}, t.meter)
	})
}

// settle finds the percentile of every cell, on all cores.
func (t *percentileTally) settle() {
	if t.alone != nil {
		return
	}
	t.alone = make([]float64, len(t.cells)) // 8 bytes a cell beside those that it was charged
	onAllCores(len(t.cells), func(i int) { t.alone[i] = percentileOf(t.cells[i:i+1], t.p, band{}, t.meter) })
}

// onAllCores calls f for 0 to n-1, in any order.
func onAllCores(n int, f func(i int)) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	wait.Wait()
}
