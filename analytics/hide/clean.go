package hide

import (
	"encoding/binary"
	"hash/maphash"
	"math"
	"sync/atomic"

	"jejak/event"
)

// clean remembers values in which nothing was found: most come again and again. It holds their hashes, of a seed that
// nobody outside knows; two that differ do not meet in practice (64 bits).
type clean struct {
	seed  maphash.Seed
	slots [1 << 16]atomic.Uint64
}

func newClean() *clean { return &clean{seed: maphash.MakeSeed()} }

func (c *clean) hash(name string, v event.Value) uint64 {
	h := maphash.String(c.seed, v.Text)*0x9E3779B97F4A7C15 ^ maphash.String(c.seed, name)
	if v.Kind == event.Number || v.Kind == event.Boolean {
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], math.Float64bits(v.Number))
		h ^= maphash.Bytes(c.seed, b[:])
	}
	return h + uint64(v.Kind)
}

func (c *clean) has(name string, v event.Value) bool {
	h := c.hash(name, v)
	return c.slots[h%uint64(len(c.slots))].Load() == h
}

func (c *clean) add(name string, v event.Value) {
	h := c.hash(name, v)
	c.slots[h%uint64(len(c.slots))].Store(h)
}
