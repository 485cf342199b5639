package query

import (
	"math"
	"slices"
)

// bag is many numbers in any order, in blocks that are never moved.
type bag struct {
	blocks [][]float64 // all but the last are full, until they are joined
	count  int
}

const (
	bagBytes      = 32 // of a bag without blocks
	leastBlock    = 4
	greatestBlock = 4096
)

func (x *bag) add(m *meter, f float64) {
	if room := x.room(m, 1); room != nil {
		room[0] = f
		x.take(1)
	}
}

// room is where the next numbers go, for at most n of them; nil when there is no memory. take says how many were put there.
func (x *bag) room(m *meter, n int) []float64 {
	last := len(x.blocks) - 1
	if last < 0 || len(x.blocks[last]) == cap(x.blocks[last]) {
		size := leastBlock
		if last >= 0 {
			size = min(2*cap(x.blocks[last]), greatestBlock)
		}
		if !m.take(8*int64(size) + 24) {
			return nil
		}
		x.blocks = append(x.blocks, make([]float64, 0, size))
		last++
	}
	b := x.blocks[last]
	return b[len(b):min(cap(b), len(b)+n)]
}

func (x *bag) take(n int) {
	b := &x.blocks[len(x.blocks)-1]
	*b = (*b)[:len(*b)+n]
	x.count += n
}

// join adds what another holds, which is used up.
func (x *bag) join(o *bag) {
	x.blocks, x.count = append(x.blocks, o.blocks...), x.count+o.count
}

// How many numbers are sampled, and from how many on that pays.
const (
	sampleSize  = 1024
	sampleLeast = 4 * sampleSize
)

// percentileOf is the percentile of all numbers of the cells. It is looked for in the band first, where that is not empty.
func percentileOf(cells []bag, p float64, guess band, m *meter) float64 {
	n := 0
	for i := range cells {
		n += cells[i].count
	}
	if n == 0 {
		return null
	}
	k, fraction := rankOf(n, p)
	if n >= sampleLeast {
		for _, b := range []band{guess, sampledBand(cells, n, p)} {
			if f, ok := b.find(cells, n, k, m); ok {
				return atRank(f.inside, k-f.below, fraction)
			}
		}
	}
	if !m.take(8 * int64(n)) {
		return null
	}
	defer m.give(8 * int64(n))
	all := make([]float64, 0, n)
	for i := range cells {
		for _, b := range cells[i].blocks {
			all = append(all, b...)
		}
	}
	return atRank(all, k, fraction)
}

// band is the numbers between two, both included; the zero value is not used.
type band struct {
	lowest, highest float64
	some            bool
}

// bandOf holds the values that are not null.
func bandOf(values []float64) band {
	x := band{lowest: math.Inf(1), highest: math.Inf(-1)}
	for _, v := range values {
		if v == v {
			x.lowest, x.highest, x.some = min(x.lowest, v), max(x.highest, v), true
		}
	}
	return x
}

// sampledBand surrounds the percentile in a sample of the n numbers, by five standard deviations of its rank there.
func sampledBand(cells []bag, n int, p float64) band {
	sample := make([]float64, 0, sampleSize+1)
	step, skip := n/sampleSize, 0
	for i := range cells {
		for _, b := range cells[i].blocks {
			for ; skip < len(b); skip += step {
				sample = append(sample, b[skip])
			}
			skip -= len(b)
		}
	}
	slices.Sort(sample)
	q := p / 100
	at := q * float64(len(sample)-1)
	off := 5*math.Sqrt(float64(len(sample))*q*(1-q)) + 2
	x := band{math.Inf(-1), math.Inf(1), true}
	if lo := int(at - off); lo >= 0 {
		x.lowest = sample[lo]
	}
	if hi := int(at + off); hi < len(sample) {
		x.highest = sample[hi]
	}
	return x
}

// inBand are numbers inside a band, and how many are below it.
type inBand struct {
	inside []float64
	below  int
}

// find takes the numbers inside the band out of the n of the cells; it is not ok when the rank or the one after it is elsewhere,
// or half of the numbers are inside.
func (x band) find(cells []bag, n, k int, m *meter) (all inBand, ok bool) {
	if !x.some {
		return all, false
	}
	of := make([]inBand, len(cells))
	onAllCores(len(cells), func(i int) { of[i] = x.in(&cells[i]) })
	size := 0
	for _, f := range of {
		all.below += f.below
		size += len(f.inside)
	}
	if size > n/2 || k < all.below || min(k+1, n-1) >= all.below+size || !m.take(8*int64(size)) {
		return all, false
	}
	m.give(8 * int64(size)) // soon
	for _, f := range of {
		all.inside = append(all.inside, f.inside...)
	}
	return all, true
}

// in takes out of a cell what is inside the band.
func (x band) in(cell *bag) (f inBand) {
	room := make([]float64, greatestBlock)
	for _, b := range cell.blocks {
		n := 0
		for _, v := range b {
			room[n] = v
			if v < x.lowest {
				f.below++
			}
			if v >= x.lowest && v <= x.highest {
				n++
			}
		}
		f.inside = append(f.inside, room[:n]...)
	}
	return f
}
