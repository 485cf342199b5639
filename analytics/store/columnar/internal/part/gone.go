package part

import (
	"slices"

	"jejak/event"
)

// Gone are rows of a part that nobody may see any more: by section and bucket, ascending. nil is none.
type Gone map[*Section]*[event.Buckets][]int

// RowsOf appends to dst the rows of the bucket whose actors are in the set: a bit for each index.
func (s *Section) RowsOf(bucket int, set []uint64, dst []int) []int {
	lo, hi := s.Bucket(bucket)
	var actors []uint32
	for ; lo < hi; lo += blockRows {
		actors = s.Actors(lo, min(hi, lo+blockRows), actors)
		for i, a := range actors {
			if word := int(a / 64); word < len(set) && set[word]>>(a%64)&1 != 0 {
				dst = append(dst, lo+i)
			}
		}
	}
	return dst
}

// goneOf is nil when all rows of a section of that input stay.
func (m *merger) goneOf(input int, s *Section) *[event.Buckets][]int {
	if m.gone == nil {
		return nil
	}
	return m.gone[input][s]
}

// stays tells whether the row is not among those that are gone.
func (s *source) stays(bucket, row int) bool {
	if s.gone == nil {
		return true
	}
	_, gone := slices.BinarySearch(s.gone[bucket], row)
	return !gone
}

// staying calls do for the ranges of lo <= row < hi between rows that are gone.
func staying(lo, hi int, gone []int, do func(lo, hi int)) {
	from, _ := slices.BinarySearch(gone, lo)
	for _, row := range gone[from:] {
		if row >= hi {
			break
		}
		if lo < row {
			do(lo, row)
		}
		lo = row + 1
	}
	if lo < hi {
		do(lo, hi)
	}
}
