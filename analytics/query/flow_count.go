package query

import (
	"jejak/event"
	"jejak/question"
)

// flowCounter finds the paths of one worker's people and counts them.
type flowCounter struct {
	*flow
	cutter   *sessionCutter   // nil unless sessions are counted
	splitter *sessionSplitter // nil without a breakdown
	sets     *setFinder
	nodes    *nodeFinder
	links    linkTable
	ways     *wayTree // nil unless paths are listed
	wanted   *flowCell

	trail  *trail
	stops  []flowStop // the trail that is being walked
	limit  event.Millis
	chosen []int32  // rows
	path   []uint32 // spots of the path that is being laid out
}

// flowStop is an event on the trail of a flow.
type flowStop struct {
	time  event.Millis
	node  uint32 // a number of the finder
	means uint16 // a bit for each anchor that means it
	at    int32  // its place in the trail it comes from
}

const flowStopBytes = 24

func (f *flow) newCounter() *flowCounter {
	c := &flowCounter{flow: f, sets: newSetFinder(f.sets), nodes: newNodeFinder(f), links: linkTable{meter: f.meter}}
	c.limit = event.Millis(f.WindowOrDefault().Milliseconds())
	if f.rule != nil {
		c.cutter, c.limit = f.rule.newCutter(), 1<<60
	}
	if f.ranking == nil {
		c.links.useNear()
	} else {
		c.splitter = newSessionSplitter(f.ranking.segments, f.places)
	}
	if f.Paths > 0 {
		c.ways = newWayTree(f.meter)
	}
	return c
}

func (c *flowCounter) walk(t *trail) {
	c.trail = t
	if c.cutter == nil {
		c.collect(0, len(t.stops))
		c.findPaths()
		return
	}
	for _, s := range c.cutter.cut(t) {
		if start := t.stops[s.first].time; start >= c.line.from && start < c.line.to {
			c.collect(s.first, s.last+1)
			c.findPaths()
		}
	}
}

// collect makes the stops of the part lo <= at < hi of the trail: what is visible, collapsed.
func (c *flowCounter) collect(lo, hi int) {
	if c.stops = c.stops[:0]; !room(c.meter, &c.stops, hi-lo, flowStopBytes) {
		return
	}
	before := flowStop{node: ^uint32(0)}
	for at := lo; at < hi; at++ {
		s := c.trail.stops[at]
		x := c.nodes.kind(c.trail, s.marks)
		if !x.visible || c.cutter != nil && !c.cutter.member(s) {
			continue
		}
		stop := flowStop{s.time, x.node, x.means, int32(at)}
		if x.expand >= 0 {
			stop.node = c.nodes.expanded(c.trail, s, x.expand)
		}
		if !c.Collapse || stop.node != before.node || stop.means != before.means {
			c.stops = append(c.stops, stop)
		}
		before = stop
	}
}

// findPaths counts the paths on the stops.
func (c *flowCounter) findPaths() {
	for from := 0; ; {
		for from < len(c.stops) && c.stops[from].means&1 == 0 {
			from++
		}
		if from == len(c.stops) {
			return
		}
		if from = c.follow(from); c.CountingOrDefault() != question.CountTotal {
			return
		}
	}
}

// follow counts the path that begins at a stop and returns where the next one may.
func (c *flowCounter) follow(begin int) (then int) {
	last := c.stops[begin].time + c.limit
	c.path = c.path[:0]
	c.layBefore(begin)
	for anchor, at := 0, begin; ; anchor++ {
		c.path = append(c.path, c.nodes.spot(c.anchorAt[anchor], 0))
		next := len(c.stops)
		if anchor+1 < len(c.anchors) {
			next = c.reach(at+1, anchor+1, last)
		}
		if next < len(c.stops) {
			c.layBetween(anchor, at, next)
			at = next
			continue
		}
		missed := anchor+1 < len(c.anchors)
		full := c.layAfter(anchor, at, last)
		c.count(begin, missed || !full)
		if !missed {
			return at + 1
		}
		for then = at + 1; then < len(c.stops) && c.stops[then].time <= last; then++ {
		}
		return then
	}
}

// reach is the first stop from a place on that the anchor means, not later than last; len(stops) when there is none.
func (c *flowCounter) reach(from, anchor int, last event.Millis) int {
	for at := from; at < len(c.stops) && c.stops[at].time <= last; at++ {
		if c.stops[at].means>>anchor&1 != 0 {
			return at
		}
	}
	return len(c.stops)
}

// layBefore lays out the stops in front of the first anchor.
func (c *flowCounter) layBefore(begin int) {
	first := max(0, begin-c.Anchors[0].Before)
	for c.stops[begin].time-c.stops[first].time > c.limit {
		first++
	}
	for at := first; at < begin; at++ {
		c.lay(c.anchorAt[0]-(begin-at), at)
	}
}

// layBetween lays out the stops between two anchors.
func (c *flowCounter) layBetween(anchor, at, next int) {
	after := min(next-at-1, c.Anchors[anchor].After)
	for i := 1; i <= after; i++ {
		c.lay(c.anchorAt[anchor]+i, at+i)
	}
	before := min(next-at-1-after, c.Anchors[anchor+1].Before)
	for i := before; i > 0; i-- {
		c.lay(c.anchorAt[anchor+1]-i, next-i)
	}
}

// layAfter lays out the stops behind the last anchor reached and tells whether there was one for each step.
func (c *flowCounter) layAfter(anchor, at int, last event.Millis) bool {
	for i := 1; i <= c.Anchors[anchor].After; i++ {
		if at+i >= len(c.stops) || c.stops[at+i].time > last {
			return false
		}
		c.lay(c.anchorAt[anchor]+i, at+i)
	}
	return true
}

func (c *flowCounter) lay(step, at int) {
	c.path = append(c.path, c.nodes.spot(step, c.stops[at].node))
}

// count is the one place where a path is counted.
func (c *flowCounter) count(begin int, dropOff bool) {
	set := uint32(0)
	if c.splitter != nil {
		at := int(c.stops[begin].at)
		set = c.sets.find(c.splitter.split(c.trail, session{first: at, last: at}, nil))
	}
	end := pathEnd
	if dropOff {
		end = pathDropOff
	}
	if c.wanted != nil {
		c.wanted.note(c.trail.person, set, c.path, dropOff)
		return
	}
	at := pathStart
	for _, spot := range c.path {
		c.links.add(linkKey{set, at, spot}, 1)
		at = spot
	}
	c.links.add(linkKey{set, at, end}, 1)
	if c.ways != nil {
		c.ways.add(c.path, set, end)
	}
}

func (c *flowCounter) merge(o *flowCounter) {
	c.links.merge(&o.links)
	if c.ways != nil {
		c.ways.merge(o.ways)
	}
}
