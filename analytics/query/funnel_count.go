package query

import (
	"cmp"
	"context"
	"slices"

	"jejak/event"
	"jejak/question"
)

// funnelCounter makes the attempts of one worker's people and counts those that count.
type funnelCounter struct {
	*follower
	ctx      context.Context
	cutter   *sessionCutter   // nil unless sessions play a part
	splitter *sessionSplitter // nil without a breakdown
	holder   *holder          // nil unless properties are held
	table    *funnelTable     // nil while segments are ranked and not all of them will be shown
	entries  *countTally      // by segment; nil unless they are ranked
	wanted   *funnelCell
	every    bool       // attempt counts, not one of each group
	far      *farFinder // nil unless it can tell all that counts
	byFar    bool       // it can for this bucket

	person *trail
	group  funnelTrail   // of which at most one attempt counts
	parts  []funnelTrail // of the group, one for each combination of held values
	whole  funnelTrail   // room for the trail of a person where it is not all her stops
	made   []madeAttempt // attempts of the group that must be compared before one counts
	room   attemptRoom
	best   attempt

	from, to event.Millis // where entries lie
	interval int          // of the separate funnel; -1: the range
	turn     uint32       // of what may count once in each slot
	last     []uint32     // by slot: the turn in which something counted there
}

// madeAttempt is an attempt kept for later.
type madeAttempt struct {
	taken           []int32 // places
	reached         []event.Millis
	furthest, entry int32 // places
}

// attemptRoom is memory for the attempts of a group.
type attemptRoom struct {
	places  []int32
	times   []event.Millis
	scratch []int32
}

func (f *funnel) newCounter(ctx context.Context) *funnelCounter {
	c := &funnelCounter{follower: f.newFollower(), ctx: ctx, every: f.CountingOrDefault() == question.CountTotal}
	if f.rule != nil {
		c.cutter = f.rule.newCutter()
	}
	if f.ranking != nil {
		places := make([]sessionPlace, len(f.places))
		for i, p := range f.places {
			places[i].capture = p.capture
		}
		c.splitter = newSessionSplitter(f.ranking.segments, places)
	}
	if len(f.hold) > 0 {
		c.holder = newHolder(f)
	}
	if f.onlyFar() {
		c.far = newFarFinder(c.follower)
	}
	return c
}

// anyOrder implements indifferent.
func (c *funnelCounter) anyOrder(sets *markSets) bool {
	c.byFar = c.far != nil && c.far.learnSteps(sets)
	return c.byFar
}

func (c *funnelCounter) walk(t *trail) {
	if c.byFar {
		c.countFar(t)
		return
	}
	c.learnAll(t.markSets)
	c.person = t
	if c.cutter == nil {
		c.countGroup(funnelTrail{stops: t.stops})
		return
	}
	if !c.collect(t) {
		return
	}
	if c.CountingOrDefault() != question.CountSession {
		c.countGroup(c.whole)
		return
	}
	for lo := 0; lo < len(c.whole.stops); {
		hi := lo
		for hi < len(c.whole.stops) && c.whole.visits[hi] == c.whole.visits[lo] {
			hi++
		}
		c.countGroup(c.whole.part(lo, hi))
		lo = hi
	}
}

func (c *funnelCounter) countFar(t *trail) {
	if steps := c.far.find(t.stops); steps > 0 {
		c.table.reach(0, -1, steps)
		c.wanted.note(t.person, 0, -1, steps)
	}
}

func (t *funnelTrail) part(lo, hi int) funnelTrail {
	return funnelTrail{t.stops[lo:hi], t.places[lo:hi], t.visits[lo:hi]}
}

// collect makes the trail of a person whose events are in sessions.
func (c *funnelCounter) collect(t *trail) bool {
	w := &c.whole
	w.stops, w.places, w.visits = w.stops[:0], w.places[:0], w.visits[:0]
	n := len(t.stops)
	if !room(c.meter, &w.stops, n, 16) || !room(c.meter, &w.places, n, 4) || !room(c.meter, &w.visits, n, 4) {
		return false
	}
	for visit, s := range c.cutter.cut(t) {
		for at := s.first; at <= s.last; at++ {
			if x := t.stops[at]; x.time >= c.line.from && c.kinds[x.marks].seen && c.cutter.member(x) {
				w.stops, w.places, w.visits = append(w.stops, x), append(w.places, int32(at)), append(w.visits, int32(visit))
			}
		}
	}
	return true
}

// countGroup counts the attempts on a trail: in the range, and in each interval that has a funnel of its own.
func (c *funnelCounter) countGroup(t funnelTrail) {
	c.group = t
	if c.parts = append(c.parts[:0], t); c.holder != nil {
		c.parts = c.holder.divide(c.person, t, c.parts[:0])
	}
	c.interval = -1
	c.run(c.line.from, c.line.to)
	if c.table == nil || c.Interval == "" || c.IntervalBy == question.ByEntry {
		return
	}
	for at := 0; at < len(t.stops); {
		s := t.stops[at]
		if s.time >= c.line.to || c.meter.over.Load() {
			return
		}
		if !c.kinds[s.marks].entry {
			at++
			continue
		}
		c.interval = c.line.intervalOf(s.time)
		end := c.line.end(c.interval)
		c.run(c.line.starts[c.interval], end)
		for at < len(t.stops) && t.stops[at].time < end {
			at++
		}
	}
}

// run counts the attempts of the group with entries in a stretch, as if that were the range.
func (c *funnelCounter) run(from, to event.Millis) {
	c.from, c.to = from, to
	c.turn++
	c.made, c.room.places, c.room.times = c.made[:0], c.room.places[:0], c.room.times[:0]
	for i := range c.parts {
		if !c.walkOn(c.parts[i]) {
			return
		}
		if c.Optimized {
			c.makeBest()
		} else {
			c.makeInTurn()
		}
	}
	c.countMade()
}

// entry is the first stop at a place or behind it that may begin an attempt; -1: none.
func (c *funnelCounter) entry(at int) int {
	for stops := c.trail.stops; at < len(stops) && stops[at].time < c.to; at++ {
		if stops[at].time >= c.from && c.kind(at).entry {
			return at
		}
	}
	return -1
}

// floorOf is where the trail begins.
func (c *funnelCounter) floorOf() (at int) {
	for stops := c.trail.stops; at < len(stops) && stops[at].time < c.from; at++ {
	}
	return at
}

// stop tells whether the question is over.
func (c *funnelCounter) stop() bool {
	return c.number%256 == 0 && c.ctx.Err() != nil || c.meter.over.Load()
}

// makeInTurn makes one attempt after the other.
func (c *funnelCounter) makeInTurn() {
	floor := c.floorOf()
	for at := c.entry(floor); at >= 0 && !c.stop(); at = c.entry(floor) {
		c.follow(at, floor)
		if c.have(&c.attempt) {
			return
		}
		floor = c.behind()
	}
}

// makeBest makes an attempt at each entry, or only the best where no other can count.
func (c *funnelCounter) makeBest() {
	floor := c.floorOf()
	for at := c.entry(floor); at >= 0 && !c.stop(); {
		if c.every {
			c.makeBestFrom(at, floor, true)
			floor = c.behind()
			at = c.entry(floor)
			continue
		}
		if c.splitter == nil && len(c.keep) == 0 {
			c.makeBestFrom(at, floor, false)
			return
		}
		c.follow(at, floor)
		c.have(&c.attempt)
		at = c.entry(at + 1)
	}
}

// makeBestFrom makes the best of the attempts with this entry and those behind it, or behind it in its window.
func (c *funnelCounter) makeBestFrom(first, floor int, near bool) {
	c.follow(first, floor)
	c.best.copyFrom(&c.attempt)
	for at := c.entry(first + 1); at >= 0 && !c.stop(); at = c.entry(at + 1) {
		if near && !c.within(first, at) || len(c.best.taken) == len(c.Steps) && at > c.best.furthest {
			break // those further on are no better
		}
		c.follow(at, floor)
		if c.betterThan(&c.best) {
			c.best.copyFrom(&c.attempt)
		}
	}
	c.attempt.copyFrom(&c.best)
	c.have(&c.attempt)
}

// have takes an attempt that was made; enough says that no other of the group is needed.
func (c *funnelCounter) have(a *attempt) (enough bool) {
	m := c.placed(a)
	if !c.every && (c.Optimized || len(c.parts) > 1) {
		c.store(m)
		return false
	}
	if c.every {
		c.turn++
	}
	return c.consider(&m) && !c.every && c.splitter == nil
}

// placed is an attempt with places of the person's trail.
func (c *funnelCounter) placed(a *attempt) madeAttempt {
	taken := a.taken
	if c.trail.places != nil {
		c.room.scratch = c.room.scratch[:0]
		for _, at := range a.taken {
			c.room.scratch = append(c.room.scratch, c.trail.places[at])
		}
		taken = c.room.scratch
	}
	return madeAttempt{taken, a.reached, c.trail.place(a.furthest), taken[0]}
}

// store keeps an attempt until all of the group are made.
func (c *funnelCounter) store(m madeAttempt) {
	n := len(m.taken)
	r := &c.room
	if !room(c.meter, &r.places, n, 4) || !room(c.meter, &r.times, n, 8) || !room(c.meter, &c.made, 1, 56) {
		return
	}
	at := len(r.places)
	r.places, r.times = append(r.places, m.taken...), append(r.times, m.reached...)
	m.taken, m.reached = r.places[at:at+n], r.times[at:at+n]
	c.made = append(c.made, m)
}

// countMade counts the stored attempts, the preferred ones first.
func (c *funnelCounter) countMade() {
	slices.SortFunc(c.made, func(a, b madeAttempt) int {
		if !c.Optimized {
			return cmp.Compare(a.entry, b.entry)
		}
		return cmp.Or(cmp.Compare(len(b.taken), len(a.taken)), cmp.Compare(a.furthest, b.furthest), cmp.Compare(b.entry, a.entry))
	})
	for i := range c.made {
		if c.consider(&c.made[i]) && c.splitter == nil || c.meter.over.Load() {
			return
		}
	}
}

// consider counts an attempt where it passes and nothing counted yet in this turn. It tells whether it passes.
func (c *funnelCounter) consider(m *madeAttempt) bool {
	for i, k := range c.keep {
		if at := c.giving(m, k.funnelPlace); at < 0 || c.kinds[c.person.stops[at].marks].keep>>i&1 == 0 {
			return false
		}
	}
	c.countIn(0, m)
	if c.splitter == nil {
		return true
	}
	for _, segment := range c.segmentsOf(m) {
		if c.entries != nil && int(segment) >= c.TopOrDefault() {
			c.table = nil // it will be read again
		}
		c.countIn(1+c.slot(segment), m)
	}
	return true
}

// slot is that of a segment among those shown; behind them: other. While segments are ranked each has its own.
func (c *funnelCounter) slot(segment uint32) int {
	if c.entries != nil {
		return int(segment)
	}
	if int(segment) < len(c.ranking.slots) {
		return int(c.ranking.slots[segment])
	}
	return len(c.ranking.shown)
}

// countIn is the one place where an attempt comes into a slot, the first of each turn.
func (c *funnelCounter) countIn(slot int, m *madeAttempt) {
	if !grow(c.meter, &c.last, slot+1, 4) || c.last[slot] == c.turn {
		return
	}
	c.last[slot] = c.turn
	if c.entries != nil && slot > 0 {
		c.enter(slot - 1)
	}
	if c.table == nil {
		return
	}
	steps := len(m.taken)
	if c.interval >= 0 {
		c.table.reach(slot, c.interval, steps)
		c.wanted.note(c.person.person, slot, c.interval, steps)
		return
	}
	c.table.add(slot, m, c.person)
	c.wanted.note(c.person.person, slot, -1, steps)
	if c.Interval != "" && c.IntervalBy == question.ByEntry {
		interval := c.line.intervalOf(c.person.stops[m.entry].time)
		c.table.reach(slot, interval, steps)
		c.wanted.note(c.person.person, slot, interval, steps)
	}
}

// enter counts an attempt for the rank of its segment.
func (c *funnelCounter) enter(segment int) {
	c.entries.slots = max(c.entries.slots, segment+1)
	if grow(c.entries.meter, &c.entries.cells, segment+1, 8) {
		c.entries.cells[segment]++
	}
}

// giving is the place of the event whose value an attempt has; -1: the step was not reached.
func (c *funnelCounter) giving(m *madeAttempt, p funnelPlace) int {
	n := len(m.taken)
	switch p.ByOrDefault() {
	case question.ByStep:
		if p.Step > n {
			return -1
		}
		return int(m.taken[p.Step-1])
	case question.ByLast:
		for k := n - 1; k >= 0; k-- {
			if c.isSet(m.taken[k], p.capture) {
				return int(m.taken[k])
			}
		}
	default:
		for _, at := range m.taken {
			if c.isSet(at, p.capture) {
				return int(at)
			}
		}
	}
	return int(m.taken[0])
}

func (c *funnelCounter) isSet(at int32, capture int) bool {
	return c.person.label(capture, c.person.stops[at]) != c.person.readers[capture].notSet()
}

// segmentsOf are the segments of an attempt. They are good until the next call.
func (c *funnelCounter) segmentsOf(m *madeAttempt) []uint32 {
	x := c.splitter
	for i, p := range c.places {
		x.labels[i] = c.person.readers[p.capture].notSet()
		if at := c.giving(m, p); at >= 0 {
			x.labels[i] = c.person.label(p.capture, c.person.stops[at])
		}
	}
	x.ids = x.ids[:0]
	x.cross(c.person, 0, tuple{})
	return x.ids
}
