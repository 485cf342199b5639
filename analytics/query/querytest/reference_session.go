package querytest

import (
	"slices"
	"time"

	"jejak/event"
	"jejak/question"
)

// visit is a session of a person: its events in order.
type visit struct {
	events []event.Event
	open   bool // no end event closed it
}

// start is the instant of the first event.
func (v visit) start() event.Millis { return v.events[0].Time }

// sessionsOf cuts the events of one person, in their order, into sessions (section 11).
func (p *past) sessionsOf(q *question.Sessions, events []event.Event) (sessions []visit) {
	if q == nil {
		q = &question.Sessions{}
	}
	var members []event.Event
	for _, e := range events {
		if p.partInSessions(q, e) {
			members = append(members, e)
		}
	}
	for i, e := range members {
		last := len(sessions) - 1
		switch {
		case i > 0 && last >= 0 && p.goesOn(q, sessions[last], members[i-1], e):
			sessions[last].events = append(sessions[last].events, e)
			sessions[last].open = q.ByOrDefault() == question.ByEvents && !p.selects(q.End, e)
		case q.ByOrDefault() != question.ByEvents || p.selects(q.Start, e):
			sessions = append(sessions, visit{[]event.Event{e}, q.ByOrDefault() == question.ByEvents})
		}
	}
	return sessions
}

// partInSessions tells whether an event has a part in sessions.
func (p *past) partInSessions(q *question.Sessions, e event.Event) bool {
	if slices.Contains(question.NeverInSessions, e.Name) || slices.Contains(q.Exclude, e.Name) || e.Class == event.Bot && !p.bots {
		return false
	}
	return q.ByOrDefault() != question.ByProperty || !slices.Equal(items(e.Get(q.Property)), []event.Value{{}})
}

// goesOn tells whether the session holds the event too, the one after previous among those that have a part.
func (p *past) goesOn(q *question.Sessions, s visit, previous, e event.Event) bool {
	if !p.day(s.start()).Equal(p.day(e.Time)) {
		return false
	}
	switch q.ByOrDefault() {
	case question.ByTimeout:
		return e.Time-previous.Time < event.Millis(q.TimeoutOrDefault().Milliseconds())
	case question.ByEvents:
		return s.open
	default:
		return slices.Equal(items(e.Get(q.Property)), items(previous.Get(q.Property)))
	}
}

// day is where the day of an instant begins (section 2). It is the same for all instants of a quarter of an hour.
func (p *past) day(m event.Millis) time.Time {
	t := time.UnixMilli(int64(m)).Truncate(quarter)
	key := zoned{p.zone.String(), t.Unix()}
	if _, known := days[key]; !known {
		cuts := cutsAfter(p.zone, t.Add(-50*time.Hour), t.Add(time.Millisecond), question.Day)
		days[key] = cuts[len(cuts)-1]
	}
	return days[key]
}

// days remembers what day found: it is asked about the same days by most random questions.
var days = map[zoned]time.Time{}

type zoned struct {
	zone    string
	seconds int64
}

// wholeDays are the days that a stretch touches.
func (p *past) wholeDays(s stretch) stretch {
	if !s.from.Before(s.to) {
		return s
	}
	s.from = p.day(event.Millis(s.from.UnixMilli()))
	if last := p.day(event.Millis(s.to.UnixMilli())); last.Before(s.to) {
		s.to = cutsAfter(p.zone, last, last.Add(50*time.Hour), question.Day)[0]
	}
	return s
}
