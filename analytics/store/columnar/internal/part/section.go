package part

import (
	"encoding/binary"
	"math/bits"
	"sort"

	"jejak/analytics/store"
	"jejak/event"
)

// Section is one event name and class inside a part. Its methods are those of store.Section, but for Superseded, which
// takes two of them.
type Section struct {
	part                 *Part
	name                 uint32
	class                event.Class
	hasIDs, hasArrivals  bool
	rows                 int
	block                uint32 // the first of times, then actors, insert ids, arrivals
	firstColumn, columns uint32
	firstEnd             uint32
	buckets              uint64 // a bit for each bucket that has rows
	first, last          event.Millis
}

// Name is the event name all rows have.
func (s *Section) Name() string { return string(s.part.names.at(int(s.name))) }

// Class is the class all rows have.
func (s *Section) Class() event.Class { return s.class }

// Rows are numbered from 0, by bucket, time and arrival.
func (s *Section) Rows() int { return s.rows }

// Span is the first and the last time, both included.
func (s *Section) Span() (first, last event.Millis) { return s.first, s.last }

// blockCount is the number of blocks of each stream, rowsOf the number of rows of one.
func (s *Section) blockCount() int       { return blocksOf(s.rows, blockRows) }
func (s *Section) rowsOf(number int) int { return min(blockRows, s.rows-number<<rowBits) }

func (s *Section) timeBlock(number int) (block, []byte) { return s.part.load(int(s.block) + number) }

func (s *Section) actorBlock(number int) (block, []byte) {
	return s.part.load(int(s.block) + s.blockCount() + number)
}

func (s *Section) idBlock(number int) (block, []byte) {
	return s.part.load(int(s.block) + 2*s.blockCount() + number)
}

// Bucket is the range of rows of one bucket.
func (s *Section) Bucket(bucket int) (lo, hi int) {
	rank := bits.OnesCount64(s.buckets & (1<<bucket - 1))
	if rank > 0 {
		lo = int(u32(s.part.ends, int(s.firstEnd)+rank-1))
	}
	if s.buckets>>bucket&1 == 0 {
		return lo, lo
	}
	return lo, int(u32(s.part.ends, int(s.firstEnd)+rank))
}

// Times decodes the times of the rows lo <= row < hi.
func (s *Section) Times(lo, hi int, dst []event.Millis) []event.Millis {
	dst = grown(dst, hi-lo)
	each(lo, hi, func(number, from, to int) {
		at := number<<rowBits + from - lo
		e, b := s.timeBlock(number)
		times(&e, b, from, dst[at:at+to-from])
	})
	return dst
}

const wholeSeconds = 1

func times(e *block, b []byte, lo int, dst []event.Millis) {
	if e.extra != wholeSeconds {
		dense(e, b, lo, dst)
		return
	}
	base := event.Millis(e.base)
	dense(&block{offset: e.offset, length: e.length, layout: e.layout, width: e.width}, b, lo, dst)
	for i, t := range dst {
		dst[i] = base + t*1000
	}
}

func (s *Section) timeAt(row int) event.Millis {
	e, b := s.timeBlock(row >> rowBits)
	return timeIn(&e, b, row&(blockRows-1))
}

func timeIn(e *block, b []byte, row int) event.Millis {
	if e.layout == layoutDense && e.width <= maxWidth && e.extra != wholeSeconds {
		e.need(packedBytes(row+1, uint(e.width)))
		return event.Millis(e.base) + event.Millis(packedAt(b, row, uint(e.width)))
	}
	var one [1]event.Millis
	times(e, b, row, one[:])
	return one[0]
}

// Seek is the first row in lo <= row < hi of one bucket whose time is at or after t, or hi.
func (s *Section) Seek(lo, hi int, t event.Millis) int {
	if lo < hi && s.first >= t {
		return lo
	}
	if s.last < t {
		return hi
	}
	for lo < hi && lo>>rowBits != (hi-1)>>rowBits { // go on with the block that holds it
		middle := (lo>>rowBits + (hi-1)>>rowBits + 1) / 2 << rowBits
		if s.timeAt(middle) < t {
			lo = middle
		} else {
			hi = middle
		}
	}
	if lo == hi {
		return hi
	}
	number := lo >> rowBits
	first := number << rowBits
	e, b := s.timeBlock(number)
	return first + seek(&e, b, lo-first, hi-first, t)
}

// seek is Seek inside one block.
func seek(e *block, b []byte, lo, hi int, t event.Millis) int {
	if e.layout != layoutDense || e.width == 0 || e.width > maxWidth {
		return lo + sort.Search(hi-lo, func(i int) bool { return timeIn(e, b, lo+i) >= t })
	}
	e.need(packedBytes(hi, uint(e.width)))
	if t <= event.Millis(e.base) {
		return lo
	}
	packed := uint64(t) - uint64(e.base)
	if e.extra == wholeSeconds {
		packed = (packed + 999) / 1000
	}
	for lo < hi {
		middle := int(uint(lo+hi) / 2)
		if packedAt(b, middle, uint(e.width)) < packed {
			lo = middle + 1
		} else {
			hi = middle
		}
	}
	return lo
}

// Actors decodes the indexes of the actors inside their bucket.
func (s *Section) Actors(lo, hi int, dst []uint32) []uint32 {
	dst = grown(dst, hi-lo)
	each(lo, hi, func(number, from, to int) {
		at := number<<rowBits + from - lo
		e, b := s.actorBlock(number)
		dense(&e, b, from, dst[at:at+to-from])
	})
	return dst
}

func (s *Section) actorAt(row int) uint32 {
	e, b := s.actorBlock(row >> rowBits)
	return at[uint32](&e, b, row&(blockRows-1))
}

// columnEntry is a row of the table of columns: where the blocks of one property begin, absent when there are none.
type columnEntry struct{ property, codes, numbers uint32 }

func (s *Section) columnRow(i int) columnEntry {
	b := s.part.columns[(int(s.firstColumn)+i)*columnRow:]
	return columnEntry{binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:]), binary.LittleEndian.Uint32(b[8:])}
}

// Column is nil when no row has the property.
func (s *Section) Column(property string) store.Column {
	id, ok := s.part.properties.find(property)
	if !ok {
		return nil
	}
	if c := s.column(uint32(id)); c != nil {
		return c
	}
	return nil
}

func (s *Section) column(property uint32) *column {
	i := sort.Search(int(s.columns), func(i int) bool { return s.columnRow(i).property >= property })
	if i == int(s.columns) || s.columnRow(i).property != property {
		return nil
	}
	return &column{s, s.columnRow(i)}
}
