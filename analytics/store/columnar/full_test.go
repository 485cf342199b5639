package columnar

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"jejak/analytics/store"
	"jejak/event"
)

// TestDiskFull lets the disk fill up at random moments and gives it room again: what is refused is refused with
// ErrUnavailable and never seen, nothing is half-written, and with room the store goes on by itself.
func TestDiskFull(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	for round := range uint64(20) {
		h := newHistory(t, seed+round)
		refused := 0
		for range 30 {
			free, _ := h.disk.Free(root)
			used := 1<<30 - int64(free)
			h.disk.Resize(used + h.r.Int64N(4000))
			for range 6 {
				if h.step() != nil && h.tried != nil {
					refused++
					h.tried = nil
				}
			}
			h.disk.Resize(1 << 30)
			if err := h.append(1); err != nil {
				t.Fatalf("with room again: %v", err)
			}
		}
		if refused == 0 {
			t.Error("no batch was refused")
		}
		h.compare()
		if round%2 == 0 {
			h.disk = h.disk.Crash(h.r)
			h.check()
			h.wake()
		}
		h.stop()
		h.start()
		h.compare()
		h.stop()
	}
}

func TestReserve(t *testing.T) {
	h := newHistory(t, 1)
	h.store.options.MinFree = 1 << 20
	h.disk.Resize(1 << 20)
	err := h.store.Append(context.Background(), store.Batch{Project: 1, Events: make([]event.Event, 1)})
	if !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("below the reserve: %v", err)
	}
	h.disk.Resize(1 << 30)
	if err := h.append(1); err != nil {
		t.Error(err)
	}
	h.compare()
	h.stop()
}
