package query

import (
	"slices"

	"jejak/event"
	"jejak/question"
)

// sessionRule is how trails are cut into sessions. A kind makes it before its other groups and captures are read:
//
//	rule := plan.sessionRule(q.Sessions, line, &captures, meter)
//	s := plan.scanOf(snap, rule.stretch, …)                        // whole days
//	cutter := rule.newCutter()                                     // each worker its own
//	for _, x := range cutter.cut(trail) { trail.stops[x.first : x.last+1] … cutter.member(stop) … }
type sessionRule struct {
	*plan
	meter      *meter
	by         string
	timeout    event.Millis
	members    int // the group of the events that have a part in sessions
	start, end int // groups; by events
	capture    int // the place of the property among the captured labels; by property
	// stretch is what must be read so that each session that touches a range is read as a whole: whole days.
	stretch *timeline
	days    []event.Millis // where the days of the stretch begin
}

// session is the stops first to last of a trail. Those between them that are no members do not belong to it.
type session struct {
	first, last int
	events      int  // how many belong to it
	open        bool // by events: midnight or the end of what there is closed it, not an end event
}

const sessionBytes = 32

// sessionRule adds what sessions need to the plan and the captures. line is the range of the question.
func (p *plan) sessionRule(q *question.Sessions, line *timeline, c *captures, m *meter) *sessionRule {
	members := q.Members()
	r := &sessionRule{plan: p, meter: m, by: q.ByOrDefault(), members: p.group(&members)}
	r.timeout = event.Millis(q.TimeoutOrDefault().Milliseconds())
	switch r.by {
	case question.ByEvents:
		r.start, r.end = p.group(q.Start), p.group(q.End)
	case question.ByProperty:
		r.capture = len(c.labels)
		c.labels, c.words = append(c.labels, p.property(q.Property)), append(c.words, newVocabulary(m))
	}
	r.days = line.days()
	r.stretch = line.uncut(line.from, line.to)
	if n := len(r.days); n > 1 {
		r.stretch = line.uncut(r.days[0], r.days[n-1])
	}
	return r
}

// days are where the days begin that a range touches, and where the last one ends; none when the range is empty.
func (l *timeline) days() (days []event.Millis) {
	if l.from >= l.to {
		return nil
	}
	from, to := int64(l.from/1000), int64(l.to/1000)
	wall := startOfUnit(wallAt(from, l.zone), question.Day)
	first := instantAt(wall, l.zone)
	for { // a clock set back across midnight shows yesterday once more
		next := nextCut(first, question.Day, l.zone)
		if next > from {
			break
		}
		first = next
	}
	for u := first; ; u = nextCut(u, question.Day, l.zone) {
		days = append(days, event.Millis(u*1000))
		if u >= to {
			return days
		}
	}
}

// sessionCutter cuts trails. Each worker has its own.
type sessionCutter struct {
	*sessionRule
	trail    *trail
	sessions []session
	dayEnd   event.Millis // of the day of the last session's start
	day      int          // its place in days
	ids      []uint32     // by property: the items of the last session
	one      [1]uint32
	roles    []role // by markSet
}

// role is what events of a markSet are to sessions.
type role uint8

const (
	isMember role = 1 << iota
	isStart
	isEnd
)

// roleOf is the role of a stop.
func (c *sessionCutter) roleOf(s stop) role {
	for int(s.marks) >= len(c.roles) {
		c.learn(markSet(len(c.roles)))
	}
	return c.roles[s.marks]
}

func (c *sessionCutter) learn(m markSet) {
	var r role
	has := func(group int, then role) {
		if c.trail.markSets.in(m, group) {
			r |= then
		}
	}
	has(c.members, isMember)
	if c.by == question.ByEvents {
		has(c.start, isStart)
		has(c.end, isEnd)
	}
	c.roles = append(c.roles, r)
}

func (r *sessionRule) newCutter() *sessionCutter { return &sessionCutter{sessionRule: r, day: 1} }

// cut returns the sessions of a trail in their order. They are good until the next call.
func (c *sessionCutter) cut(t *trail) []session {
	c.trail, c.sessions, c.dayEnd = t, c.sessions[:0], 0
	switch c.by {
	case question.ByTimeout:
		c.cutByTimeout()
	case question.ByEvents:
		c.cutByEvents()
	default:
		c.cutByProperty()
	}
	return c.sessions
}

// member tells whether a stop between a session's first and last belongs to it.
func (c *sessionCutter) member(s stop) bool {
	if c.roleOf(s)&isMember == 0 {
		return false
	}
	return c.by != question.ByProperty || !c.isNotSet(c.idsOf(s))
}

// begin opens a session at a stop. Without memory for one more the others go: the question ends anyway.
func (c *sessionCutter) begin(at int) {
	if !room(c.meter, &c.sessions, 1, sessionBytes) {
		c.sessions = c.sessions[:0]
	}
	c.sessions = append(c.sessions, session{first: at, last: at, events: 1})
	time := c.trail.stops[at].time
	if time < c.dayEnd {
		return
	}
	// Mostly it is the next day; days[i] is the end of day i.
	for step := 0; time >= c.days[c.day] || time < c.days[c.day-1]; step++ {
		if c.day++; step == 3 || c.day == len(c.days) {
			c.day = c.dayOf(time)
		}
	}
	c.dayEnd = c.days[c.day]
}

// dayOf is the place of the end of the day in which an instant lies.
func (c *sessionCutter) dayOf(at event.Millis) int {
	i, found := slices.BinarySearch(c.days, at)
	if found {
		i++
	}
	return i
}

// extend takes a stop into the last session.
func (c *sessionCutter) extend(at int) {
	s := &c.sessions[len(c.sessions)-1]
	s.last = at
	s.events++
}

func (c *sessionCutter) cutByTimeout() {
	limit := event.Millis(0) // the last session goes on until then
	for at, s := range c.trail.stops {
		if c.roleOf(s)&isMember == 0 {
			continue
		}
		if s.time < limit && len(c.sessions) > 0 {
			c.extend(at)
		} else {
			c.begin(at)
		}
		limit = min(s.time+c.timeout, c.dayEnd)
	}
}

func (c *sessionCutter) cutByEvents() {
	open := false
	for at, s := range c.trail.stops {
		r := c.roleOf(s)
		if r&isMember == 0 {
			continue
		}
		open = open && s.time < c.dayEnd
		switch {
		case open:
			c.extend(at)
			if r&isEnd != 0 {
				c.sessions[len(c.sessions)-1].open, open = false, false
			}
		case r&isStart != 0:
			c.begin(at)
			c.sessions[len(c.sessions)-1].open, open = true, true
		}
	}
}

func (c *sessionCutter) cutByProperty() {
	c.ids = c.ids[:0]
	for at, s := range c.trail.stops {
		if c.roleOf(s)&isMember == 0 {
			continue
		}
		ids := c.idsOf(s)
		if c.isNotSet(ids) {
			continue
		}
		if len(c.sessions) > 0 && s.time < c.dayEnd && slices.Equal(ids, c.ids) {
			c.extend(at)
			continue
		}
		c.begin(at)
		c.ids = append(c.ids[:0], ids...)
	}
}

// idsOf are the items of the property that sessions are cut by. They are good until the next call.
func (c *sessionCutter) idsOf(s stop) []uint32 {
	return c.trail.readers[c.capture].ids(c.trail.label(c.capture, s), &c.one)
}

func (c *sessionCutter) isNotSet(ids []uint32) bool {
	return len(ids) == 1 && ids[0]+1 == c.trail.readers[c.capture].notSet()
}
