package querytest

import (
	"cmp"
	"slices"
	"time"

	"jejak/event"
	"jejak/question"
)

// past is what every reference evaluator looks at: all events that count, plainly. It follows docs/semantics.md sentence by
// sentence; the sections named in these files are its sections. It gives no account of cost: rows_read and took_ms are 0.
type past struct {
	events []event.Event // in order of arrival, duplicates left out
	zone   *time.Location
	now    time.Time
	bots   bool // are looked at

	known present
	look  *look // who is in cohorts; nil until somebody asks
}

// present is when a question is asked, and what is there then beside the events.
type present struct {
	time.Time
	profiles *profiles
	cohorts  question.Cohorts
	lookups  lookups
}

// in is a past without events, in a zone.
func (x present) in(zone *time.Location) *past { return &past{zone: zone, now: x.Time, known: x} }

// pastOf prepares the events, given in order of arrival.
func pastOf(events []event.Event, r question.Range, bots bool, now present) *past {
	zone, _ := question.LoadZone(r.Zone)
	p := now.in(zone)
	p.events, p.bots = lastArrivals(events), bots
	return p
}

// selects tells whether a selector means the event (section 3); bots are meant when they are looked at.
func (p *past) selects(s *question.Selector, e event.Event) bool {
	named := s.AnyEvent && !slices.Contains(s.Except, e.Name) || s.Event != "" && e.Name == s.Event
	for i := range s.AnyOf {
		named = named || p.selects(&s.AnyOf[i], e)
	}
	return named && (p.bots || e.Class != event.Bot) && p.passes(s.Filter, e)
}

// inside tells whether the event lies in the stretch.
func inside(s stretch, e event.Event) bool { return !before(e.Time, s.from) && before(e.Time, s.to) }

// byPerson are the events of each person, nobody left out, in the order of time, those of one instant in order of arrival.
func (p *past) byPerson() map[event.Actor][]event.Event {
	people := map[event.Actor][]event.Event{}
	for _, e := range p.events {
		if e.Actor.Index() != 0 {
			people[e.Actor] = append(people[e.Actor], e)
		}
	}
	for _, events := range people {
		slices.SortStableFunc(events, func(a, b event.Event) int { return cmp.Compare(a.Time, b.Time) })
	}
	return people
}

// explainOf is section 7 for selectors over what was looked at, from its beginning to its end.
func (p *past) explainOf(filter *question.Filter, selectors []*question.Selector, looked, asked stretch) question.Explain {
	x := question.Explain{CompleteUntil: asked.stamp(earliest(p.now.Truncate(time.Millisecond), asked.to))}
	for _, e := range p.events {
		matches, named := false, false
		for _, s := range selectors {
			matches = matches || p.passes(filter, e) && p.selects(s, e)
			named = named || mentions(s, e.Name)
		}
		if matches && inside(looked, e) {
			x.RowsMatched++
		}
		if named && e.Class == event.Bot && !p.bots && inside(looked, e) {
			x.BotsLeftOut++
		}
	}
	return x
}

// mentions tells whether the selector names the event.
func mentions(s *question.Selector, name string) bool {
	return s.AnyEvent && !slices.Contains(s.Except, name) || s.Event != "" && s.Event == name ||
		slices.ContainsFunc(s.AnyOf, func(part question.Selector) bool { return mentions(&part, name) })
}
