package query

// uniqueTally counts people. Buckets are independent: what is known about a bucket's actors is forgotten at its end.
// While it is small, that is a table of one bit per slot, actor and interval, so nothing is hashed; otherwise a set.
type uniqueTally struct {
	shape
	cells  []int64 // people per slot and interval
	ranges []int64 // people per slot

	actors uint32
	dense  int      // slots that the table has room for; the others go into the set
	words  int      // of a slot and actor: bit 0 says met at all, bit 1+i met in interval i
	table  []uint64 // by slot, actor, word
	met    set
}

// maxDense bounds the table, in words of 8 bytes. Beyond it leaves the processor's cache and a set is as good.
const maxDense = 1 << 20

func (t *uniqueTally) begin(actors uint32, rows int) {
	t.actors, t.words, t.dense = actors, t.intervals/64+1, 0
	n := t.slots * int(actors) * t.words
	if n <= min(maxDense, 16*rows+4096) && t.meter.leaves(8*int64(n)) && grow(t.meter, &t.table, n, 8) {
		t.dense = t.slots
		clear(t.table[:n])
	}
}

func (t *uniqueTally) add(b *batch, rows []int32, slots []uint32) {
	cells := t.fit(slots)
	if !grow(t.meter, &t.cells, cells, 8) || !grow(t.meter, &t.ranges, t.slots, 8) {
		return
	}
	if slots == nil && t.dense > 0 && t.words == 1 {
		t.addWhole(b, rows)
		return
	}
	actors := b.actors()
	for i, r := range rows {
		a, slot := actors[r], uint32(0)
		if slots != nil {
			slot = slots[i]
		}
		switch {
		case a == 0:
		case int(slot) < t.dense:
			t.meetInTable(slot, a, b.intervals[r])
		default:
			t.meetInSet(slot, a, b.intervals[r])
		}
	}
}

// addWhole is add for the one slot of the whole and few intervals.
func (t *uniqueTally) addWhole(b *batch, rows []int32) {
	actors, table := b.actors(), t.table
	if b.single {
		t.addSingle(actors, table, rows, b.intervals[0])
		return
	}
	for _, r := range rows {
		a := actors[r]
		bit := uint64(2) << b.intervals[r]
		if before := table[a]; before&bit == 0 && a != 0 {
			t.ranges[0] += int64(^before & 1)
			t.cells[b.intervals[r]]++
			table[a] = before | bit | 1
		}
	}
}

// addSingle is addWhole for rows of one interval.
func (t *uniqueTally) addSingle(actors []uint32, table []uint64, rows []int32, interval uint32) {
	bit, ranges, cell := uint64(2)<<interval, int64(0), int64(0)
	for _, r := range rows {
		a := actors[r]
		if before := table[a]; before&bit == 0 && a != 0 {
			ranges += int64(^before & 1)
			cell++
			table[a] = before | bit | 1
		}
	}
	t.ranges[0] += ranges
	t.cells[interval] += cell
}

func (t *uniqueTally) meetInTable(slot, actor, interval uint32) {
	words := t.table[(int(slot)*int(t.actors)+int(actor))*t.words:]
	if words[0]&1 == 0 {
		words[0] |= 1
		t.ranges[slot]++
	}
	word, bit := &words[(interval+1)/64], uint64(1)<<((interval+1)%64)
	if *word&bit == 0 {
		*word |= bit
		t.cells[int(slot)*t.intervals+int(interval)]++
	}
}

func (t *uniqueTally) meetInSet(slot, actor, interval uint32) {
	if !t.met.add(keyOf(slot, actor, interval)) {
		return
	}
	t.cells[int(slot)*t.intervals+int(interval)]++
	if t.met.add(keyOf(slot, actor, wholeRange)) {
		t.ranges[slot]++
	}
}

func (t *uniqueTally) end() { t.met.clear() }

func (t *uniqueTally) merge(other tally) {
	o := other.(*uniqueTally)
	if !grow(t.meter, &t.cells, len(o.cells), 8) || !grow(t.meter, &t.ranges, len(o.ranges), 8) {
		return
	}
	for i, n := range o.cells {
		t.cells[i] += n
	}
	for i, n := range o.ranges {
		t.ranges[i] += n
	}
}

func (t *uniqueTally) result(slot int, values []float64) float64 {
	return countsOf(t.cells, t.ranges, slot, values)
}

// countsOf writes the counts of a slot and returns that of the range.
func countsOf(cells, ranges []int64, slot int, values []float64) float64 {
	clear(values)
	if slot >= len(ranges) {
		return 0
	}
	for i := range values {
		if at := slot*len(values) + i; at < len(cells) {
			values[i] = float64(cells[at])
		}
	}
	return float64(ranges[slot])
}
