package app

import "testing"

func TestRestsOnceAfterEachBusyTime(t *testing.T) {
	var r rests
	const busy, idle = quiet + 1, quiet / 2
	var allocated uint64
	for i, step := range []struct {
		grows uint64
		due   bool
	}{{idle, false}, {busy, false}, {busy, false}, {idle, true}, {idle, false}, {busy, false}, {0, true}, {0, false}} {
		allocated += step.grows
		if due := r.due(allocated); due != step.due {
			t.Errorf("step %d: due %v, want %v", i, due, step.due)
		}
	}
}

func TestAllocatedGrows(t *testing.T) {
	before := allocated()
	kept = make([]byte, 4<<20)
	if grown := allocated() - before; grown < 4<<20 {
		t.Errorf("4 MB were allocated, %d bytes seen", grown)
	}
}

var kept []byte
