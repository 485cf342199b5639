// Package enrich adds what a request implies, the place of its address, the browser behind its agent, the source behind
// its referrer, and cuts what is too exact to keep.
package enrich

import "jejak/event"

// Enricher adds properties. Many goroutines may use one at once.
type Enricher struct {
	places Locator
}

// New makes an Enricher that looks up places in l; nil: it knows no places.
func New(l Locator) *Enricher { return &Enricher{places: l} }

// Enrich adds to each event of b what its address, agent, referrer and URL say, values given by the client winning, and
// takes addresses and the agent away.
func (e *Enricher) Enrich(b *event.Batch) {}
