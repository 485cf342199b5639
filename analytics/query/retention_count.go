package query

import (
	"jejak/event"
	"jejak/question"
)

// retentionCounter counts the people of one worker.
type retentionCounter struct {
	*retention
	criterion question.RetentionCriterion
	splitter  *sessionSplitter // nil without a breakdown
	units     *unitFinder      // nil where the order of events matters
	cells     *retentionCells
	met       *countTally // while segments are ranked: people of all cohorts by segment; then cells is nil
	own       *meter      // of what ends with the reading
	wanted    *retentionWanted

	roles   []role // by markSet
	births  []birth
	returns []event.Millis // of the person, in their order
	values  []float64      // what is measured of each of them
	born    []uint64       // by slot: the person and cohort of the last birth
	person  uint64         // how many people were shown
	kept    []reach
}

// birth is the first birth of a person in a cohort and slot.
type birth struct {
	time   event.Millis
	slot   int
	cohort int
	first  int // the first return that may count
}

// reach is some buckets that count a person: from lo to below hi.
type reach struct{ lo, hi int }

const (
	isBirth role = 1 << iota
	isReturn
)

func (r *retention) newCounter(own *meter) *retentionCounter {
	c := &retentionCounter{retention: r, criterion: r.CriterionOrDefault(), own: own}
	if r.ranking != nil {
		c.splitter = newSessionSplitter(r.ranking.segments, r.places)
	}
	c.units = r.newUnitFinder()
	return c
}

func (c *retentionCounter) walk(t *trail) {
	c.person++
	if c.units != nil {
		if c.countUnits(t) {
			return
		}
		t.sort()
	}
	c.gather(t)
	if c.cells == nil {
		return
	}
	for i := range c.births {
		c.count(t.person, &c.births[i])
	}
}

// gather finds the births of a person and her returns.
func (c *retentionCounter) gather(t *trail) {
	c.births, c.returns, c.values = c.births[:0], c.returns[:0], c.values[:0]
	if !room(c.own, &c.returns, len(t.stops), 8) || c.Measure != "" && !room(c.own, &c.values, len(t.stops), 8) {
		return
	}
	cohort := 0
	for at, s := range t.stops {
		r := c.roleOf(t, s)
		if r&isBirth != 0 && s.time < c.line.to {
			for s.time >= c.line.end(cohort) {
				cohort++
			}
			c.bear(t, at, cohort, r)
		}
		if r&isReturn != 0 {
			c.returns = append(c.returns, s.time)
			if c.Measure != "" {
				c.values = append(c.values, t.number(0, s))
			}
		}
	}
}

// roleOf tells what a stop is: birth, return, both.
func (c *retentionCounter) roleOf(t *trail, s stop) (r role) {
	for int(s.marks) >= len(c.roles) {
		m, r := markSet(len(c.roles)), role(0)
		if t.markSets.in(m, c.birth) {
			r |= isBirth
		}
		if t.markSets.in(m, c.back) {
			r |= isReturn
		}
		c.roles = append(c.roles, r)
	}
	return c.roles[s.marks]
}

// bear notes a birth in the whole and in its segments, in each the first of the cohort only.
func (c *retentionCounter) bear(t *trail, at, cohort int, r role) {
	b := birth{t.stops[at].time, 0, cohort, len(c.returns)}
	if r&isReturn != 0 && c.criterion != question.RetainedStreak {
		b.first++ // the birth itself is no return
	}
	c.bearIn(b)
	if c.splitter == nil {
		return
	}
	for _, segment := range c.splitter.split(t, session{first: at, last: at}, nil) {
		b.slot = 1 + int(segment)
		if c.cells != nil {
			b.slot = 1 + c.slot(segment)
		}
		c.bearIn(b)
	}
}

func (c *retentionCounter) slot(segment uint32) int {
	if int(segment) < len(c.ranking.slots) {
		return int(c.ranking.slots[segment])
	}
	return len(c.ranking.shown)
}

// bearIn notes a birth unless the person was born in this cohort and slot already.
func (c *retentionCounter) bearIn(b birth) {
	if !grow(c.own, &c.born, b.slot+1, 8) {
		return
	}
	key := c.person<<intervalBits | uint64(b.cohort)
	if c.born[b.slot] == key {
		return
	}
	c.born[b.slot] = key
	switch {
	case c.cells != nil:
		if room(c.own, &c.births, 1, 32) {
			c.births = append(c.births, b)
		}
	case b.slot > 0:
		c.meet(b.slot - 1)
	}
}

// meet counts a birth for the rank of its segment.
func (c *retentionCounter) meet(segment int) {
	if at, n := c.met.cell(segment, 0); grow(c.own, &c.met.cells, n, 8) {
		c.met.cells[at]++
	}
}

// count finds the buckets that count a person and counts her.
func (c *retentionCounter) count(a event.Actor, b *birth) {
	c.kept = c.kept[:0]
	c.keep(b)
	c.countKept(a, b)
}

// countKept is the one place where a person comes into her cells: the cohort, and the buckets that count her.
func (c *retentionCounter) countKept(a event.Actor, b *birth) {
	c.cells.bear(b.slot, b.cohort)
	for _, s := range c.kept {
		c.cells.keep(b.slot, b.cohort, s)
	}
	if c.Measure != "" {
		c.sum(b)
	}
	c.wanted.note(a, b, c.kept)
}

// keep finds the buckets that count a person.
func (c *retentionCounter) keep(b *birth) {
	switch c.criterion {
	case question.RetainedOn:
		c.keepEach(b)
	case question.RetainedOnOrBefore:
		c.eachReturn(b, func(k int) bool {
			c.kept = append(c.kept, reach{k, c.buckets.count})
			return false
		})
	case question.RetainedOnOrAfter:
		end := c.buckets.end(b.cohort, b.time, c.buckets.count-1)
		if i := b.first + seek(c.returns[b.first:], end); i > b.first {
			c.kept = append(c.kept, reach{0, c.buckets.of(b.cohort, b.time, c.returns[i-1]) + 1})
		}
	default:
		n := 0
		c.eachReturn(b, func(k int) bool {
			if k == n {
				n++
			}
			return k < n
		})
		if n > 0 {
			c.kept = append(c.kept, reach{0, n})
		}
	}
}

// keepEach finds each bucket that holds a return.
func (c *retentionCounter) keepEach(b *birth) {
	k := 0
	end := c.buckets.end(b.cohort, b.time, 0)
	for i := b.first; i < len(c.returns); {
		for c.returns[i] >= end {
			if k++; k == c.buckets.count {
				return
			}
			end = c.buckets.end(b.cohort, b.time, k)
		}
		c.kept = append(c.kept, reach{k, k + 1})
		if k == c.buckets.count-1 {
			return
		}
		i += seek(c.returns[i:], end)
	}
}

// eachReturn calls f with each bucket that holds a return, in their order, until it is false.
func (c *retentionCounter) eachReturn(b *birth, f func(k int) bool) {
	k := 0
	for i := b.first; i < len(c.returns); {
		for c.returns[i] >= c.buckets.end(b.cohort, b.time, k) {
			if k++; k == c.buckets.count {
				return
			}
		}
		if !f(k) {
			return
		}
		i += seek(c.returns[i:], c.buckets.end(b.cohort, b.time, k))
	}
}

// seek is how many of the times, ascending, lie before an instant: often few.
func seek(times []event.Millis, t event.Millis) int {
	hi := 1
	for hi <= len(times) && times[hi-1] < t {
		hi *= 2
	}
	lo := hi / 2
	for hi = min(hi, len(times)); lo < hi; {
		if mid := int(uint(lo+hi) / 2); times[mid] < t {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// sum adds what is measured of the returns to their buckets: of a streak, to those that it reached.
func (c *retentionCounter) sum(b *birth) {
	reached := c.buckets.count
	if c.criterion == question.RetainedStreak {
		reached = 0
		for _, s := range c.kept {
			reached = s.hi
		}
	}
	k := 0
	for i := b.first; i < len(c.returns); i++ {
		for k < reached && c.returns[i] >= c.buckets.end(b.cohort, b.time, k) {
			k++
		}
		if k == reached {
			return
		}
		if v := c.values[i]; v == v {
			c.cells.sum(b.slot, b.cohort, k, v)
		}
	}
}
