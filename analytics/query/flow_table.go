package query

import "math"

// What stands in the place of a spot at both ends of a path.
const (
	pathStart   uint32 = math.MaxUint32
	pathEnd     uint32 = math.MaxUint32 - 1 // nothing more was asked about
	pathDropOff uint32 = math.MaxUint32 - 2
)

// linkKey is a step of paths of a set of segments from one spot to the next.
type linkKey struct{ set, from, to uint32 }

// linkTable counts by key: an open hash table with linear probing, at most half full.
type linkTable struct {
	slots []linkSlot
	used  int
	near  []int64 // of spots with small numbers in the empty set, by number and number: without hashing
	meter *meter
}

type linkSlot struct {
	linkKey
	count int64 // 0: the slot is free
}

const linkSlotBytes = 24

// nearSpots is how many spots, both ends of paths included, have small numbers.
const nearSpots = 256

// useNear makes the table fast for small numbers; it saves time only.
func (t *linkTable) useNear() {
	if n := nearSpots * nearSpots; t.meter.leaves(8*int64(n)) && t.meter.take(8*int64(n)) {
		t.near = make([]int64, n)
	}
}

// add adds a count above 0.
func (t *linkTable) add(key linkKey, n int64) {
	// The ends of paths are the numbers just below 0: they come first.
	if from, to := key.from+3, key.to+3; t.near != nil && key.set == 0 && from < nearSpots && to < nearSpots {
		t.near[from*nearSpots+to] += n
		return
	}
	if s := t.slot(key); s != nil {
		s.count += n
	}
}

// slot is where a key's count stands; its count is 0 when it is new, and must be set then. nil: there is no memory for it.
func (t *linkTable) slot(key linkKey) *linkSlot {
	if 2*t.used >= len(t.slots) && !t.grow() {
		return nil
	}
	mask := uint64(len(t.slots) - 1)
	hash := spread(uint64(key.from)<<32|uint64(key.to)) ^ spread(uint64(key.set)+1)
	for i := hash & mask; ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.count == 0 {
			s.linkKey = key
			t.used++
			return s
		}
		if s.linkKey == key {
			return s
		}
	}
}

func (t *linkTable) grow() bool {
	n := max(64, 2*len(t.slots))
	if !t.meter.take(linkSlotBytes * int64(n)) {
		return false
	}
	old := t.slots
	t.slots, t.used = make([]linkSlot, n), 0
	for i := range old {
		if old[i].count != 0 {
			t.add(old[i].linkKey, old[i].count)
		}
	}
	t.meter.give(linkSlotBytes * int64(len(old)))
	return true
}

// all calls f with each key that has a count.
func (t *linkTable) all(f func(s linkSlot)) {
	for i, n := range t.near {
		if n != 0 {
			f(linkSlot{linkKey{0, uint32(i/nearSpots) - 3, uint32(i%nearSpots) - 3}, n})
		}
	}
	for _, s := range t.slots {
		if s.count != 0 {
			f(s)
		}
	}
}

func (t *linkTable) merge(o *linkTable) {
	o.all(func(s linkSlot) { t.add(s.linkKey, s.count) })
}

// wayTree counts whole paths. A state is the spots so far: 0 is none.
type wayTree struct {
	next   linkTable // from a state over a spot: the state behind it
	states []wayState
	ends   linkTable // by set, state and kind of end
	meter  *meter
}

type wayState struct{ before, spot uint32 }

func newWayTree(m *meter) *wayTree {
	return &wayTree{next: linkTable{meter: m}, states: []wayState{{}}, ends: linkTable{meter: m}, meter: m}
}

func (w *wayTree) add(path []uint32, set, end uint32) {
	state := uint32(0)
	for _, spot := range path {
		state = w.step(state, spot)
	}
	w.ends.add(linkKey{set, state, end}, 1)
}

// step is the state behind a spot; any state once the memory is used up.
func (w *wayTree) step(state, spot uint32) uint32 {
	s := w.next.slot(linkKey{0, state, spot})
	if s == nil {
		return 0
	}
	if s.count == 0 {
		s.count = int64(len(w.states))
		if !room(w.meter, &w.states, 1, 8) {
			return 0
		}
		w.states = append(w.states, wayState{state, spot})
	}
	return uint32(s.count)
}

func (w *wayTree) merge(o *wayTree) {
	if !w.meter.take(4 * int64(len(o.states))) {
		return
	}
	defer w.meter.give(4 * int64(len(o.states)))
	own := make([]uint32, len(o.states)) // by state of o
	for i, s := range o.states {
		if i > 0 {
			own[i] = w.step(own[s.before], s.spot)
		}
	}
	o.ends.all(func(s linkSlot) { w.ends.add(linkKey{s.set, own[s.from], s.to}, s.count) })
}

// path is the spots of a state, first to last.
func (w *wayTree) path(state uint32) (spots []uint32) {
	n := 0
	for s := state; s != 0; s = w.states[s].before {
		n++
	}
	spots = make([]uint32, n)
	for s := state; s != 0; s = w.states[s].before {
		n--
		spots[n] = w.states[s].spot
	}
	return spots
}
