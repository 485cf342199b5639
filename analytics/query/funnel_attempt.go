package query

import (
	"math"
	"sort"

	"jejak/event"
	"jejak/question"
)

// funnelTrail is the events on which attempts are made.
type funnelTrail struct {
	stops  []stop
	places []int32 // of the stops, among those of the person; nil: the same
	visits []int32 // the session of each stop; nil without sessions
}

// place is that of a stop on the person's trail.
func (t *funnelTrail) place(at int) int32 {
	if t.places == nil {
		return int32(at)
	}
	return t.places[at]
}

// stepSet is a set of steps, or of gaps between steps.
type stepSet [2]uint64

func (s *stepSet) add(i int)      { s[i/64] |= 1 << (i % 64) }
func (s *stepSet) has(i int) bool { return s[i/64]>>(i%64)&1 != 0 }

// funnelKind is what all events of a markSet have in common.
type funnelKind struct {
	steps   stepSet // that they mean
	gaps    stepSet // in which they exclude: k is that between the steps reached k-th and next
	keep    uint32  // the conditions that they pass
	entry   bool    // they mean a step that may be the first
	several bool    // steps
	seen    bool    // they are on trails
}

// follower makes attempts on a trail. Each worker has its own.
type follower struct {
	*funnel
	grace  event.Millis // -1: none
	length event.Millis // of the window
	kinds  []funnelKind // by markSet
	trail  funnelTrail
	steps  []seeker
	gaps   []seeker
	own    []uint32 // by stop: the last attempt that took it; not kept while no event means several steps
	number uint32   // of the attempt
	double bool     // an event may mean several steps
	floor  int      // where the trail begins for the attempt

	attempt
}

// attempt is one way into the funnel.
type attempt struct {
	taken    []int32        // by step reached: the stop
	reached  []event.Millis // by step reached: when
	done     stepSet        // the steps reached
	furthest int
	excluder int // the stop that excluded it; -1: none
}

// seeker finds stops that have a bit, ever further on.
type seeker struct {
	at    int // none before it that is wanted
	lo    int // as asked last
	since event.Millis
}

func (f *funnel) newFollower() *follower {
	x := &follower{funnel: f, grace: event.Millis(question.FunnelGrace.Milliseconds()), length: math.MaxInt64}
	if f.NoGrace || f.universe >= 0 {
		x.grace = -1
	}
	switch {
	case f.WindowIn > 0:
		x.length = longest
	case f.rule == nil:
		x.length = event.Millis(f.WindowOrDefault().Milliseconds())
	}
	x.steps, x.gaps = make([]seeker, len(f.Steps)), make([]seeker, len(f.Steps)+1)
	return x
}

// learnAll makes the kinds of the markSets that there are.
func (x *follower) learnAll(sets *markSets) {
	for len(x.kinds) < len(sets.has) {
		k := x.learn(sets, markSet(len(x.kinds)))
		x.kinds, x.double = append(x.kinds, k), x.double || k.several
	}
}

func (x *follower) learn(sets *markSets, m markSet) (k funnelKind) {
	n := 0
	for i, group := range x.funnel.steps {
		if sets.in(m, group) {
			k.steps.add(i)
			k.entry = k.entry || i < x.blocks[0].hi
			n++
		}
	}
	for i, group := range x.excluded {
		if sets.in(m, group) {
			for after, before := x.Exclude[i].Between(len(x.Steps)); after < before; after++ {
				k.gaps.add(after)
			}
		}
	}
	for i, c := range x.keep {
		if sets.in(m, c.group) {
			k.keep |= 1 << i
		}
	}
	k.several = n > 1
	k.seen = n > 0 || k.gaps != stepSet{} || x.universe >= 0 && sets.in(m, x.universe)
	return k
}

// walkOn makes t the trail of the next attempts.
func (x *follower) walkOn(t funnelTrail) bool {
	x.trail = t
	clear(x.steps)
	clear(x.gaps)
	x.number = 0
	if !x.double {
		return true
	}
	if !grow(x.meter, &x.own, len(t.stops), 4) {
		return false
	}
	clear(x.own[:len(t.stops)])
	return true
}

// follow makes the attempt that begins at a stop; the trail begins for it at floor.
func (x *follower) follow(entry, floor int) {
	x.floor, x.excluder, x.furthest = floor, -1, entry
	x.number++
	x.taken, x.reached, x.done = x.taken[:0], x.reached[:0], stepSet{}
	first := 0
	for !x.kind(entry).steps.has(first) {
		first++
	}
	x.take(first, entry, x.trail.stops[entry].time)
	for k := 1; k < len(x.Steps); k++ {
		step, at := x.next(k)
		if x.excluder = x.exclusion(k, at); x.excluder >= 0 || at < 0 {
			return
		}
		x.take(step, at, max(x.trail.stops[at].time, x.reached[k-1]))
	}
}

func (x *follower) kind(at int) *funnelKind { return &x.kinds[x.trail.stops[at].marks] }

func (x *follower) take(step, at int, when event.Millis) {
	x.taken, x.reached = append(x.taken, int32(at)), append(x.reached, when)
	if x.double {
		x.own[at] = x.number
	}
	x.done.add(step)
	x.furthest = max(x.furthest, at)
}

// next is the first stop that may be the step reached k-th, counted from 0, and the step it is for; -1: there is none.
func (x *follower) next(k int) (step, at int) {
	b, at := x.blocks[k], -1
	if x.universe >= 0 {
		if i := x.furthest + 1; i < len(x.trail.stops) && x.kind(i).steps.has(k) && x.inWindow(i) {
			return k, i
		}
		return -1, -1
	}
	lo, since := x.furthest+1, event.Millis(math.MinInt64)
	if x.grace >= 0 {
		lo, since = x.floor, x.reached[k-1]-x.grace
	}
	for s := b.lo; s < b.hi; s++ {
		if x.done.has(s) {
			continue
		}
		if i := x.seek(s, lo, since); i >= 0 && (at < 0 || i < at) {
			step, at = s, i
		}
	}
	if at >= 0 && !x.inWindow(at) {
		at = -1
	}
	return step, at
}

// inWindow tells whether a stop is not too late for the attempt.
func (x *follower) inWindow(at int) bool { return x.within(int(x.taken[0]), at) }

// within tells whether a stop is not too late for an attempt with this entry.
func (x *follower) within(entry, at int) bool {
	return x.trail.stops[at].time-x.trail.stops[entry].time <= x.length &&
		(x.WindowIn == 0 || x.trail.visits[at] < x.trail.visits[entry]+int32(x.WindowIn))
}

// seek is the first stop that means a step, at lo or behind it, not before since, and not taken by the attempt; -1: none.
func (x *follower) seek(step, lo int, since event.Millis) int {
	stops := x.trail.stops
	at := x.near(x.steps[step].start(stops, lo, since), since)
	for at < len(stops) && (stops[at].time < since || !x.kind(at).steps.has(step)) {
		at++
	}
	x.steps[step].at = at
	for x.double && at < len(stops) && (x.own[at] == x.number || !x.kind(at).steps.has(step)) {
		at++
	}
	if at == len(stops) {
		return -1
	}
	return at
}

// start is where to look from: where the last search ended, unless that began further on.
func (s *seeker) start(stops []stop, lo int, since event.Millis) int {
	if lo < s.lo || since < s.since {
		s.at = lo + sort.Search(len(stops)-lo, func(i int) bool { return stops[lo+i].time >= since })
	}
	s.lo, s.since = lo, since
	return max(s.at, lo)
}

// near moves a start on to the first stop that is not before since, if that is close to the furthest one taken.
func (x *follower) near(at int, since event.Millis) int {
	stops := x.trail.stops
	for i := x.furthest; i > at && i > x.furthest-8; i-- {
		if stops[i-1].time < since {
			return i
		}
	}
	return at
}

// exclusion is the first stop that excludes the attempt, which reached k steps, before it comes to the next; -1: none.
func (x *follower) exclusion(k, next int) int {
	if len(x.excluded) == 0 {
		return -1
	}
	stops := x.trail.stops
	lo, since := x.furthest+1, event.Millis(math.MinInt64)
	if x.grace >= 0 {
		since = x.reached[k-1] + x.grace + 1
	}
	at := x.gaps[k].start(stops, lo, since)
	for at < len(stops) && (stops[at].time < since || !x.kind(at).gaps.has(k)) {
		at++
	}
	x.gaps[k].at = at
	switch {
	case at == len(stops) || !x.inWindow(at):
		return -1
	case next < 0:
		return at
	case x.grace >= 0 && stops[at].time+x.grace < stops[next].time, x.grace < 0 && at < next:
		return at
	}
	return -1
}

// behind is the stop behind the end of the attempt.
func (x *follower) behind() int {
	switch {
	case x.excluder >= 0:
		return x.excluder + 1
	case len(x.taken) == len(x.Steps) || x.universe >= 0:
		return x.furthest + 1
	}
	first := x.furthest + 1
	for range 8 { // mostly it is near
		if first == len(x.trail.stops) || !x.inWindow(first) {
			return first
		}
		first++
	}
	return first + sort.Search(len(x.trail.stops)-first, func(i int) bool { return !x.inWindow(first + i) })
}

// copyFrom makes a an attempt of its own.
func (a *attempt) copyFrom(b *attempt) {
	taken, reached := append(a.taken[:0], b.taken...), append(a.reached[:0], b.reached...)
	*a = *b
	a.taken, a.reached = taken, reached
}

// betterThan compares attempts on one trail, of which b begins no later.
func (a *attempt) betterThan(b *attempt) bool {
	if len(a.taken) != len(b.taken) {
		return len(a.taken) > len(b.taken)
	}
	return a.furthest <= b.furthest
}
