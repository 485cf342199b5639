package access

import (
	"context"
	"time"

	"golang.org/x/crypto/argon2"
)

const (
	hashesAtOnce = 2 // each takes 19 MiB and a core
	hashesQueued = 8
)

// hasher works out argon2id. It is a door for whoever wants to exhaust the machine, so few may pass at once, few may
// queue, and the others are told to come again.
type hasher struct {
	memory uint32 // KiB
	places chan struct{}
	queue  chan struct{} // those at work included
}

// newHasher has the costs of passwordScheme.
func newHasher() *hasher {
	return &hasher{
		memory: 19 * 1024,
		places: make(chan struct{}, hashesAtOnce),
		queue:  make(chan struct{}, hashesAtOnce+hashesQueued),
	}
}

// hash is 32 bytes of argon2id (RFC 9106). *Limited when the queue is full.
func (h *hasher) hash(ctx context.Context, password string, salt []byte) ([]byte, error) {
	select {
	case h.queue <- struct{}{}:
		defer func() { <-h.queue }()
	default:
		return nil, &Limited{Wait: time.Second}
	}
	select {
	case h.places <- struct{}{}:
		defer func() { <-h.places }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(password), salt, 2, h.memory, 1, 32), nil
}
