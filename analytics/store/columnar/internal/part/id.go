package part

import (
	"crypto/sha256"
	"slices"
)

// hash stands for an insert id: 128 bits of SHA-256 over the store's key and the id. Two ids never meet in practice, and
// nobody without the key can make two that do.
type hash [16]byte

const hashBits = 128

// hashID is the hash of an insert id, or the zero hash for none. buf begins with the key; it is returned, grown.
func hashID(buf []byte, key int, id string) (hash, []byte) {
	if id == "" {
		return hash{}, buf
	}
	buf = append(buf[:key], id...)
	sum := sha256.Sum256(buf)
	return hash(sum[:16]), buf
}

// ids decodes the hashes of the rows lo <= row < hi; a row without insert id has the zero hash.
func (s *Section) ids(lo, hi int, dst []hash) []hash {
	dst = grown(dst, hi-lo)
	if !s.hasIDs {
		clear(dst)
		return dst
	}
	each(lo, hi, func(number, from, to int) {
		at := number<<rowBits + from - lo
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

// rowKey is what makes a row a duplicate of another with the same name, bucket and time.
type rowKey struct {
	actor uint32
	id    hash
}

// key has the zero hash for a row that is nobody's duplicate.
func (s *Section) key(row int) rowKey {
	var id [1]hash
	if s.ids(row, row+1, id[:]); id[0] == (hash{}) {
		return rowKey{}
	}
	return rowKey{s.actorAt(row), id[0]}
}

// keySet holds the keys of rows of one time: nearly always very few.
type keySet struct {
	few  []rowKey
	many map[rowKey]struct{}
}

const fewKeys = 16

func (s *keySet) reset() { s.few, s.many = s.few[:0], nil }

func (s *keySet) has(k rowKey) bool {
	if s.many != nil {
		_, ok := s.many[k]
		return ok
	}
	return slices.Contains(s.few, k)
}

func (s *keySet) add(k rowKey) {
	switch {
	case s.many != nil:
		s.many[k] = struct{}{}
	case len(s.few) < fewKeys:
		s.few = append(s.few, k)
	default:
		s.many = map[rowKey]struct{}{k: {}}
		for _, few := range s.few {
			s.many[few] = struct{}{}
		}
	}
}
