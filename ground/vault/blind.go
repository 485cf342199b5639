package vault

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"sync"

	"jejak/ground/vault/internal/seal"
)

// blinder is an HMAC with room for what goes in and comes out. Setting one up costs more than using it.
type blinder struct {
	mac hash.Hash
	in  []byte
	out [sha256.Size]byte
}

// maxKept is how much room for a value a blinder may keep.
const maxKept = 1024

func (k *keys) blind(field, value string) (index [16]byte) {
	pool := k.blinders.poolOf(field)
	b := pool.Get().(*blinder)
	defer pool.Put(b)
	b.in = append(b.in[:0], value...)
	b.mac.Reset()
	b.mac.Write(b.in)
	copy(index[:], b.mac.Sum(b.out[:0]))
	clear(b.in) // a personal value does not wait in a pool
	if cap(b.in) > maxKept {
		b.in = nil
	}
	return index
}

func (k *blinders) poolOf(field string) *sync.Pool {
	if pool, ok := k.fields.Load(field); ok {
		return pool.(*sync.Pool)
	}
	key := seal.Derive(k.key, "jejak vault blind 1 "+field)
	pool, _ := k.fields.LoadOrStore(field, &sync.Pool{New: func() any {
		return &blinder{mac: hmac.New(sha256.New, key[:])}
	}})
	return pool.(*sync.Pool)
}
