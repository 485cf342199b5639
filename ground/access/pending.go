package access

import (
	"sync"
	"time"
)

const (
	pendingLife = 10 * time.Minute
	maxPending  = 1024
)

// pending holds what waits for a browser's second step: in memory, for ten minutes. When it is full the oldest goes.
// The zero value is ready.
type pending[T any] struct {
	mu      sync.Mutex
	entries map[string]waiting[T]
}

type waiting[T any] struct {
	value T
	since time.Time
}

func (p *pending[T]) put(now time.Time, id string, value T) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.entries == nil {
		p.entries = map[string]waiting[T]{}
	}
	p.makeRoomLocked(now)
	p.entries[id] = waiting[T]{value, now}
}

func (p *pending[T]) makeRoomLocked(now time.Time) {
	oldest, since := "", now
	for id, w := range p.entries {
		if now.Sub(w.since) >= pendingLife {
			delete(p.entries, id)
		} else if !w.since.After(since) {
			oldest, since = id, w.since
		}
	}
	if len(p.entries) >= maxPending {
		delete(p.entries, oldest)
	}
}

// look leaves it there.
func (p *pending[T]) look(now time.Time, id string) (T, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w, ok := p.entries[id]
	return w.value, ok && now.Sub(w.since) < pendingLife
}

// take is look that gives it to one caller only.
func (p *pending[T]) take(now time.Time, id string) (T, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w, ok := p.entries[id]
	delete(p.entries, id)
	return w.value, ok && now.Sub(w.since) < pendingLife
}
