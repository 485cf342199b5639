package analytics

import (
	"sync"

	"jejak/analytics/store"
	"jejak/event"
)

const (
	remembered  = 50 // refusals per project
	shownLength = 64 // characters of an event's or a field's name
)

// Counters are the store's counters and what the road remembers of the latest refusals.
type Counters struct {
	store.Counters
	Recent []Refused `json:"recent"` // newest first, at most 50, since the start
}

// Refused is one refusal as the project's owner sees it. It holds no value of the event.
type Refused struct {
	Time   event.Millis `json:"time"`
	Reason event.Reason `json:"reason"`
	Field  string       `json:"field,omitempty"` // "properties.time"; cut to 64 characters
	Name   string       `json:"name,omitempty"`  // of the event, cut to 64 characters
}

// Counters are the project's counters now.
func (r *Road) Counters(p event.ProjectID) Counters {
	return Counters{Counters: r.o.Store.Counters(p), Recent: r.recent.list(p)}
}

// recent keeps the last refusals of each project.
type recent struct {
	mu sync.Mutex
	of map[event.ProjectID]*ring
}

// ring holds the last refusals; n counts all that were ever put in.
type ring struct {
	slots [remembered]Refused
	n     int
}

func (c *recent) add(p event.ProjectID, now event.Millis, refusals []event.Refusal) {
	if len(refusals) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.of[p]
	if r == nil {
		r = &ring{}
		if c.of == nil {
			c.of = make(map[event.ProjectID]*ring)
		}
		c.of[p] = r
	}
	for _, no := range refusals[max(0, len(refusals)-remembered):] {
		r.slots[r.n%remembered] = Refused{Time: now, Reason: no.Reason, Field: shown(no.Field), Name: shown(no.Name)}
		r.n++
	}
}

// list is newest first, never nil.
func (c *recent) list(p event.ProjectID) []Refused {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := []Refused{}
	r := c.of[p]
	if r == nil {
		return all
	}
	for i := r.n - 1; i >= max(0, r.n-remembered); i-- {
		all = append(all, r.slots[i%remembered])
	}
	return all
}

// shown cuts a name and copies it, so that the ring does not hold on to a request's memory.
func shown(name string) string {
	short := make([]rune, 0, shownLength)
	for _, c := range name {
		if len(short) == shownLength {
			break
		}
		short = append(short, c)
	}
	return string(short)
}
