package access

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"time"
)

// Limit allows a burst of attempts per key and one more every so often. A key is hashed into one of a fixed number of
// slots with a seed of this process: memory is bounded, nothing is ever thrown out to make room, and no address is kept.
// Keys that meet in a slot share its attempts.
type Limit struct {
	every time.Duration
	burst time.Duration // as the time in which that many attempts grow
	seed  maphash.Seed

	mu    sync.Mutex
	slots [1 << 14]time.Time // until when what was taken is paid off
}

// NewLimit allows burst attempts at once, and one more every so often.
func NewLimit(every time.Duration, burst int) *Limit {
	return &Limit{every: every, burst: time.Duration(burst) * every, seed: maphash.MakeSeed()}
}

// Take counts an attempt; *Limited when there is none left.
func (l *Limit) Take(now time.Time, key string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	slot := l.slot(key)
	until := slot.Add(l.every)
	if slot.Before(now) {
		until = now.Add(l.every)
	}
	if wait := until.Sub(now) - l.burst; wait > 0 {
		return &Limited{Wait: wait}
	}
	*slot = until
	return nil
}

// GiveBack takes one attempt back.
func (l *Limit) GiveBack(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	slot := l.slot(key)
	*slot = slot.Add(-l.every)
}

func (l *Limit) slot(key string) *time.Time {
	return &l.slots[maphash.String(l.seed, key)%uint64(len(l.slots))]
}

// neighbourhood is the address, or its network of 64 bits: who has one address of IPv6 has as many as they like.
func neighbourhood(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		return netip.PrefixFrom(a, 64).Masked().String()
	}
	return a.String()
}
