package guard

import (
	"hash/maphash"
	"sync"

	"jejak/event"
)

// aheadKept bounds what is remembered: two generations of so many events, 24 bytes each.
const aheadKept = 1 << 14

// ahead sets events from clocks that run ahead to now, and remembers the time it gave: the time is part of the key by
// which an event sent twice is recognised, so the second arrival must get the time of the first. (Browsers send their
// queue twice as a matter of course when a page is hidden.) What is forgotten, by age or by a restart, costs a
// duplicate and no event.
type ahead struct {
	mu       sync.Mutex
	seed     maphash.Seed
	now, old map[uint64]event.Millis
}

// settle is the time that e is kept under.
func (a *ahead) settle(b *event.Batch, e *event.Event) event.Millis {
	if e.Time <= b.Received-clockError {
		return e.Time // even its first arrival was not ahead, or is forgotten by now
	}
	if e.InsertID == "" {
		return min(e.Time, b.Received)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if e.Time <= b.Received && len(a.now)+len(a.old) == 0 {
		return e.Time
	}
	return a.settleLocked(a.keyLocked(b, e), b, e)
}

func (a *ahead) settleLocked(key uint64, b *event.Batch, e *event.Event) event.Millis {
	if given, ok := a.now[key]; ok {
		return given
	}
	given, ok := a.old[key]
	if !ok {
		if e.Time <= b.Received {
			return e.Time
		}
		given = b.Received
	}
	a.rememberLocked(key, given)
	return given
}

func (a *ahead) rememberLocked(key uint64, given event.Millis) {
	if a.now == nil || len(a.now) >= aheadKept {
		a.old, a.now = a.now, make(map[uint64]event.Millis)
	}
	a.now[key] = given
}

func (a *ahead) keyLocked(b *event.Batch, e *event.Event) uint64 {
	if a.seed == (maphash.Seed{}) {
		a.seed = maphash.MakeSeed()
	}
	return maphash.Comparable(a.seed, aheadKey{b.Project, e.Time, e.Name, e.InsertID})
}

type aheadKey struct {
	project  event.ProjectID
	sent     event.Millis
	name, id string
}
