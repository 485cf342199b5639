package query

// cover counts somebody, or something, once in each value whose window holds a slice in which it was met, and once in the
// total. The windows of a frame begin and end in order, so those that hold a slice stand together.
type cover struct {
	// first and last are, by slice, the values that hold it, half-open.
	first, last []int32
	inTotal     []bool
	values      int

	next    int32 // values before this one have the current one already
	counted bool  // in the total
}

func coverOf(s shape) *cover {
	c := &cover{values: s.intervals}
	if s.frame != nil {
		c.values = len(s.frame.values)
	}
	whole := s.whole()
	for slice := range s.intervals {
		first, last := 0, 0
		for i := range c.values {
			w := s.window(i)
			if w.last <= slice {
				first++
			}
			if w.first <= slice {
				last++
			}
		}
		c.first, c.last = append(c.first, int32(first)), append(c.last, int32(last))
		c.inTotal = append(c.inTotal, whole.has(slice))
	}
	return c
}

// begin turns to the next one to count.
func (c *cover) begin() { c.next, c.counted = 0, false }

// meet says that it was met in a slice, not before those named already. Steps are by value: what the count of a value is more
// than that of the one before. There is one more of them than values.
func (c *cover) meet(slice int, steps []int64, total *int64) {
	if c.inTotal[slice] && !c.counted {
		c.counted = true
		*total++
	}
	first, last := max(c.first[slice], c.next), c.last[slice]
	if first < last {
		steps[first]++
		steps[last]--
		c.next = last
	}
}

// coverCounts are the counts of slots as a cover makes them.
type coverCounts struct {
	steps  []int64 // by slot: one more than there are values
	totals []int64 // by slot
}

// fit makes room for so many slots.
func (n *coverCounts) hold(c *cover, slots int, m *meter) bool {
	return grow(m, &n.steps, slots*(c.values+1), 8) && grow(m, &n.totals, slots, 8)
}

func (n *coverCounts) meet(c *cover, slot, slice int) {
	c.meet(slice, n.steps[slot*(c.values+1):], &n.totals[slot])
}

func (n *coverCounts) merge(o *coverCounts, m *meter) {
	if !grow(m, &n.steps, len(o.steps), 8) || !grow(m, &n.totals, len(o.totals), 8) {
		return
	}
	for i, x := range o.steps {
		n.steps[i] += x
	}
	for i, x := range o.totals {
		n.totals[i] += x
	}
}

// result writes the counts of a slot and returns its total.
func (n *coverCounts) result(slot int, values []float64) float64 {
	clear(values)
	if slot >= len(n.totals) {
		return 0
	}
	sum := int64(0)
	for i := range values {
		if at := slot*(len(values)+1) + i; at < len(n.steps) {
			sum += n.steps[at]
		}
		values[i] = float64(sum)
	}
	return float64(n.totals[slot])
}

// meetKeys goes through ascending keys of slots, numbers and slices.
func (n *coverCounts) meetKeys(c *cover, keys []uint64) {
	last := ^uint64(0)
	for _, key := range keys {
		if who := key >> intervalBits; who != last {
			last = who
			c.begin()
		}
		slot, slice := splitKey(key)
		n.meet(c, int(slot), int(slice))
	}
}
