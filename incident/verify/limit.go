package verify

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"time"
)

// limit allows a burst of attempts per key and one more every so often. A key is hashed with a seed of this process into one of a
// fixed number of slots: no address is kept, memory is bounded, and nothing is thrown out to make room.
type limit struct {
	every, burst time.Duration
	seed         maphash.Seed

	mu    sync.Mutex
	slots [1 << 14]time.Time // until when what was taken is paid off
}

func newLimit(every time.Duration, burst int) *limit {
	return &limit{every: every, burst: time.Duration(burst) * every, seed: maphash.MakeSeed()}
}

// take counts an attempt; false when there is none left.
func (l *limit) take(now time.Time, key string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	slot := l.slot(key)
	until := slot.Add(l.every)
	if slot.Before(now) {
		until = now.Add(l.every)
	}
	if until.Sub(now) > l.burst {
		return false
	}
	*slot = until
	return true
}

// giveBack takes one attempt back.
func (l *limit) giveBack(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	slot := l.slot(key)
	*slot = slot.Add(-l.every)
}

func (l *limit) slot(key string) *time.Time {
	return &l.slots[maphash.String(l.seed, key)%uint64(len(l.slots))]
}

// network is where an address belongs, coarsely: what one household or office has.
func network(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	bits := 24
	if a.Is6() {
		bits = 48
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return "unknown"
	}
	return p.String()
}
