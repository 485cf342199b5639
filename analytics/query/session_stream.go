package query

import (
	"cmp"
	"context"
	"math/bits"
	"slices"

	"jejak/event"
	"jejak/question"
)

// sessionStream cuts sessions by timeout without trails: it takes the events of a bucket in the order of their time and
// keeps the last session of each person. Times are all that counts, so that the order of one instant's events does not
// matter. Each worker has its own.
type sessionStream struct {
	*sessionCounter
	base      event.Millis
	actorBits int
	people    []lastSession // by actor
	day       int           // its place in the days of the rule: where that of the event that was taken last ends

	keys  []uint64 // events that are not in order yet: time since base, then actor
	spare []uint64
	bins  []uint32
	last  event.Millis // the latest of them
}

// lastSession is a person's last one so far.
type lastSession struct {
	start, last event.Millis
	limit       event.Millis // it goes on until then
	events      uint32       // 0: there is none
	interval    int32        // of its start; -1: it does not count
}

const lastSessionBytes = 32

// streams tells whether sessions can be counted without trails: people, and what events hold, play no part.
func (t *sessionTrend) streams() bool {
	unique := func(m question.SessionMetric) bool { return m.Measure == question.Unique }
	return t.rule.by == question.ByTimeout && t.with < 0 && t.ranking == nil && t.o.crowd == nil &&
		!slices.ContainsFunc(t.Metrics, unique) && len(t.rule.days) > 1 && t.timeBits() <= 64-(32-event.BucketBits)
}

func (t *sessionTrend) timeBits() int {
	return bits.Len64(uint64(t.rule.stretch.to - t.rule.stretch.from))
}

// stream shows every event to the counters, those of earlier pieces first.
func (t *sessionTrend) stream(ctx context.Context, counters []*sessionCounter) error {
	s := t.scanOf(t.snap, t.rule.stretch, t.meter, t.o)
	s.pieces = slices.SortedFunc(slices.Values(t.pieces), func(a, b piece) int { return cmp.Compare(a.first, b.first) })
	workers := make([]counter, len(counters))
	for i, c := range counters {
		workers[i] = &sessionStream{sessionCounter: c, base: t.rule.stretch.from}
	}
	err := s.run(ctx, workers)
	t.read += s.count.read.Load()
	t.matched = s.count.matched.Load()
	return err
}

func (c *sessionStream) begin(_ int, actors uint32, _ int) {
	c.day, c.keys, c.actorBits = 1, c.keys[:0], bits.Len32(actors)
	if grow(c.meter, &c.people, int(actors), lastSessionBytes) {
		clear(c.people)
	}
}

func (c *sessionStream) take(_ int, b *batch, rows []int32) {
	if b.piece.first > c.last {
		c.flush()
	}
	if !room(c.meter, &c.keys, len(rows), 8) {
		return
	}
	times, actors := b.moments(), b.actors()
	for _, r := range rows {
		c.keys = append(c.keys, uint64(times[r]-c.base)<<c.actorBits|uint64(actors[r]))
	}
	c.last = max(c.last, times[rows[len(rows)-1]])
}

func (c *sessionStream) done(*batch) {}

func (c *sessionStream) end() {
	c.flush()
	c.last = 0
	for a := range c.people {
		c.close(&c.people[a])
	}
}

// flush takes the events that came so far: all that come later are later.
func (c *sessionStream) flush() {
	if len(c.keys) == 0 || c.meter.over.Load() || !c.sort() {
		return
	}
	for _, key := range c.keys {
		if a := key & (1<<c.actorBits - 1); a > 0 {
			c.see(&c.people[a], c.base+event.Millis(key>>c.actorBits))
		}
	}
	c.keys = c.keys[:0]
}

func (c *sessionStream) see(s *lastSession, at event.Millis) {
	for at >= c.rule.days[c.day] {
		c.day++
	}
	if s.events > 0 && at >= s.limit {
		c.close(s)
		s.events = 0
	}
	if s.events == 0 {
		s.start, s.interval = at, c.intervalOf(at)
	}
	s.last, s.limit = at, min(at+c.rule.timeout, c.rule.days[c.day])
	s.events++
}

// intervalOf is the interval of a start, -1 outside the range: mostly that of the start before.
func (c *sessionStream) intervalOf(at event.Millis) int32 {
	if at < c.line.from || at >= c.line.to {
		return -1
	}
	c.find(at)
	return int32(c.interval)
}

// close counts a session that is over.
func (c *sessionStream) close(s *lastSession) {
	if s.events == 0 || s.interval < 0 {
		return
	}
	x := sessionFacts{events: float64(s.events), duration: float64(s.last-s.start) / 1000}
	for _, tally := range c.wholes {
		tally.see(0, int(s.interval), &x)
	}
}

// sort puts the keys in order: into as many bins as there are keys, by time, then each to its place, which is near.
func (c *sessionStream) sort() bool {
	lo, hi := slices.Min(c.keys), slices.Max(c.keys)
	shift := max(0, bits.Len64(hi-lo)-bits.Len(uint(len(c.keys))))
	n := int((hi-lo)>>shift) + 2
	if !room(c.meter, &c.spare, len(c.keys), 8) || !grow(c.meter, &c.bins, n, 4) {
		return false
	}
	bins := c.bins[:n]
	clear(bins)
	for _, key := range c.keys {
		bins[(key-lo)>>shift+1]++
	}
	for i := 1; i < n; i++ {
		bins[i] += bins[i-1]
	}
	spare := c.spare[:len(c.keys)]
	for _, key := range c.keys {
		bin := &bins[(key-lo)>>shift]
		spare[*bin] = key
		*bin++
	}
	c.keys, c.spare = spare, c.keys[:0]
	sortNear(c.keys)
	return true
}

// sortNear sorts keys that are near their places, by insertion while that is true.
func sortNear(keys []uint64) {
	moves := movesPerStop*len(keys) + 64
	for i := 1; i < len(keys); i++ {
		x, j := keys[i], i
		for ; j > 0 && keys[j-1] > x; j-- {
			keys[j] = keys[j-1]
		}
		keys[j] = x
		if moves -= i - j; moves < 0 {
			slices.Sort(keys)
			return
		}
	}
}
