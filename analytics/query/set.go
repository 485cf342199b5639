package query

import "math/bits"

// set is a set of keys above 0: an open hash table with linear probing, at most half full.
type set struct {
	slots []uint64 // 0 is free
	used  int
	meter *meter
}

// add puts a key in and tells whether it is new. Once the memory is used up it is never new.
func (s *set) add(key uint64) bool {
	if 2*s.used >= len(s.slots) && !s.grow() {
		return false
	}
	mask := uint64(len(s.slots) - 1)
	for i := spread(key) & mask; ; i = (i + 1) & mask {
		switch s.slots[i] {
		case key:
			return false
		case 0:
			s.slots[i] = key
			s.used++
			return true
		}
	}
}

// spread mixes the bits of a key: a multiplication with 2^64 divided by the golden ratio, both halves folded.
func spread(key uint64) uint64 {
	hi, lo := bits.Mul64(key, 0x9e3779b97f4a7c15)
	return hi ^ lo
}

func (s *set) grow() bool {
	n := max(64, 2*len(s.slots))
	if !s.meter.take(8 * int64(n)) {
		return false
	}
	old := s.slots
	s.slots, s.used = make([]uint64, n), 0
	for _, key := range old {
		if key != 0 {
			s.add(key)
		}
	}
	s.meter.give(8 * int64(len(old)))
	return true
}

// clear empties the set and keeps its room.
func (s *set) clear() {
	clear(s.slots)
	s.used = 0
}

// all calls f with each key.
func (s *set) all(f func(key uint64)) {
	for _, key := range s.slots {
		if key != 0 {
			f(key)
		}
	}
}

// Keys join a slot (of a table: a segment, or the whole), a number (an actor or an item) and an interval.
const (
	segmentBits  = 22
	numberBits   = 29
	intervalBits = 12
	// wholeRange stands for the range in the place of an interval.
	wholeRange = 1<<intervalBits - 1
)

// keyOf is above 0.
func keyOf(slot, number, interval uint32) uint64 {
	return 1<<63 | uint64(slot)<<(numberBits+intervalBits) | uint64(number)<<intervalBits | uint64(interval)
}

func splitKey(key uint64) (slot, interval uint32) {
	return uint32(key << 1 >> (1 + numberBits + intervalBits)), uint32(key & (1<<intervalBits - 1))
}
