package part

import (
	"math"

	"jejak/analytics/store"
)

// column is one property in one section.
type column struct {
	section *Section
	columnEntry
}

func (c *column) HasNumbers() bool { return c.numbers != absent }
func (c *column) HasOthers() bool  { return c.codes != absent }

func (c *column) Dictionary() store.Dictionary {
	return &c.section.part.dictionaries[c.property]
}

// Codes decodes the codes of the rows lo <= row < hi.
func (c *column) Codes(lo, hi int, dst []uint32) []uint32 {
	dst = grown(dst, hi-lo)
	each(lo, hi, func(number, from, to int) {
		at := number<<rowBits + from - lo
		c.blockCodes(number, from, to, dst[at:at+to-from])
	})
	return dst
}

// blockCodes decodes inside one block. Where the block of codes says nothing, all values are numbers.
func (c *column) blockCodes(number, from, to int, dst []uint32) {
	if c.codes != absent {
		e, b := c.section.part.load(int(c.codes) + number)
		switch e.layout {
		case layoutDense:
			dense(&e, b, from, dst)
			return
		case layoutNone:
		default:
			scatter(&e, b, c.section.rowsOf(number), from, to, dst)
			return
		}
	}
	c.numberCodes(number, from, to, dst)
}

// scatter decodes the rows from <= row < to of a block of n rows that is not dense; rows without a value get 0.
func scatter[T integer](e *block, b []byte, n, from, to int, dst []T) {
	clear(dst)
	if e.layout == layoutListed {
		scatterListed(e, b, from, to, dst)
		return
	}
	pieces(from, to, func(lo, hi int) {
		var rows found
		var some [findRows]T
		p := e.find(b, n, lo, hi, &rows)
		values(some[:len(p.rows)], p.values, p.first, e.width, T(e.base))
		for i, row := range p.rows {
			dst[int(row)-from] = some[i]
		}
	})
}

// scatterListed goes from value to value: they are few.
func scatterListed[T integer](e *block, b []byte, from, to int, dst []T) {
	list, count := e.list(b)
	packed := list[packedBytes(count, rowBits):]
	for i := searchPacked(list, count, uint64(from)); i < count; i++ {
		row := int(packedAt(list, i, rowBits))
		if row >= to {
			return
		}
		if row < from {
			e.broken()
		}
		dst[row-from] = valueAt(packed, i, e.width, T(e.base))
	}
}

// numberCodes marks the rows that have a number.
func (c *column) numberCodes(number, from, to int, dst []uint32) {
	clear(dst)
	if c.numbers == absent {
		return
	}
	e, b := c.section.part.load(int(c.numbers) + number)
	switch e.layout {
	case layoutNone:
	case layoutDense:
		for i := range dst {
			dst[i] = store.NumberCode
		}
	default:
		pieces(from, to, func(lo, hi int) {
			var rows found
			for _, row := range e.find(b, c.section.rowsOf(number), lo, hi, &rows).rows {
				dst[int(row)-from] = store.NumberCode
			}
		})
	}
}

// Numbers decodes the numbers of the rows lo <= row < hi.
func (c *column) Numbers(lo, hi int, dst []float64) []float64 {
	dst = grown(dst, hi-lo)
	each(lo, hi, func(number, from, to int) {
		at := number<<rowBits + from - lo
		c.blockNumbers(number, from, to, dst[at:at+to-from])
	})
	return dst
}

func (c *column) blockNumbers(number, from, to int, dst []float64) {
	e := block{}
	var b []byte
	if c.numbers != absent {
		e, b = c.section.part.load(int(c.numbers) + number)
	}
	switch e.layout {
	case layoutNone:
		clear(dst)
	case layoutDense:
		e.need(valueBytes(from+len(dst), e.width))
		e.floats(b, from, dst)
	default:
		clear(dst)
		pieces(from, to, func(lo, hi int) {
			var rows found
			var numbers [findRows]float64
			p := e.find(b, c.section.rowsOf(number), lo, hi, &rows)
			e.floats(p.values, p.first, numbers[:len(p.rows)])
			for i, row := range p.rows {
				dst[int(row)-from] = numbers[i]
			}
		})
	}
}

// floats decodes the packed numbers first, first+1, …: whole numbers of so many decimal places, or raw.
func (e *block) floats(b []byte, first int, dst []float64) {
	var whole [256]int64
	for len(dst) > 0 {
		part := whole[:min(len(whole), len(dst))]
		values(part, b, first, e.width, e.base)
		switch {
		case e.extra == rawNumbers:
			for i, v := range part {
				dst[i] = math.Float64frombits(uint64(v))
			}
		case e.extra == 0:
			for i, v := range part {
				dst[i] = float64(v)
			}
		case e.extra >= places:
			e.broken()
		default:
			scale := powers[e.extra]
			for i, v := range part {
				dst[i] = float64(v) / scale
			}
		}
		first += len(part)
		dst = dst[len(part):]
	}
}
