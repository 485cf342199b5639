package query

import (
	"slices"

	"jejak/event"
	"jejak/question"
)

// persons computes the metrics by person of one worker: those for which which events count depends on what else the person
// did. It sees each person's trail. Nil: there are no such metrics.
type persons struct {
	*trendPlan
	*framing
	trails   *trails
	groups   []bool // that trails need
	metrics  []*personMetric
	splitter *stopSplitter // nil without a breakdown
	sawOther *bool         // set when a segment that is not shown was met
	wanted   *trendCell
	slice    int // of the last stop

	known    int      // how many sets of marks the tables below hold
	nameOf   []uint32 // by markSet
	names    map[string]uint32
	met      []uint32 // by name: the last person who did it
	person   uint32   // how many people were shown
	cutter   *sessionCutter
	sessions uint32   // how many were cut
	inside   []uint32 // by stop: its session, from 1; 0 for none
}

// personMetric is a metric by person and where it is counted.
type personMetric struct {
	*metric
	place    int
	frame    *frame
	counts   []bool     // by slice
	whole    personSink // nil while ranking
	segments personSink // nil without a breakdown
	has      []bool     // by markSet: whether its events belong to the metric's group
}

// byPerson tells whether a metric is computed from trails.
func (p *trendPlan) byPerson() bool {
	return slices.ContainsFunc(p.metrics, func(m metric) bool { return m.byPerson })
}

// capture says what trails carry: the properties of the breakdown first, then those measured.
func (t *trend) capture() {
	if !t.byPerson() {
		return
	}
	c := &t.captures
	t.breakdownCapture = len(c.labels)
	for i, property := range t.breakdown {
		c.labels, c.words = append(c.labels, property), append(c.words, t.ranking.words[i])
	}
	for i := range t.metrics {
		m := &t.metrics[i]
		switch {
		case !m.byPerson || m.property < 0:
		case m.inner() == question.Distinct:
			m.capture = len(c.labels)
			c.labels, c.words = append(c.labels, m.property), append(c.words, t.items[i])
		default:
			m.capture = len(c.numbers)
			c.numbers = append(c.numbers, m.property)
		}
	}
}

// inner is what is measured of events.
func (m *metric) inner() question.Measure {
	if m.PerUser != nil {
		return m.PerUser.Measure
	}
	return m.Measure
}

// newPersons prepares a worker; nil without metrics by person.
func (t *trend) newPersons(f *framing, wanted *trendCell) *persons {
	if !t.byPerson() || f.frames == nil {
		return nil
	}
	p := &persons{trendPlan: t.trendPlan, framing: f, wanted: wanted, names: map[string]uint32{}, groups: make([]bool, len(t.plan.groups))}
	p.trails = newTrails(t.plan, t.meter, t.captures, p)
	if t.trendPlan.sessions != nil {
		rule := *t.trendPlan.sessions
		rule.days = f.days
		p.cutter = rule.newCutter()
		for _, g := range rule.groups() {
			p.groups[g] = true
		}
	}
	for i := range t.trendPlan.metrics {
		if m := &t.trendPlan.metrics[i]; m.byPerson {
			p.addMetric(i, m)
		}
	}
	if t.ranking != nil {
		p.splitter = newStopSplitter(t.ranking, t.breakdownCapture)
	}
	return p
}

func (p *persons) addMetric(place int, m *metric) {
	x := &personMetric{metric: m, place: place, frame: p.frames[place]}
	for slice := range p.read.starts {
		x.counts = append(x.counts, x.frame.holds(slice))
	}
	p.groups[m.group] = true
	if m.FirstEver {
		p.groups[m.history] = true
	}
	p.metrics = append(p.metrics, x)
}

// tally makes the tally of a metric, for the whole or for segments. Without persons, when the range is empty, it stays so.
func (p *persons) tally(m *metric, segments bool, s shape, words *vocabulary) tally {
	if p == nil {
		return newPersonSink(personContext{metric: m, words: words}, s)
	}
	i := slices.IndexFunc(p.metrics, func(x *personMetric) bool { return x.metric == m })
	sink := newPersonSink(personContext{metric: m, at: p.metrics[i].place, wanted: p.wanted, words: words, whole: !segments}, s)
	if segments {
		p.metrics[i].segments = sink
	} else {
		p.metrics[i].whole = sink
	}
	return sink
}

func (p *persons) begin(bucket int, actors uint32, rows int) {
	if p != nil {
		p.trails.begin(bucket, actors, rows)
	}
}

func (p *persons) take(group int, b *batch, rows []int32) {
	if p != nil && p.groups[group] {
		p.trails.take(group, b, rows)
	}
}

func (p *persons) done(b *batch) {
	if p != nil {
		p.trails.done(b)
	}
}

func (p *persons) end() {
	if p != nil {
		p.trails.end()
	}
}

// walk sees one person.
func (p *persons) walk(t *trail) {
	p.person++
	p.learn(t)
	if p.cutter != nil {
		p.cut(t)
	}
	for i, s := range t.stops {
		p.see(t, i, s)
	}
	for _, m := range p.metrics {
		if m.whole != nil {
			m.whole.finish(t.person)
		}
		if m.segments != nil {
			m.segments.finish(t.person)
		}
	}
}

// learn fills the tables for sets of marks that were not met before.
func (p *persons) learn(t *trail) {
	for ; p.known < len(t.markSets.has); p.known++ {
		m := markSet(p.known)
		name, has := p.names[t.markSets.name(m)]
		if !has {
			name = uint32(len(p.names))
			p.names[t.markSets.name(m)] = name
			p.met = append(p.met, 0)
		}
		p.nameOf = append(p.nameOf, name)
		for _, x := range p.metrics {
			x.has = append(x.has, t.markSets.in(m, x.group))
		}
	}
}

// cut numbers the session of each stop.
func (p *persons) cut(t *trail) {
	if !grow(p.trails.meter, &p.inside, len(t.stops), 4) {
		return
	}
	clear(p.inside[:len(t.stops)])
	for _, s := range p.cutter.cut(t) {
		p.sessions++
		for i := s.first; i <= s.last; i++ {
			if p.cutter.member(t.stops[i]) {
				p.inside[i] = p.sessions
			}
		}
	}
}

// occurrence is an event as sinks see it.
type occurrence struct {
	stop    int // its place on the trail
	session uint32
	number  float64  // of the property; null where it has none
	ids     []uint32 // of the property
	notSet  uint32   // among ids
	person  event.Actor
}

// see shows a stop to the metrics in which it counts.
func (p *persons) see(t *trail, at int, s stop) {
	name := p.nameOf[s.marks]
	isFirst := p.met[name] != p.person
	p.met[name] = p.person
	split := false
	for _, m := range p.metrics {
		if !m.has[s.marks] || m.FirstEver && !isFirst {
			continue
		}
		slice := p.sliceOf(s.time)
		if !m.counts[slice] || m.Measure == question.InSessions && p.inside[at] == 0 {
			continue
		}
		x := p.occurrence(t, at, s, m)
		if m.whole != nil {
			m.whole.see(0, slice, &x)
		}
		if p.splitter == nil {
			continue
		}
		if !split {
			p.splitter.split(t, s)
			split = true
		}
		p.seeSegments(m, slice, &x)
	}
}

// seeSegments counts an event in its segments: in slots when they are ranked, else the total in their own numbers.
func (p *persons) seeSegments(m *personMetric, slice int, x *occurrence) {
	if p.sawOther == nil {
		if m.segments != nil && m.frame.total.has(slice) {
			for _, segment := range p.splitter.ids {
				m.segments.see(int(segment), 0, x)
			}
		}
		return
	}
	inOther := false
	for _, segment := range p.splitter.ids {
		slot := p.splitter.slot(segment)
		if slot == len(p.splitter.shown) {
			if inOther {
				continue
			}
			inOther, *p.sawOther = true, true
		}
		m.segments.see(slot, slice, x)
	}
}

func (p *persons) sliceOf(t event.Millis) int {
	if t < p.read.starts[p.slice] || t >= p.read.end(p.slice) {
		p.slice = p.read.intervalOf(t)
	}
	return p.slice
}

func (p *persons) occurrence(t *trail, at int, s stop, m *personMetric) occurrence {
	x := occurrence{stop: at, number: null, person: t.person}
	if p.cutter != nil {
		x.session = p.inside[at]
	}
	switch {
	case m.capture < 0:
	case m.inner() == question.Distinct:
		r := t.readers[m.capture]
		x.ids, x.notSet = r.ids(t.label(m.capture, s), new([1]uint32)), r.notSet()-1
	default:
		x.number = t.number(m.capture, s)
	}
	return x
}

// stopSplitter tells the segments of stops.
type stopSplitter struct {
	*ranking
	capture int // of the first property; the others follow
	seen    map[tuple]uint32
	ids     []uint32 // of the last stop
}

func newStopSplitter(r *ranking, capture int) *stopSplitter {
	return &stopSplitter{ranking: r, capture: capture, seen: map[tuple]uint32{}}
}

func (x *stopSplitter) split(t *trail, s stop) {
	x.ids = x.ids[:0]
	x.cross(t, s, 0, tuple{})
}

// cross adds each combination of items from the p-th property on.
func (x *stopSplitter) cross(t *trail, s stop, p int, combination tuple) {
	if p == len(x.words) {
		x.ids = append(x.ids, x.idOf(combination))
		return
	}
	var one [1]uint32
	for _, id := range t.readers[x.capture+p].ids(t.label(x.capture+p, s), &one) {
		if x.meter.over.Load() {
			return
		}
		combination[p] = id
		x.cross(t, s, p+1, combination)
	}
}

func (x *stopSplitter) idOf(combination tuple) uint32 {
	id, known := x.seen[combination]
	if !known {
		id = x.id(combination)
		x.seen[combination] = id
	}
	return id
}

func (x *stopSplitter) slot(segment uint32) int {
	if int(segment) < len(x.slots) {
		return int(x.slots[segment])
	}
	return len(x.shown)
}
