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
	cells    [][]float64
	alone    []float64 // the percentile of each cell, once it is known
}

func (t *percentileTally) begin(uint32, int) {}
func (t *percentileTally) end()              {}

func (t *percentileTally) add(b *batch, rows []int32, slots []uint32) {
	if !grow(t.meter, &t.cells, t.fit(slots), 24) {
		return
	}
	if slots == nil && b.single {
		t.addToOne(b, rows)
		return
	}
	eachNumber(b, t.property, rows, slots, t.intervals, func(cell int, f float64) {
		c := t.cells[cell]
		if len(c) == cap(c) {
			if c = roomier(t.meter, c); c == nil {
				return
			}
		}
		t.cells[cell] = append(c, f)
	})
}

// addToOne is add where all rows come into one cell.
func (t *percentileTally) addToOne(b *batch, rows []int32) {
	column := b.columns[t.property]
	if column == nil || !column.HasNumbers() {
		return
	}
	numbers, codes := b.numbers(t.property), b.codes(t.property)
	c := t.cells[b.intervals[0]]
	for cap(c)-len(c) < len(rows) {
		if c = roomier(t.meter, c); c == nil {
			return
		}
	}
	n := len(c)
	c = c[:n+len(rows)]
	for _, r := range rows {
		c[n] = numbers[r]
		if codes[r] == store.NumberCode {
			n++
		}
	}
	t.cells[b.intervals[0]] = c[:n]
}

// roomier returns the numbers with room for more; nil when there is no memory for it.
func roomier(m *meter, values []float64) []float64 {
	n := max(4, 2*cap(values))
	if !m.take(8 * int64(n)) {
		return nil
	}
	out := append(make([]float64, 0, n), values...)
	m.give(8 * int64(cap(values)))
	return out
}

func (t *percentileTally) merge(other tally) {
	o := other.(*percentileTally)
	if !grow(t.meter, &t.cells, len(o.cells), 24) {
		return
	}
	onAllCores(len(o.cells), func(i int) {
		switch values := o.cells[i]; {
		case len(t.cells[i]) == 0:
			t.cells[i] = values
		case len(values) > 0 && t.meter.take(8*int64(len(values))):
			t.cells[i] = slices.Concat(t.cells[i], values)
		}
	})
}

func (t *percentileTally) result(slot int, values []float64) float64 {
	return t.fill(slot, len(t.cells), values, func(first, last int) float64 {
		if last-first == 1 {
			t.settle()
			return t.alone[first]
		}
		if t.frame == nil { // the total, which comes last
			if f, ok := t.among(t.cells[first:last], values); ok {
				return f
			}
		}
		return percentile(t.joined(t.cells[first:last]), t.p)
	})
}

// settle finds the percentile of every cell, on all cores: each is looked for among its own numbers.
func (t *percentileTally) settle() {
	if t.alone != nil {
		return
	}
	t.alone = make([]float64, len(t.cells)) // 8 bytes a cell beside the 24 that it was charged
	onAllCores(len(t.cells), func(i int) { t.alone[i] = percentile(t.cells[i], t.p) })
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

// among is the percentile of several cells, looked for among the numbers between the smallest and the largest of known, the
// percentiles of the cells: there it nearly always is, and few numbers are. It is not ok when it is elsewhere.
func (t *percentileTally) among(cells [][]float64, known []float64) (f float64, ok bool) {
	band := bandOf(known)
	n, below, above := 0, 0, 0
	for _, values := range cells {
		less, more := band.outside(values)
		n, below, above = n+len(values), below+less, above+more
	}
	inside := n - below - above
	if n == 0 || inside > n/2 || !t.meter.take(8*int64(inside)) {
		return 0, false
	}
	defer t.meter.give(8 * int64(inside))
	k, fraction := rankOf(n, t.p)
	if k < below || min(k+1, n-1) >= below+inside {
		return 0, false
	}
	return atRank(band.of(cells, inside), k-below, fraction), true
}

// band is the numbers between two, both included.
type band struct{ lowest, highest float64 }

// bandOf holds the values that are not null.
func bandOf(values []float64) band {
	x := band{math.Inf(1), math.Inf(-1)}
	for _, v := range values {
		if v == v {
			x.lowest, x.highest = min(x.lowest, v), max(x.highest, v)
		}
	}
	return x
}

// outside counts the values before and behind the band.
func (x band) outside(values []float64) (below, above int) {
	for _, v := range values {
		if v < x.lowest {
			below++
		}
		if v > x.highest {
			above++
		}
	}
	return below, above
}

// of are the n numbers of cells that lie in the band.
func (x band) of(cells [][]float64, n int) []float64 {
	found := make([]float64, 0, n)
	for _, values := range cells {
		for _, v := range values {
			if v >= x.lowest && v <= x.highest {
				found = append(found, v)
			}
		}
	}
	return found
}

// joined are the numbers of several cells; nil when there are none or no memory for it.
func (t *percentileTally) joined(cells [][]float64) []float64 {
	n := 0
	for _, values := range cells {
		n += len(values)
	}
	if n == 0 || !t.meter.take(8*int64(n)) {
		return nil
	}
	t.meter.give(8 * int64(n)) // soon
	return slices.Concat(cells...)
}
