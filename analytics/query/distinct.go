package query

import "slices"

// distinctTally counts different items of a property. The same item comes in many buckets and by many workers, so what
// was met is kept to the end.
type distinctTally struct {
	shape
	reader *reader
	met    set
	counts *coverCounts // made when merging is over
}

func (t *distinctTally) begin(uint32, int) {}
func (t *distinctTally) end()              {}

func (t *distinctTally) add(b *batch, rows []int32, slots []uint32) {
	t.fit(slots)
	if b.columns[t.reader.property] == nil {
		return
	}
	notSet := t.reader.notSet()
	var one [1]uint32
	for i, l := range t.reader.labels(b, rows) {
		if l == notSet {
			continue
		}
		slot := uint32(0)
		if slots != nil {
			slot = slots[i]
		}
		for _, id := range t.reader.ids(l, &one) {
			if id != notSet-1 {
				t.meet(slot, id, b.intervals[rows[i]])
			}
		}
	}
}

func (t *distinctTally) meet(slot, id, interval uint32) {
	t.met.add(keyOf(slot, id, interval))
}

func (t *distinctTally) merge(other tally) {
	o := other.(*distinctTally)
	t.slots = max(t.slots, o.slots)
	o.met.all(func(key uint64) { t.met.add(key) })
}

func (t *distinctTally) result(slot int, values []float64) float64 {
	if t.counts == nil && !t.count() {
		return 0
	}
	return t.counts.result(slot, values)
}

// count goes through what was met, once.
func (t *distinctTally) count() bool {
	t.counts = &coverCounts{}
	c := coverOf(t.shape)
	var keys []uint64
	if !t.counts.hold(c, max(1, t.slots), t.meter) || !room(t.meter, &keys, t.met.used, 8) {
		return false
	}
	t.met.all(func(key uint64) { keys = append(keys, key) })
	slices.Sort(keys)
	t.counts.meetKeys(c, keys)
	return true
}
