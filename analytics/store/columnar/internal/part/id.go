package part

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// hash stands for an insert id: 64 bits of SHA-256 over the store's key and the id. Only ids of rows of one name, actor
// and time are ever compared, and nobody without the key can look for two that meet. 0 is no insert id.
type hash int64

// hashID is the hash of an insert id, or 0 for none. buf begins with the key; it is returned, grown.
func hashID(buf []byte, key int, id string) (hash, []byte) {
	if id == "" {
		return 0, buf
	}
	buf = append(buf[:key], id...)
	sum := sha256.Sum256(buf)
	if h := hash(binary.LittleEndian.Uint64(sum[:])); h != 0 {
		return h, buf
	}
	return 1, buf
}

// ids decodes the hashes of the rows lo <= row < hi; a row without insert id has 0.
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
	switch e.layout {
	case layoutNone:
		clear(dst)
	case layoutDense:
		dense(&e, b, from, dst)
	default:
		scatter(&e, b, s.rowsOf(number), from, to, dst)
	}
}

// rowKey is what makes a row a duplicate of another with the same name, bucket and time.
type rowKey struct {
	actor uint32
	id    hash
}

// key has the hash 0 for a row that is nobody's duplicate.
func (s *Section) key(row int) rowKey {
	var id [1]hash
	if s.ids(row, row+1, id[:]); id[0] == 0 {
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
