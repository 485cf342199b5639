package part

// Arrivals decodes the order of arrival among the rows lo <= row < hi and those of other sections: see store.Section.
func (s *Section) Arrivals(lo, hi int, dst []uint32) []uint32 {
	if !s.haveArrivals(lo, hi) {
		return nil
	}
	dst = grown(dst, hi-lo)
	each(lo, hi, func(number, from, to int) {
		at := number<<rowBits + from - lo
		s.blockArrivals(number, from, to, dst[at:at+to-from])
	})
	return dst
}

// haveArrivals looks only which rows are named: nearly always none is.
func (s *Section) haveArrivals(lo, hi int) (any bool) {
	if !s.hasArrivals {
		return false
	}
	each(lo, hi, func(number, from, to int) {
		if !any {
			e, b := s.arrivalBlock(number)
			any = e.has(b, s.rowsOf(number), from, to)
		}
	})
	return any
}

func (s *Section) arrivalBlock(number int) (block, []byte) {
	return s.part.load(int(s.block) + (s.streams()-1)*s.blockCount() + number)
}

func (s *Section) blockArrivals(number, from, to int, dst []uint32) {
	e, b := s.arrivalBlock(number)
	switch e.layout {
	case layoutNone:
		clear(dst)
	case layoutDense:
		dense(&e, b, from, dst)
	default:
		scatter(&e, b, s.rowsOf(number), from, to, dst)
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
