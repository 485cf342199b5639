package analytics

import (
	"slices"

	"jejak/event"
)

// copyForLive copies the events before the store takes them over, when somebody watches.
func (r *Road) copyForLive(b *event.Batch) []event.Event {
	if r.o.Live == nil || len(b.Events) == 0 || r.o.Listening != nil && !r.o.Listening(b.Project) {
		return nil
	}
	events := slices.Clone(b.Events)
	for i := range events {
		events[i].Properties = slices.Clone(events[i].Properties)
	}
	return events
}

// show hands events to those who watch. The events are durable by now.
func (r *Road) show(p event.ProjectID, events []event.Event) {
	if len(events) > 0 {
		r.o.Live(p, events)
	}
}
