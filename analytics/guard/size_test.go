package guard

import (
	"testing"

	"jejak/event"
)

func TestEventsAreSmallerThanAMegabyte(t *testing.T) {
	for size, want := range map[int]event.Reason{1<<20 - 1: "", 1 << 20: event.TooLarge} {
		if _, no := one(t, event.Track, false, func(e *event.Event) { e.Size = size }); no.Reason != want {
			t.Errorf("size %d: reason %q, want %q", size, no.Reason, want)
		}
	}
}
