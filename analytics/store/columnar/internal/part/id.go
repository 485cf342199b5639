package part

import (
	"crypto/sha256"
)

// hash stands for an insert id: 128 bits of SHA-256 over the store's key and the id. Two ids never meet in practice, and
// nobody without the key can make two that do.
type hash [16]byte

const hashBits = 128

// hashOf is the zero hash for the empty id.
func (k Key) hashOf(id string, buf []byte) hash {
	if id == "" {
		return hash{}
	}
	sum := sha256.Sum256(append(append(buf[:0], k[:]...), id...))
	return hash(sum[:16])
}

// ids decodes the hashes of the rows lo <= row < hi; a row without insert id has the zero hash.
func (s *Section) ids(lo, hi int, dst []hash) []hash {
	dst = grown(dst, hi-lo)
	if !s.hasIDs {
		clear(dst)
		return dst
	}
	each(lo, hi, func(number, from, to int) {
		at := number<<positions + from - lo
		s.blockIDs(number, from, to, dst[at:at+to-from])
	})
	return dst
}

func (s *Section) blockIDs(number, from, to int, dst []hash) {
	e, b := s.idBlock(number)
	clear(dst)
	switch {
	case e.layout == layoutNone:
	case e.width != hashBits:
		e.broken()
	case e.layout == layoutDense:
		e.need(to * 16)
		for i := range dst {
			copy(dst[i][:], b[(from+i)*16:])
		}
	default:
		var rows [blockRows]uint16
		p := e.find(b, s.rowsOf(number), from, to, &rows)
		for i, row := range p.rows {
			copy(dst[int(row)-from][:], p.values[(p.first+i)*16:])
		}
	}
}

func (s *Section) idAt(row int) hash {
	var one [1]hash
	return s.ids(row, row+1, one[:])[0]
}
