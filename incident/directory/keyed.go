package directory

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
)

// Key is the key of one snapshot: without it nobody can look in it for somebody.
type Key [32]byte

// keyed makes keyed hashes: HMAC-SHA256 of the index's number and the value, cut to 64 bits. Two of the fifty million values of a
// large directory meet with a chance of 1 in 10,000, and none of a leaked file's meets one by design: the key is secret. One
// goroutine uses it.
type keyed struct {
	mac hash.Hash
	in  []byte
	out [sha256.Size]byte
}

func newKeyed(k Key) *keyed { return &keyed{mac: hmac.New(sha256.New, k[:])} }

// of is the keyed hash of a value in an index.
func (k *keyed) of(i index, value []byte) uint64 {
	k.in = append(append(k.in[:0], byte(i)), value...)
	k.mac.Reset()
	k.mac.Write(k.in)
	return binary.BigEndian.Uint64(k.mac.Sum(k.out[:0]))
}

// both is the keyed hash of two that belong together.
func (k *keyed) both(i index, a, b uint64) uint64 {
	k.in = append(k.in[:0], byte(i))
	k.in = binary.BigEndian.AppendUint64(k.in, a)
	k.in = binary.BigEndian.AppendUint64(k.in, b)
	k.mac.Reset()
	k.mac.Write(k.in)
	return binary.BigEndian.Uint64(k.mac.Sum(k.out[:0]))
}
