package querytest

import (
	"slices"

	"jejak/event"
)

// Persons tells who an actor of a project is. Only actors of the exam's worlds are asked about: see Actor.
type Persons func(p event.ProjectID, a event.Actor) event.Actor

// Actor is the actor of the n-th person of a world, from 0: several share a bucket.
func Actor(n int) event.Actor { return event.MakeActor(n%9*7, uint32(n/9+1)) }

// past are the events as the reference sees them: of duplicates the last arrival, which is settled by the identifiers they
// came under; then each under its person. Events of one person and one instant are in the order of the identifiers they
// came under, then in that of arrival.
func (w *world) past() []event.Event {
	if w.shown != nil {
		return w.asShown()
	}
	if w.persons == nil {
		return w.events
	}
	events := settled(w.events)
	for i := range events {
		if events[i].Actor.Index() != 0 {
			events[i].Actor = w.persons(w.project, events[i].Actor)
		}
	}
	return events
}

// asShown are the events that are shown: of duplicates the last arrival, which is settled by what is stored.
func (w *world) asShown() (out []event.Event) {
	for _, e := range lastArrivals(w.events) {
		e.InsertID = ""
		e.Properties = slices.Clone(e.Properties)
		if e, shown := w.shown(e); shown {
			out = append(out, e)
		}
	}
	return out
}
