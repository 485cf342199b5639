package analytics

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"jejak/event"
)

const (
	burstSeconds = 5
	leastBurst   = 10_000 // above the largest request, which could never pass otherwise
)

// rates is a token bucket of events per project. perSecond 0 lets everything through.
type rates struct {
	perSecond int
	mu        sync.Mutex
	of        map[event.ProjectID]*rate.Limiter
}

// allow takes the events of one request out of the project's bucket, or none of them.
func (r *rates) allow(p event.ProjectID, events int, now time.Time) bool {
	if r.perSecond <= 0 {
		return true
	}
	return r.limiter(p).AllowN(now, events)
}

func (r *rates) limiter(p event.ProjectID) *rate.Limiter {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.of[p]
	if l == nil {
		l = rate.NewLimiter(rate.Limit(r.perSecond), max(leastBurst, r.perSecond*burstSeconds))
		if r.of == nil {
			r.of = make(map[event.ProjectID]*rate.Limiter)
		}
		r.of[p] = l
	}
	return l
}
