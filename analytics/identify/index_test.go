package identify

import (
	"testing"

	"jejak/event"
)

func TestIndexFindsWhatWasAdded(t *testing.T) {
	var x index
	const n = 20_000
	for i := range uint64(n) {
		if got := x.find(benchHash(i)); got != 0 {
			t.Fatalf("%d is found before it is added", i)
		}
		x.add(benchHash(i), event.Actor(i+64))
		if full := float64(x.used) / float64(len(x.slots)); full > 0.8 || i > 100 && full < 0.5 {
			t.Fatalf("%d of %d slots are used", x.used, len(x.slots))
		}
	}
	for i := range uint64(n) {
		if got := x.find(benchHash(i)); got != event.Actor(i+64) {
			t.Fatalf("%d is found as %d", i, got)
		}
	}
}

// Fingerprints that want the same place, at the very end of the table, are all found.
func TestIndexGoesAroundItsEnd(t *testing.T) {
	var x index
	for i := range byte(40) {
		hash := [16]byte{0: 255, 1: 255, 15: i}
		x.add(hash, event.Actor(i)+64)
	}
	for i := range byte(40) {
		if got := x.find([16]byte{0: 255, 1: 255, 15: i}); got != event.Actor(i)+64 {
			t.Errorf("%d is found as %d", i, got)
		}
	}
	if got := x.find([16]byte{0: 255, 1: 255, 15: 40}); got != 0 {
		t.Errorf("one that was not added is found as %d", got)
	}
}
