package query

import (
	"jejak/event"
	"jejak/question"
)

// sessionCounter counts the sessions of one worker.
type sessionCounter struct {
	*sessionTrend
	cutter           *sessionCutter
	splitter         *sessionSplitter // nil without a breakdown
	wholes, segments []sessionTally
	ranked           bool // segments are counted in the slots of the ranking, else in their own numbers
	line             *timeline
	interval         int
	person           uint32 // how many people were shown
	sawOther         bool
	wanted           *sessionCell
}

// sessionFacts are what is measured of a session.
type sessionFacts struct {
	person   uint32 // a number among the worker's people
	events   float64
	duration float64 // in seconds; null for an open session
}

func (t *sessionTrend) newCounter() *sessionCounter {
	c := &sessionCounter{sessionTrend: t, cutter: t.rule.newCutter(), line: t.line.whole()}
	if t.ranking != nil {
		c.splitter = newSessionSplitter(t.ranking.segments, t.places)
	}
	return c
}

// whole is the range as one interval.
func (l *timeline) whole() *timeline {
	one := *l
	one.starts = l.starts[:min(1, len(l.starts))]
	return &one
}

func (c *sessionCounter) walk(t *trail) {
	c.person++
	for _, s := range c.cutter.cut(t) {
		start := t.stops[s.first].time
		if start < c.line.from || start >= c.line.to || !c.counts(t, s) {
			continue
		}
		c.find(start)
		c.count(t, s)
	}
}

// counts tells whether the session holds an event that With means.
func (c *sessionCounter) counts(t *trail, s session) bool {
	if c.with < 0 {
		return true
	}
	for _, x := range t.stops[s.first : s.last+1] {
		if t.markSets.in(x.marks, c.with) && c.cutter.member(x) {
			return true
		}
	}
	return false
}

// find makes interval that of an instant in the range: mostly the same as before.
func (c *sessionCounter) find(at event.Millis) {
	if at >= c.line.end(c.interval) && c.interval+1 < len(c.line.starts) {
		c.interval++
	}
	if at < c.line.starts[c.interval] || at >= c.line.end(c.interval) {
		c.interval = c.line.intervalOf(at)
	}
}

// count is the one place where a session comes into its cells.
func (c *sessionCounter) count(t *trail, s session) {
	x := sessionFacts{person: c.person, events: float64(s.events), duration: null}
	if !s.open {
		x.duration = float64(t.stops[s.last].time-t.stops[s.first].time) / 1000
	}
	for _, tally := range c.wholes {
		tally.see(0, c.interval, &x)
	}
	c.wanted.note(t.person, -1, c.interval)
	if c.splitter == nil {
		return
	}
	inOther := false
	for _, segment := range c.splitter.split(t, s, c.cutter) {
		slot := int(segment)
		if c.ranked {
			if slot = c.slot(segment); slot == len(c.ranking.shown) && inOther {
				continue
			}
			inOther = inOther || slot == len(c.ranking.shown)
		}
		for _, tally := range c.segments {
			tally.see(slot, c.interval, &x)
		}
		c.wanted.note(t.person, slot, c.interval)
	}
	c.sawOther = c.sawOther || inOther
}

func (c *sessionCounter) slot(segment uint32) int {
	if int(segment) < len(c.ranking.slots) {
		return int(c.ranking.slots[segment])
	}
	return len(c.ranking.shown)
}

// sessionSplitter tells the segments of sessions. Each worker has its own.
type sessionSplitter struct {
	*segments
	places []sessionPlace
	seen   map[tuple]uint32
	single []uint32  // by item of the only place: its segment plus one
	names  [][]label // by place, by markSet: of the name
	labels []label   // of the session, by place
	ids    []uint32  // the segments of the last session
}

func newSessionSplitter(s *segments, places []sessionPlace) *sessionSplitter {
	return &sessionSplitter{
		segments: s, places: places, seen: map[tuple]uint32{},
		labels: make([]label, len(places)), names: make([][]label, len(places)),
	}
}

// split returns the segments of a session. They are good until the next call.
func (x *sessionSplitter) split(t *trail, s session, c *sessionCutter) []uint32 {
	x.ids = x.ids[:0]
	for i, p := range x.places {
		x.labels[i] = x.labelOf(i, p, t, s, c)
	}
	x.cross(t, 0, tuple{})
	return x.ids
}

// cross adds each combination of items from the p-th place on.
func (x *sessionSplitter) cross(t *trail, p int, combination tuple) {
	if p == len(x.places) {
		x.ids = append(x.ids, x.idOf(combination))
		return
	}
	one := [1]uint32{x.labels[p] - 1}
	ids := one[:]
	if x.places[p].capture >= 0 {
		ids = t.readers[x.places[p].capture].ids(x.labels[p], &one)
	}
	for _, id := range ids {
		if x.meter.over.Load() {
			return
		}
		combination[p] = id
		x.cross(t, p+1, combination)
	}
}

func (x *sessionSplitter) idOf(combination tuple) uint32 {
	if len(x.places) > 1 {
		return x.find(combination)
	}
	item := int(combination[0])
	if !grow(x.meter, &x.single, item+1, 4) {
		return 0
	}
	if x.single[item] == 0 {
		x.single[item] = x.find(combination) + 1
	}
	return x.single[item] - 1
}

func (x *sessionSplitter) find(combination tuple) uint32 {
	id, known := x.seen[combination]
	if !known {
		id = x.id(combination)
		x.seen[combination] = id
	}
	return id
}

// labelOf is that of the value which a place means.
func (x *sessionSplitter) labelOf(i int, p sessionPlace, t *trail, s session, c *sessionCutter) label {
	at := s.first
	if p.at == question.AtExit {
		at = s.last
	}
	switch {
	case p.capture < 0:
		return x.nameOf(i, t, t.stops[at].marks)
	case p.at != question.AtFirst:
		return t.label(p.capture, t.stops[at])
	}
	notSet := t.readers[p.capture].notSet()
	for _, stop := range t.stops[s.first : s.last+1] {
		if l := t.label(p.capture, stop); l != notSet && c.member(stop) {
			return l
		}
	}
	return notSet
}

// nameOf is the label of the name that the events of a markSet have.
func (x *sessionSplitter) nameOf(i int, t *trail, m markSet) label {
	for int(m) >= len(x.names[i]) {
		x.names[i] = append(x.names[i], 0)
	}
	if x.names[i][m] == 0 {
		x.names[i][m] = x.words[i].id(event.StringOf(t.markSets.name(m))) + 1
	}
	return x.names[i][m]
}
