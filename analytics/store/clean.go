package store

import (
	"context"

	"jejak/event"
)

// Cleaner says what becomes of what is stored already, so that rules of today hold for it too. One goroutine calls it.
type Cleaner interface {
	// Name is what stands in the place of an event's or a property's name; the name itself when it can stay.
	Name(name string) string
	// Touches tells whether Clean would change a value of the property. It MUST be cheap, and MUST change nothing.
	Touches(property string, v event.Value) bool
	// Clean is what stands in the place of a value that Touches; of Kind None: nothing. whose is an event's actor that has it; nobody's
	// when no person has. The changes are what is done in every row with the value.
	Clean(property string, v event.Value, whose event.Actor) (event.Value, []event.Change, error)
	// Settle MUST NOT return nil before everything that Clean has sealed is durable.
	Settle(ctx context.Context) error
}
