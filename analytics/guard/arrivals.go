package guard

import (
	"hash/maphash"
	"sync"

	"jejak/event"
)

// arrivalsKept bounds what is remembered: two generations of so many events, some 40 bytes each.
const arrivalsKept = 1 << 14

// arrivals gives events the time of their arrival when they have none, or one from a clock that runs ahead, and
// remembers it: the time is part of the key by which an event sent twice is recognised, so the second arrival must get
// the time of the first. (Browsers send their queue twice as a matter of course when a page is hidden.) What is
// forgotten, by age or by a restart, costs a duplicate and no event.
type arrivals struct {
	mu         sync.Mutex
	seed       maphash.Seed
	young, old map[uint64]event.Millis
}

func newArrivals() *arrivals { return &arrivals{seed: maphash.MakeSeed()} }

// arrival settles the time of events that have none or are a little ahead. It comes after the rule for insert ids, which
// takes placeholders away: they would make one event of many.
func arrival(g *Guard, b *event.Batch, e *event.Event) *event.Refusal {
	e.Time = g.arrivals.settle(b, e)
	return nil
}

// settle is the time that e is kept under.
func (a *arrivals) settle(b *event.Batch, e *event.Event) event.Millis {
	timely := e.Time != event.TimeMissing && e.Time <= b.Received
	switch {
	case timely && e.Time <= b.Received-clockError:
		return e.Time // even its first arrival was timely, or is forgotten by now
	case e.InsertID == "" && timely:
		return e.Time
	case e.InsertID == "":
		return b.Received
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if timely && len(a.young)+len(a.old) == 0 {
		return e.Time
	}
	return a.settleLocked(a.key(b, e), timely, b, e)
}

func (a *arrivals) settleLocked(key uint64, timely bool, b *event.Batch, e *event.Event) event.Millis {
	if given, ok := a.young[key]; ok {
		return given
	}
	given, ok := a.old[key]
	switch {
	case !ok && timely:
		return e.Time
	case !ok:
		given = b.Received
	}
	if a.young == nil || len(a.young) >= arrivalsKept {
		a.old, a.young = a.young, make(map[uint64]event.Millis)
	}
	a.young[key] = given
	return given
}

func (a *arrivals) key(b *event.Batch, e *event.Event) uint64 {
	type sent struct {
		project  event.ProjectID
		time     event.Millis
		name, id string
	}
	return maphash.Comparable(a.seed, sent{b.Project, e.Time, e.Name, e.InsertID})
}
