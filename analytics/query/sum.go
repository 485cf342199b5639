package query

// sumTally adds numbers, exactly.
type sumTally struct {
	shape
	property int
	average  bool
	cells    []sumCell
}

type sumCell struct {
	exactSum
	count int64
}

const sumCellBytes = 32

func (t *sumTally) begin(uint32, int) {}
func (t *sumTally) end()              {}

func (t *sumTally) add(b *batch, rows []int32, slots []uint32) {
	if !grow(t.meter, &t.cells, t.fit(slots), sumCellBytes) {
		return
	}
	eachNumber(b, t.property, rows, slots, t.intervals, func(cell int, f float64) {
		c := &t.cells[cell]
		hadWide := c.wide != nil
		c.add(f)
		c.count++
		if c.wide != nil && !hadWide {
			t.meter.take(wideSumBytes)
		}
	})
}

func (t *sumTally) merge(other tally) {
	o := other.(*sumTally)
	if !grow(t.meter, &t.cells, len(o.cells), sumCellBytes) {
		return
	}
	for i := range o.cells {
		t.cells[i].mergeCell(&o.cells[i])
	}
}

func (c *sumCell) mergeCell(o *sumCell) {
	c.merge(&o.exactSum)
	c.count += o.count
}

func (t *sumTally) result(slot int, values []float64) float64 {
	return t.fill(slot, len(t.cells), values, func(first, last int) float64 {
		if last-first == 1 {
			return t.valueOf(&t.cells[first])
		}
		var whole sumCell
		for i := first; i < last; i++ {
			whole.mergeCell(&t.cells[i])
		}
		return t.valueOf(&whole)
	})
}

func (t *sumTally) valueOf(c *sumCell) float64 {
	if t.average {
		return c.average(c.count)
	}
	return c.sum()
}
