package part

// Arrivals decodes the order of arrival among the rows lo <= row < hi and those of other sections: see store.Section.
func (s *Section) Arrivals(lo, hi int, dst []uint32) []uint32 {
	if !s.hasArrivals {
		return nil
	}
	dst, any := grown(dst, hi-lo), false
	each(lo, hi, func(number, from, to int) {
		at := number<<rowBits + from - lo
		any = s.blockArrivals(number, from, to, dst[at:at+to-from]) || any
	})
	if !any {
		return nil
	}
	return dst
}

// blockArrivals is false when none of the rows has any.
func (s *Section) blockArrivals(number, from, to int, dst []uint32) bool {
	e, b := s.part.load(int(s.block) + (s.streams()-1)*s.blockCount() + number)
	switch e.layout {
	case layoutNone:
		clear(dst)
		return false
	case layoutDense:
		dense(&e, b, from, dst)
		return true
	default:
		return scatter(&e, b, s.rowsOf(number), from, to, dst)
	}
}

// streams is how many streams of blocks begin at block.
func (s *Section) streams() int {
	n := 2
	if s.hasIDs {
		n++
	}
	if s.hasArrivals {
		n++
	}
	return n
}
