package scope

import (
	"container/heap"
	"math"
	"math/bits"
)

// hash is FNV-1a with its bits mixed: a number for a text that is the same everywhere. It keeps no secret and resists nobody.
func hash(text []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range text {
		h = (h ^ uint64(c)) * 1099511628211
	}
	h ^= h >> 31
	h *= 0x9e3779b97f4a7c15
	return h ^ h>>29
}

// distinct estimates how many different hashes it saw (HyperLogLog with 2^12 registers; about 1.6 % off, exact for few). The
// order does not matter.
type distinct []uint8

const registers = 1 << 12

func (d *distinct) add(h uint64) {
	if *d == nil {
		*d = make(distinct, registers)
	}
	i := h >> 52
	(*d)[i] = max((*d)[i], uint8(bits.LeadingZeros64(h<<12|1<<11)+1))
}

func (d *distinct) merge(o distinct) {
	if len(o) == registers && *d == nil {
		*d = make(distinct, registers)
	}
	for i, r := range o {
		(*d)[i] = max((*d)[i], r)
	}
}

// estimate is rounded to what it is good for: three digits.
func (d distinct) estimate() int64 {
	if d == nil {
		return 0
	}
	sum, empty := uint64(0), 0
	for _, r := range d {
		sum += 1 << (52 - min(r, 52))
		if r == 0 {
			empty++
		}
	}
	const m = float64(registers)
	e := 0.7213 / (1 + 1.079/m) * m * m / (float64(sum) / (1 << 52))
	if empty > 0 && e <= 2.5*m {
		e = m * math.Log(m/float64(empty))
	}
	return threeDigits(int64(e + 0.5))
}

func threeDigits(n int64) int64 {
	unit := int64(1)
	for n/unit >= 1000 {
		unit *= 10
	}
	return (n + unit/2) / unit * unit
}

// lowest keeps the things with the lowest ranks, up to a number of them. Whoever is among them at the end was so from the start, so
// what is counted of each is exact, in whatever order things come.
type lowest[T any] struct {
	Most  int
	Kept  map[string]*T
	ranks ranks
}

type ranked struct {
	rank uint64
	key  string
}

type ranks []ranked

func (r ranks) Len() int           { return len(r) }
func (r ranks) Less(i, j int) bool { return r[i].rank > r[j].rank }
func (r ranks) Swap(i, j int)      { r[i], r[j] = r[j], r[i] }
func (r *ranks) Push(x any)        { *r = append(*r, x.(ranked)) }
func (r *ranks) Pop() any {
	last := (*r)[len(*r)-1]
	*r = (*r)[:len(*r)-1]
	return last
}

// at is the thing of a key, new when it is not known; nil when it is not among the lowest.
func (l *lowest[T]) at(key []byte, rank func([]byte) uint64) *T {
	if t := l.Kept[string(key)]; t != nil {
		return t
	}
	r := rank(key)
	if len(l.Kept) >= l.Most && r >= l.ranks[0].rank {
		return nil
	}
	return l.add(string(key), r)
}

func (l *lowest[T]) add(key string, rank uint64) *T {
	if l.Kept == nil {
		l.Kept = map[string]*T{}
	}
	t := new(T)
	l.Kept[key] = t
	heap.Push(&l.ranks, ranked{rank, key})
	if len(l.Kept) > l.Most {
		delete(l.Kept, heap.Pop(&l.ranks).(ranked).key)
	}
	return t
}

// full tells whether something may have been left out.
func (l *lowest[T]) full() bool { return len(l.Kept) >= l.Most }

// merge takes what another one kept; fold adds a thing to one of the same key.
func (l *lowest[T]) merge(o *lowest[T], rank func([]byte) uint64, fold func(to, from *T)) {
	for key, t := range o.Kept {
		if mine := l.at([]byte(key), rank); mine != nil {
			fold(mine, t)
		}
	}
}

// restore makes the ranks anew after the kept things were read.
func (l *lowest[T]) restore(rank func([]byte) uint64) {
	l.ranks = l.ranks[:0]
	for key := range l.Kept {
		l.ranks = append(l.ranks, ranked{rank([]byte(key)), key})
	}
	heap.Init(&l.ranks)
}
