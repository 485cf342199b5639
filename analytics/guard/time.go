package guard

import (
	"time"

	"jejak/event"
)

const (
	hour = event.Millis(time.Hour / time.Millisecond)

	// trackAge is how old an event may be that needs nothing but the public token.
	trackAge = 5 * 24 * hour
	// earliest is the oldest time that authenticated history may have: 1971-01-01.
	earliest = 365 * 24 * hour
	// clockError is how far ahead a client's clock may be.
	clockError = hour
)

const secondsSinceEpoch = "'properties.time' is invalid: must be specified as seconds since epoch"

// when refuses events that are too old, too far ahead, or without a time where one is required.
func when(_ *Guard, b *event.Batch, e *event.Event) *event.Refusal {
	missing := e.Time == event.TimeMissing
	switch {
	case missing && b.Strict, e.Time == event.TimeInvalid:
		return timeRefusal(event.NoTime, secondsSinceEpoch)
	case !missing && e.Time < oldest(b):
		return timeRefusal(event.TooOld, tooOld(b))
	case e.Time > b.Received+clockError:
		return timeRefusal(event.TooFarAhead, "'properties.time' is invalid: must not be more than one hour in the future")
	}
	return nil
}

func timeRefusal(why event.Reason, message string) *event.Refusal {
	return &event.Refusal{Reason: why, Field: "properties.time", Message: message}
}

// oldest is the oldest time that b's door takes.
func oldest(b *event.Batch) event.Millis {
	if live(b) {
		return b.Received - trackAge
	}
	return earliest
}

func tooOld(b *event.Batch) string {
	if live(b) {
		return "'properties.time' is invalid: must be within the last 5 days"
	}
	return "'properties.time' is invalid: must not be before 1971-01-01"
}

// live tells the doors that anybody with the public token may use from those for authenticated history.
func live(b *event.Batch) bool { return b.Source == event.Track || b.Source == event.Native }
