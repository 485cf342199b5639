package part

import (
	"encoding/binary"
	"slices"

	"jejak/analytics/store"
	"jejak/event"
)

// encoder lays out the values of one block at a time. The bytes it returns are valid until the next call.
type encoder struct {
	bytes  []byte
	rows   []uint16
	codes  []uint32
	values []float64
	whole  []int64
	hashes []hash
}

// times never decrease only inside a bucket; a block may hold several buckets.
func (c *encoder) times(vals []event.Millis) (block, []byte) {
	unit := event.Millis(1000)
	low, high := vals[0], vals[0]
	for _, t := range vals {
		low, high = min(low, t), max(high, t)
		if t%1000 != 0 {
			unit = 1
		}
	}
	e := block{layout: layoutDense, base: int64(low), width: widthFor(uint64(high-low) / uint64(unit))}
	if unit != 1 {
		e.extra = wholeSeconds
	}
	c.bytes = appendPacked(c.bytes[:0], vals, low, unit, uint(e.width))
	return e, c.bytes
}

func (c *encoder) actors(vals []uint32) (block, []byte) {
	low, high := extent(vals)
	e := block{layout: layoutDense, base: int64(low), width: widthFor(uint64(high - low))}
	c.bytes = appendPacked(c.bytes[:0], vals, low, 1, uint(e.width))
	return e, c.bytes
}

func (c *encoder) ids(vals []hash) (block, []byte) {
	var e block
	e, c.hashes = some(c, vals, c.hashes, 64)
	return e, c.bytes
}

func (c *encoder) arrivals(vals []uint32) (block, []byte) {
	var e block
	e, c.codes = some(c, vals, c.codes, widthFor(uint64(slices.Max(vals))))
	return e, c.bytes
}

// some lays out values of which 0 is none. It leaves the bytes in c.bytes, and returns buf, grown.
func some[T integer](c *encoder, vals, buf []T, width uint8) (block, []T) {
	c.rows, c.bytes, buf = c.rows[:0], c.bytes[:0], buf[:0]
	for i, v := range vals {
		if v != 0 {
			c.rows, buf = append(c.rows, uint16(i)), append(buf, v)
		}
	}
	if len(buf) == 0 {
		return block{}, buf
	}
	e := block{width: width}
	c.bytes = e.layOut(c.bytes, c.rows, len(vals))
	c.bytes = appendPacked(c.bytes, buf, 0, 1, uint(width))
	return e, buf
}

// layOut appends which of the n rows have a value, in the shortest way.
func (e *block) layOut(dst []byte, rows []uint16, n int) []byte {
	switch listed := 2 + packedBytes(len(rows), rowBits); {
	case len(rows) == n:
		e.layout = layoutDense
		return dst
	case listed < bitmapBytes(n):
		e.layout = layoutListed
		dst = binary.LittleEndian.AppendUint16(dst, uint16(len(rows)))
		return appendPacked(dst, rows, 0, 1, rowBits)
	default:
		e.layout = layoutBitmap
		return appendBitmap(dst, rows, n)
	}
}

func appendBitmap(dst []byte, rows []uint16, n int) []byte {
	at := len(dst)
	dst = append(dst, make([]byte, bitmapBytes(n))...)
	for _, row := range rows {
		dst[at+int(row/8)] |= 1 << (row % 8)
	}
	return dst
}

// hasOthers tells whether a code is neither "not set" nor a number.
func hasOthers(codes []uint32) bool {
	for _, c := range codes {
		if c != 0 && c != store.NumberCode {
			return true
		}
	}
	return false
}

// others lays out codes, the marks of numbers among them. Without any other value the block stays empty: then the
// block of numbers tells all. The order of codes is NumberCode, 0, 1, …, so that the lowest is the base.
func (c *encoder) others(vals []uint32) (block, []byte) {
	if !hasOthers(vals) {
		return block{}, nil
	}
	c.rows, c.codes = c.rows[:0], c.codes[:0]
	for i, v := range vals {
		if v != 0 {
			c.rows, c.codes = append(c.rows, uint16(i)), append(c.codes, v)
		}
	}
	base, width := codeExtent(vals)
	size := packedBytes(len(vals), uint(width))
	e := block{}
	e.base, e.width = codeExtent(c.codes)
	sparse := min(2+packedBytes(len(c.rows), rowBits), bitmapBytes(len(vals))) + packedBytes(len(c.codes), uint(e.width))
	if size <= sparse+sparse/4 {
		e = block{layout: layoutDense, base: base, width: width}
		c.bytes = appendPacked(c.bytes[:0], vals, uint32(base), 1, uint(width))
		return e, c.bytes
	}
	c.bytes = e.layOut(c.bytes[:0], c.rows, len(vals))
	c.bytes = appendPacked(c.bytes, c.codes, uint32(e.base), 1, uint(e.width))
	return e, c.bytes
}

func codeExtent(codes []uint32) (base int64, width uint8) {
	low, high := codes[0]+1, codes[0]+1
	for _, v := range codes {
		low, high = min(low, v+1), max(high, v+1)
	}
	return int64(low - 1), widthFor(uint64(high - low))
}

// numbers lays out the numbers of the rows whose code says so.
func (c *encoder) numbers(codes []uint32, vals []float64) (block, []byte) {
	c.rows, c.values = c.rows[:0], c.values[:0]
	for i, code := range codes {
		if code == store.NumberCode {
			c.rows, c.values = append(c.rows, uint16(i)), append(c.values, vals[i])
		}
	}
	if len(c.rows) == 0 {
		return block{}, nil
	}
	c.whole = grown(c.whole, len(c.rows))
	e := block{extra: scale(c.values, c.whole)}
	if e.extra == rawNumbers {
		e.width = 64
	} else {
		low, high := extent(c.whole)
		e.base, e.width = low, widthFor(uint64(high-low))
	}
	c.bytes = e.layOut(c.bytes[:0], c.rows, len(codes))
	c.bytes = appendPacked(c.bytes, c.whole, e.base, 1, uint(e.width))
	return e, c.bytes
}
