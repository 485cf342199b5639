package guard

import "jejak/event"

// maxRecord is the size of one event or profile update as JSON, in bytes; the wire says "below 1 MB".
const maxRecord = 1 << 20

func size(_ *Guard, _ *event.Batch, e *event.Event) *event.Refusal {
	if e.Size < maxRecord {
		return nil
	}
	return &event.Refusal{Reason: event.TooLarge, Message: "the event is too large: it must be smaller than 1 MB"}
}

func profileSize(p event.Profile) *event.Refusal {
	if len(p.Body) < maxRecord {
		return nil
	}
	return &event.Refusal{
		At: p.At, Reason: event.TooLarge, Message: "the profile update is too large: it must be smaller than 1 MB",
	}
}
