package identify

import (
	"encoding/binary"
	"math/bits"

	"jejak/event"
)

// index finds the actor of a fingerprint: an open-addressing table with linear probing, 20 bytes a slot, filled between
// 53 and 80 percent, so 25 to 38 bytes for each identifier. Fingerprints are evenly spread already; their first eight
// bytes say where to look.
type index struct {
	slots []slot
	used  int
}

// slot is free when its actor is 0: an identifier's actor never is.
type slot struct {
	hash  [16]byte
	actor event.Actor
}

const leastSlots = 64

// find is 0 when the fingerprint is unknown.
func (x *index) find(hash [16]byte) event.Actor {
	if len(x.slots) == 0 {
		return 0
	}
	return x.slots[x.place(hash)].actor
}

// findHead finds by the first half of a fingerprint, which is all that a token has; 0 when it is unknown.
func (x *index) findHead(head [8]byte) event.Actor {
	if len(x.slots) == 0 {
		return 0
	}
	start, _ := bits.Mul64(binary.BigEndian.Uint64(head[:]), uint64(len(x.slots)))
	for i := int(start); ; {
		s := &x.slots[i]
		if s.actor == 0 || [8]byte(s.hash[:8]) == head {
			return s.actor
		}
		if i++; i == len(x.slots) {
			i = 0
		}
	}
}

// add puts in a fingerprint. One that is there gets another actor.
func (x *index) add(hash [16]byte, a event.Actor) {
	if (x.used+1)*5 > len(x.slots)*4 {
		x.grow()
	}
	s := &x.slots[x.place(hash)]
	if s.actor == 0 {
		x.used++
	}
	*s = slot{hash, a}
}

// place is the slot of the fingerprint, or the free one where it would go.
func (x *index) place(hash [16]byte) int {
	start, _ := bits.Mul64(binary.BigEndian.Uint64(hash[:8]), uint64(len(x.slots)))
	for i := int(start); ; {
		s := &x.slots[i]
		if s.actor == 0 || s.hash == hash {
			return i
		}
		if i++; i == len(x.slots) {
			i = 0
		}
	}
}

// grow by half. The order of the slots hardly changes, so this runs through memory from front to back.
func (x *index) grow() {
	old := x.slots
	x.slots = make([]slot, max(leastSlots, len(old)+len(old)/2))
	for i := range old {
		if s := &old[i]; s.actor != 0 {
			x.slots[x.place(s.hash)] = *s
		}
	}
}
