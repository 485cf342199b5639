package query

// distinctTally counts different items of a property. The same item comes in many buckets and by many workers, so what
// was met is kept to the end.
type distinctTally struct {
	shape
	reader *reader
	met    set
	cells  []int64 // counted when merging is over
	ranges []int64
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
	if t.met.add(keyOf(slot, id, interval)) {
		t.met.add(keyOf(slot, id, wholeRange))
	}
}

func (t *distinctTally) merge(other tally) {
	o := other.(*distinctTally)
	t.slots = max(t.slots, o.slots)
	o.met.all(func(key uint64) { t.met.add(key) })
}

func (t *distinctTally) result(slot int, values []float64) float64 {
	if t.ranges == nil && !t.count() {
		return 0
	}
	return countsOf(t.cells, t.ranges, slot, values)
}

// count goes through what was met, once.
func (t *distinctTally) count() bool {
	if !grow(t.meter, &t.cells, max(1, t.slots*t.intervals), 8) || !grow(t.meter, &t.ranges, max(1, t.slots), 8) {
		return false
	}
	t.met.all(func(key uint64) {
		slot, interval := splitKey(key)
		if interval == wholeRange {
			t.ranges[slot]++
		} else {
			t.cells[int(slot)*t.intervals+int(interval)]++
		}
	})
	return true
}
