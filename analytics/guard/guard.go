// Package guard says no with a reason. Each rule has a file; the list rules is their order. What stays is trimmed to the
// limits of the wire (docs/life-of-an-event.md, step 2).
package guard

import "jejak/event"

// Guard holds what the rules remember between requests. Many goroutines may use one at once.
type Guard struct {
	arrivals *arrivals
}

// New makes a Guard.
func New() *Guard { return &Guard{arrivals: newArrivals()} }

// A rule looks at one event and returns why it is refused, or nil. It may trim the event.
type rule func(*Guard, *event.Batch, *event.Event) *event.Refusal

// The rules, in the order in which they are asked: what the client itself wants ignored, what is no event, what is too
// big to look at closely, then when, who and what.
var rules = [...]rule{
	ignored,
	size,
	name,
	when,
	who,
	insertID,
	arrival,
	properties,
}

// Check takes the events that break a rule out of b, notes why in b.Refusals, and trims those that stay to the limits.
func (g *Guard) Check(b *event.Batch) {
	if strictVerbs(b) {
		refuseAll(b)
		return
	}
	b.RefuseIf(func(e *event.Event) (event.Refusal, bool) {
		for _, ask := range rules {
			if no := ask(g, b, e); no != nil {
				return *no, true
			}
		}
		return event.Refusal{}, false
	})
}

// CheckProfiles takes the updates above the size limit out of b and notes them in b.Refusals.
func (g *Guard) CheckProfiles(b *event.ProfileBatch) {
	kept := b.Profiles[:0]
	for _, p := range b.Profiles {
		if no := profileSize(p); no != nil {
			b.Refusals = append(b.Refusals, *no)
			continue
		}
		kept = append(kept, p)
	}
	clear(b.Profiles[len(kept):])
	b.Profiles = kept
}
