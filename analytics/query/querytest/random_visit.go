package querytest

import (
	"time"

	"jejak/event"
)

// next is an event of the same person shortly after another, at the same instant, or after a pause that just ends a session.
func (w *world) next(e event.Event) event.Event {
	pause := pick(w.Rand, []time.Duration{
		0, 0, time.Millisecond, time.Second, 2 * time.Second, 30 * time.Second, time.Minute - time.Millisecond, time.Minute,
		10 * time.Minute, 15 * time.Minute, 30*time.Minute - time.Millisecond, 30 * time.Minute, 2 * time.Hour, 24 * time.Hour,
	})
	e.Name, e.Time, e.InsertID = pick(w.Rand, names), e.Time+event.Millis(pause.Milliseconds()), ""
	if w.chance(70) {
		e.Properties = w.properties()
	}
	return e
}
