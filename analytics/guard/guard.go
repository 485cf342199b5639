// Package guard says no with a reason. Each rule has a file; Check is their order.
package guard

import "jejak/event"

// Guard holds what the rules remember between requests. Many goroutines may use one at once.
type Guard struct{}

// New makes a Guard.
func New() *Guard { return &Guard{} }

// Check takes the events that break a rule out of b, notes why in b.Refusals, and trims those that stay to the limits.
func (g *Guard) Check(b *event.Batch) {}

// CheckProfiles does the same for profile updates.
func (g *Guard) CheckProfiles(b *event.ProfileBatch) {}
