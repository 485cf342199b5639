package part

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/bits"
)

// The layouts here are drawn in docs/format/part.md.

// blockRows is how many rows of a section a block holds; the last block of a stream holds what is left. The place of a row
// in its block takes rowBits bits.
const (
	rowBits   = 12
	blockRows = 1 << rowBits
)

// The ways to lay out a block's values.
const (
	layoutNone   = 0 // no row has a value: the block is empty
	layoutDense  = 1 // a value for each row
	layoutBitmap = 2 // a bit for each row, then the values of those that have one
	layoutListed = 3 // a count, the rows that have a value, then the values
)

const blockEntry = 24

// block says where the bytes of up to blockRows values lie, and how.
type block struct {
	offset uint64
	length uint32
	crc    uint32
	base   int64
	layout uint8
	extra  uint8 // of times: 1 for whole seconds; of numbers: decimal places
	width  uint8 // bits of a value; 64 is raw
}

func (e *block) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint64(b, e.offset|uint64(e.layout|e.extra<<2)<<48|uint64(e.width)<<56)
	b = binary.LittleEndian.AppendUint32(b, e.length)
	b = binary.LittleEndian.AppendUint32(b, e.crc)
	return binary.LittleEndian.AppendUint64(b, uint64(e.base))
}

func decodeBlock(b []byte) block {
	x := binary.LittleEndian.Uint64(b)
	return block{
		offset: x & (1<<48 - 1), layout: uint8(x>>48) & 3, extra: uint8(x>>50) & 63, width: uint8(x >> 56),
		length: binary.LittleEndian.Uint32(b[8:]), crc: binary.LittleEndian.Uint32(b[12:]),
		base: int64(binary.LittleEndian.Uint64(b[16:])),
	}
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }

// updateSum goes on with a checksum over more bytes.
func updateSum(sum uint32, b []byte) uint32 { return crc32.Update(sum, castagnoli, b) }

// load returns block number i and its bytes, which reach overRead bytes beyond it. The first load verifies them.
func (p *Part) load(i int) (block, []byte) {
	e := decodeBlock(p.blocks[i*blockEntry:])
	b := p.bytes[e.offset : e.offset+uint64(e.length)+overRead]
	word, bit := &p.verified[i/64], uint64(1)<<(i%64)
	if word.Load()&bit == 0 {
		if checksum(b[:e.length]) != e.crc {
			panic(Damage{fmt.Sprintf("the block at offset %d does not fit its checksum", e.offset)})
		}
		word.Or(bit)
	}
	return e, b
}

// present is the part of a block's rows that have a value: values first, first+1, … belong to rows[0], rows[1], ….
type present struct {
	first  int
	values []byte // the packed values
	rows   []uint16
}

// has tells whether a row lo <= row < hi of a block of n rows has a value.
func (e *block) has(b []byte, n, lo, hi int) bool {
	switch e.layout {
	case layoutNone:
		return false
	case layoutDense:
		return true
	case layoutBitmap:
		return e.hasBit(b, n, lo, hi)
	}
	list, count := e.list(b)
	i := searchPacked(list, count, uint64(lo))
	return i < count && int(packedAt(list, i, rowBits)) < hi
}

func (e *block) hasBit(b []byte, n, lo, hi int) bool {
	e.need(bitmapBytes(n))
	for row := lo &^ 63; row < hi; row += 64 {
		word := binary.LittleEndian.Uint64(b[row/8:])
		if row < lo {
			word &^= 1<<(lo&63) - 1
		}
		if left := hi - row; left < 64 {
			word &= 1<<left - 1
		}
		if word != 0 {
			return true
		}
	}
	return false
}

// list is the packed rows of a listed block, and how many they are.
func (e *block) list(b []byte) ([]byte, int) {
	e.need(2)
	count := int(binary.LittleEndian.Uint16(b))
	if count > blockRows {
		e.broken()
	}
	e.need(2 + packedBytes(count, rowBits) + valueBytes(count, e.width))
	return b[2:], count
}

// findRows is how many rows are looked through at once: what holds them is cleared each time.
const findRows = 256

// found holds the rows that find lists.
type found [findRows]uint16

// pieces calls do for pieces of lo <= row < hi that find can look through.
func pieces(lo, hi int, do func(lo, hi int)) {
	for ; lo < hi; lo += findRows {
		do(lo, min(hi, lo+findRows))
	}
}

// find lists the rows lo <= row < hi, at most findRows, of a block of n rows that have a value, in buf; the layout must
// not be dense.
func (e *block) find(b []byte, n, lo, hi int, buf *found) present {
	if e.layout == layoutBitmap {
		return e.findBits(b, n, lo, hi, buf)
	}
	return e.findListed(b, lo, hi, buf)
}

func bitmapBytes(n int) int { return (n + 63) / 64 * 8 }

func (e *block) findBits(b []byte, n, lo, hi int, buf *found) present {
	size := bitmapBytes(n)
	e.need(size)
	p := present{values: b[size:]}
	for i := range lo / 64 {
		p.first += bits.OnesCount64(binary.LittleEndian.Uint64(b[i*8:]))
	}
	count := 0
	for i := lo / 64; i*64 < hi; i++ {
		word := binary.LittleEndian.Uint64(b[i*8:])
		if i == lo/64 {
			below := word & (1<<(lo&63) - 1)
			p.first += bits.OnesCount64(below)
			word &^= below
		}
		if left := hi - i*64; left < 64 {
			word &= 1<<left - 1
		}
		for ; word != 0; word &= word - 1 {
			buf[count] = uint16(i*64 + bits.TrailingZeros64(word))
			count++
		}
	}
	p.rows = buf[:count]
	e.need(size + valueBytes(p.first+count, e.width))
	return p
}

func (e *block) findListed(b []byte, lo, hi int, buf *found) present {
	list, count := e.list(b)
	first := searchPacked(list, count, uint64(lo))
	p := present{first: first, values: list[packedBytes(count, rowBits):]}
	there := 0
	for i := first; i < count; i++ {
		row := int(packedAt(list, i, rowBits))
		if row >= hi {
			break
		}
		if row < lo || there == len(buf) {
			e.broken()
		}
		buf[there] = uint16(row)
		there++
	}
	p.rows = buf[:there]
	return p
}

// searchPacked is the first of count ascending rowBits that is at or after lo.
func searchPacked(list []byte, count int, lo uint64) int {
	from, to := 0, count
	for from < to {
		mid := (from + to) / 2
		if packedAt(list, mid, rowBits) < lo {
			from = mid + 1
		} else {
			to = mid
		}
	}
	return from
}

// valueBytes is the length of n values of any width that a block may have.
func valueBytes(n int, width uint8) int { return packedBytes(n, uint(width)) }

// need panics when the block is shorter than its shape asks.
func (e *block) need(size int) {
	if int(e.length) < size {
		e.broken()
	}
}

func (e *block) broken() {
	panic(Damage{fmt.Sprintf("the block at offset %d has a shape that it cannot have", e.offset)})
}

// values writes the values first, first+1, … of the packed ones to dst. Length was checked.
func values[T integer](dst []T, b []byte, first int, width uint8, base T) {
	switch {
	case width == 0:
		for i := range dst {
			dst[i] = base
		}
	case width <= maxWidth:
		unpack(dst, b, first, uint(width), base)
	default:
		for i := range dst {
			dst[i] = base + T(binary.LittleEndian.Uint64(b[(first+i)*8:]))
		}
	}
}

// valueAt is the i-th of the packed values.
func valueAt[T integer](b []byte, i int, width uint8, base T) T {
	if width <= maxWidth {
		return base + T(packedAt(b, i, uint(width)))
	}
	return base + T(binary.LittleEndian.Uint64(b[i*8:]))
}

// dense writes the rows lo, lo+1, … of a dense block to dst.
func dense[T integer](e *block, b []byte, lo int, dst []T) {
	if e.layout != layoutDense {
		e.broken()
	}
	e.need(valueBytes(lo+len(dst), e.width))
	values(dst, b, lo, e.width, T(e.base))
}

// at is the value of one row of a dense block, base included.
func at[T integer](e *block, b []byte, row int) T {
	var one [1]T
	dense(e, b, row, one[:])
	return one[0]
}

// widthFor is the width in which a block stores values from 0 to span.
func widthFor(span uint64) uint8 {
	if w := widthOf(span); w <= maxWidth {
		return uint8(w)
	}
	return 64
}

// each calls decode for the pieces of lo <= row < hi that lie in one block each: block number, rows from and to inside it.
func each(lo, hi int, decode func(number, from, to int)) {
	for lo < hi {
		number := lo >> rowBits
		to := min(hi, (number+1)<<rowBits)
		decode(number, lo-number<<rowBits, to-number<<rowBits)
		lo = to
	}
}

// grown returns dst with length n.
func grown[T any](dst []T, n int) []T {
	if cap(dst) < n {
		return make([]T, n)
	}
	return dst[:n]
}
