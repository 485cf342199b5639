package guard

import (
	"testing"

	"jejak/event"
)

func TestEventsThatAskAreIgnored(t *testing.T) {
	for _, v := range []event.Value{event.BooleanOf(false), event.StringOf(""), {}} {
		_, no := one(t, event.Track, false, func(e *event.Event) {
			e.Properties = append(e.Properties, event.Property{Name: "$ignore", Value: v})
		})
		if no.Reason != event.Ignored {
			t.Errorf("$ignore of %+v: reason %q", v, no.Reason)
		}
	}
}
