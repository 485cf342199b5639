package guard

import "jejak/event"

// ignored refuses events that carry the property $ignore, whatever its value: the client wants them dropped.
func ignored(_ *Guard, _ *event.Batch, e *event.Event) *event.Refusal {
	for i := range e.Properties {
		if e.Properties[i].Name == "$ignore" {
			return &event.Refusal{Reason: event.Ignored, Field: "properties.$ignore", Message: "the event asks to be ignored"}
		}
	}
	return nil
}
