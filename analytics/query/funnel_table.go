package query

import (
	"cmp"
	"sort"

	"jejak/question"
)

// funnelTable is what counts, by slot: the whole, the segments shown, other.
type funnelTable struct {
	*funnel
	meter     *meter
	n         int     // steps
	intervals int     // of each slot, beside the range
	ended     []int64 // by slot, by the range and each interval, by step: those that came so far and no further
	times     [2][][]float64
	sums      []sumCell // by slot, by step
}

// The times of a funnelTable, by slot and step.
const (
	fromStart = iota
	fromPrevious
)

func (f *funnel) newTable(m *meter) *funnelTable {
	t := &funnelTable{funnel: f, meter: m, n: len(f.Steps)}
	if f.Interval != "" {
		t.intervals = len(f.line.starts)
	}
	return t
}

// reach counts in an interval, -1 for the range, what reached so many steps.
func (t *funnelTable) reach(slot, interval, steps int) {
	cells := (t.intervals + 1) * t.n
	if grow(t.meter, &t.ended, (slot+1)*cells, 8) {
		t.ended[slot*cells+(interval+1)*t.n+steps-1]++
	}
}

// add counts an attempt in the range.
func (t *funnelTable) add(slot int, m *madeAttempt, person *trail) {
	t.reach(slot, -1, len(m.taken))
	if t.Times != nil {
		t.addTimes(slot, m)
	}
	if t.Sum == "" || !grow(t.meter, &t.sums, (slot+1)*t.n, sumCellBytes) {
		return
	}
	for k, at := range m.taken {
		if f := person.number(0, person.stops[at]); f == f {
			t.addNumber(&t.sums[slot*t.n+k], f)
		}
	}
}

func (t *funnelTable) addNumber(c *sumCell, f float64) {
	hadWide := c.wide != nil
	c.add(f)
	c.count++
	if c.wide != nil && !hadWide {
		t.meter.take(wideSumBytes)
	}
}

func (t *funnelTable) addTimes(slot int, m *madeAttempt) {
	for which := range t.times {
		if !grow(t.meter, &t.times[which], (slot+1)*t.n, 24) {
			return
		}
	}
	for k := 1; k < len(m.reached); k++ {
		cell := slot*t.n + k
		t.addTime(&t.times[fromStart][cell], float64(m.reached[k]-m.reached[0])/1000)
		t.addTime(&t.times[fromPrevious][cell], float64(m.reached[k]-m.reached[k-1])/1000)
	}
}

func (t *funnelTable) addTime(c *[]float64, seconds float64) {
	if len(*c) == cap(*c) {
		wider := roomier(t.meter, *c)
		if wider == nil {
			return
		}
		*c = wider
	}
	*c = append(*c, seconds)
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

// merge adds what another table holds, which is used up.
func (t *funnelTable) merge(o *funnelTable) {
	if !grow(t.meter, &t.ended, len(o.ended), 8) || !grow(t.meter, &t.sums, len(o.sums), sumCellBytes) {
		return
	}
	for i, n := range o.ended {
		t.ended[i] += n
	}
	for i := range o.sums {
		t.sums[i].mergeCell(&o.sums[i])
	}
	for which := range t.times {
		if !grow(t.meter, &t.times[which], len(o.times[which]), 24) {
			return
		}
		for i, values := range o.times[which] {
			c := &t.times[which][i]
			switch {
			case len(*c) == 0:
				*c = values
			case len(values) > 0 && t.meter.take(8*int64(len(values))):
				*c = append(*c, values...)
			}
		}
	}
}

// show leaves in the slots behind the whole, which were those of segments by number, the ones of the segments shown.
func (t *funnelTable) show(shown []uint32) {
	t.ended = shownCells(t.ended, (t.intervals+1)*t.n, shown)
	t.sums = shownCells(t.sums, t.n, shown)
	for which := range t.times {
		t.times[which] = shownCells(t.times[which], t.n, shown)
	}
}

// shownCells are the cells of the whole, then those of the segments shown; each slot has n.
func shownCells[T any](cells []T, n int, shown []uint32) []T {
	out := make([]T, (len(shown)+1)*n)
	copy(out, cells[:min(n, len(cells))])
	for i, segment := range shown {
		if at := (int(segment) + 1) * n; at < len(cells) {
			copy(out[(i+1)*n:], cells[at:at+n])
		}
	}
	return out
}

// counts are how many reached each step.
func (t *funnelTable) counts(slot, interval int) []int64 {
	out := make([]int64, t.n)
	at := (slot*(t.intervals+1) + interval + 1) * t.n
	if at >= len(t.ended) {
		return out
	}
	reached := int64(0)
	for k := t.n - 1; k >= 0; k-- {
		reached += t.ended[at+k]
		out[k] = reached
	}
	return out
}

// tables writes what was counted.
func (f *funnel) tables(t *funnelTable) []question.FunnelTable {
	hidden := f.ranking != nil && f.ranking.all > len(f.ranking.shown)
	out := []question.FunnelTable{}
	whole := t.counts(0, -1)
	for slot, s := range f.ranking.places(hidden) {
		x := question.FunnelTable{Other: s.Other, Segment: s.Segment, Steps: t.steps(slot)}
		for i := range t.intervals {
			x.Intervals = append(x.Intervals, t.counts(slot, i))
		}
		if slot > 0 && !s.Other {
			part := t.counts(slot, -1)
			x.P = pointers([]float64{luck(whole[0], whole[t.n-1], part[0], part[t.n-1])})[0]
		}
		out = append(out, x)
	}
	return out
}

func (t *funnelTable) steps(slot int) (out []question.FunnelResult) {
	n := t.counts(slot, -1)
	for k := range t.n {
		x := question.FunnelResult{Count: n[k], Rate: share(n[k], n[0])}
		if k > 0 {
			x.StepRate = share(n[k], n[k-1])
		}
		if k > 0 && t.Times != nil {
			x.FromStart, x.FromPrevious = t.time(fromStart, slot*t.n+k), t.time(fromPrevious, slot*t.n+k)
		}
		if t.Sum != "" {
			var c sumCell
			if at := slot*t.n + k; at < len(t.sums) {
				c = t.sums[at]
			}
			x.Sum = pointers([]float64{c.sum()})[0]
		}
		out = append(out, x)
	}
	return out
}

// share is n of of; null of nothing.
func share(n, of int64) *float64 {
	if of == 0 {
		return nil
	}
	f := float64(n) / float64(of)
	return &f
}

func (t *funnelTable) time(which, cell int) *question.FunnelTime {
	var seconds []float64
	if cell < len(t.times[which]) {
		seconds = t.times[which][cell]
	}
	var sum sumCell
	for _, s := range seconds {
		sum.add(s)
	}
	of := func(p float64) float64 { return percentile(seconds, p) }
	values := pointers([]float64{sum.average(int64(len(seconds))), of(50), of(0), of(100)})
	x := &question.FunnelTime{Average: values[0], Median: values[1], Min: values[2], Max: values[3]}
	for _, p := range t.Times.Percentiles {
		x.Percentiles = append(x.Percentiles, pointers([]float64{of(p)})[0])
	}
	if len(t.Times.Histogram) > 0 {
		x.Histogram = histogram(seconds, t.Times.Histogram)
	}
	return x
}

// histogram counts values between limits: below the first, from each on.
func histogram(values, limits []float64) []int64 {
	out := make([]int64, len(limits)+1)
	for _, v := range values {
		out[sort.Search(len(limits), func(i int) bool { return limits[i] > v })]++
	}
	return out
}

// luck is p of a segment in which k of n convert, K of N in the whole: see docs/semantics.md, section 8. Null where
// there is none. Products are rounded by conversions: otherwise some machines join them with the sum that follows.
func luck(N, K, n, k int64) float64 {
	if n < question.MinConfident || n > N {
		return null
	}
	lowest, highest := max(0, n+K-N), min(n, K)
	middle := (n + 1) * (K + 1) / (N + 2)
	d := drawn{k: k}
	d.add(middle, 1)
	w := 1.0
	for x := middle; x > lowest; x-- {
		w = float64(w * ((float64(x) / float64(K-x+1)) * (float64(N-K-n+x) / float64(n-x+1))))
		if w < negligible {
			break
		}
		d.add(x-1, w)
	}
	w = 1
	for x := middle; x < highest; x++ {
		w = float64(w * ((float64(K-x) / float64(x+1)) * (float64(n-x) / float64(N-K-n+x+1))))
		if w < negligible {
			break
		}
		d.add(x+1, w)
	}
	return finite(1 - max(d.worse, d.better)/d.all)
}

const negligible = 1e-30

// drawn adds the likelihoods of drawing fewer than k, more, and any.
type drawn struct {
	k                  int64
	worse, better, all float64
}

func (d *drawn) add(x int64, w float64) {
	d.all += w
	switch cmp.Compare(x, d.k) {
	case -1:
		d.worse += w
	case 1:
		d.better += w
	}
}
