package query

import (
	"math/bits"
	"slices"
)

// windowTally counts people in windows that may overlap. It is a uniqueTally that looks at windows when a bucket ends: until
// then a bit says whether an actor was met in a slice.
type windowTally struct {
	shape
	coverCounts
	cover *cover

	actors uint32
	dense  int      // slots that the table has room for; the others go into the set
	words  int      // of a slot and actor
	table  []uint64 // by slot, actor, word: a bit per slice
	met    set
	keys   []uint64 // of the set, in order
}

func newWindowTally(s shape) *windowTally {
	return &windowTally{shape: s, cover: coverOf(s), met: set{meter: s.meter}}
}

func (t *windowTally) begin(actors uint32, rows int) {
	t.actors, t.words, t.dense = actors, (t.intervals+63)/64, 0
	n := t.slots * int(actors) * t.words
	if n <= min(maxDense, 16*rows+4096) && t.meter.leaves(8*int64(n)) && grow(t.meter, &t.table, n, 8) {
		t.dense = t.slots
		clear(t.table[:n])
	}
}

func (t *windowTally) add(b *batch, rows []int32, slots []uint32) {
	t.fit(slots)
	if !t.hold(t.cover, t.slots, t.meter) {
		return
	}
	if slots == nil && t.dense > 0 {
		t.addWhole(b, rows)
		return
	}
	actors := b.actors()
	for i, r := range rows {
		a, slot := actors[r], uint32(0)
		if slots != nil {
			slot = slots[i]
		}
		slice := b.intervals[r]
		switch {
		case a == 0:
		case int(slot) < t.dense:
			t.table[(int(slot)*int(t.actors)+int(a))*t.words+int(slice/64)] |= 1 << (slice % 64)
		default:
			t.met.add(keyOf(slot, a, slice))
		}
	}
}

// addWhole is add for the one slot of the whole.
func (t *windowTally) addWhole(b *batch, rows []int32) {
	actors, table, words := b.actors(), t.table, t.words
	if b.single {
		word, bit := int(b.intervals[0]/64), uint64(1)<<(b.intervals[0]%64)
		for _, r := range rows {
			table[int(actors[r])*words+word] |= bit
		}
	} else {
		for _, r := range rows {
			slice := b.intervals[r]
			table[int(actors[r])*words+int(slice/64)] |= 1 << (slice % 64)
		}
	}
	clear(table[:words]) // nobody
}

func (t *windowTally) end() {
	for slot := range t.dense {
		t.countTable(slot)
	}
	if t.met.used > 0 {
		t.countSet()
	}
}

func (t *windowTally) countTable(slot int) {
	for a := range int(t.actors) {
		at := (slot*int(t.actors) + a) * t.words
		t.cover.begin()
		for i, word := range t.table[at : at+t.words] {
			for ; word != 0; word &= word - 1 {
				t.meet(t.cover, slot, 64*i+bits.TrailingZeros64(word))
			}
		}
	}
}

func (t *windowTally) countSet() {
	if !room(t.meter, &t.keys, t.met.used, 8) {
		return
	}
	t.met.all(func(key uint64) { t.keys = append(t.keys, key) })
	slices.Sort(t.keys)
	t.meetKeys(t.cover, t.keys)
	t.keys = t.keys[:0]
	t.met.clear()
}

func (t *windowTally) merge(other tally) {
	t.coverCounts.merge(&other.(*windowTally).coverCounts, t.meter)
}
