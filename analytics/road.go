// Package analytics is road one: a visit becomes an answer. Take is the order in which an event travels.
package analytics

import (
	"context"
	"time"

	"jejak/analytics/enrich"
	"jejak/analytics/guard"
	"jejak/analytics/identify"
	"jejak/analytics/store"
	"jejak/event"
)

// Options are the steps of the road and its limits.
type Options struct {
	Store    store.Store
	Guard    *guard.Guard
	Enrich   *enrich.Enricher
	Identify *identify.Identifier
	// Seal encrypts the body of a profile update before it is kept.
	Seal func(p event.ProjectID, purpose string, plain []byte) ([]byte, error)
	// Live is handed the events that have become durable; nil: nobody watches. The slice is the callee's own.
	Live func(event.ProjectID, []event.Event)
	// Listening tells whether Live would show the project's events to anybody now; nil: always. Without listeners the
	// road saves the copy.
	Listening func(event.ProjectID) bool
	// EventsPerSecond limits what a project may send, with a burst of five seconds' worth; 0: no limit.
	EventsPerSecond int
	// Now is the clock; nil: time.Now.
	Now func() time.Time
}

// Road is the road of all projects. It implements collect.Road. Many goroutines may use one at once.
type Road struct {
	o Options
}

// New builds the road.
func New(o Options) *Road { return &Road{o: o} }

// Take implements collect.Road: the order in which an event travels.
func (r *Road) Take(ctx context.Context, b *event.Batch) (accepted int, err error) { return 0, nil }

// TakeProfiles implements collect.Road.
func (r *Road) TakeProfiles(ctx context.Context, b *event.ProfileBatch) (accepted int, err error) {
	return 0, nil
}

// Refused implements collect.Road.
func (r *Road) Refused(p event.ProjectID, refusals ...event.Refusal) {}

// Stranger implements collect.Road.
func (r *Road) Stranger(records int) {}

// Strangers is how many records came with a token of no project since the start.
func (r *Road) Strangers() uint64 { return 0 }

// Counters are the store's counters and what the road remembers of the latest refusals.
type Counters struct {
	store.Counters
	Recent []Refused `json:"recent"` // newest first, at most 50, since the start
}

// Refused is one refusal as the project's owner sees it. It holds no value of the event.
type Refused struct {
	Time   event.Millis `json:"time"`
	Reason event.Reason `json:"reason"`
	Field  string       `json:"field,omitempty"`
	Name   string       `json:"name,omitempty"` // of the event, cut to 64 characters
}

// Counters are the project's counters now.
func (r *Road) Counters(p event.ProjectID) Counters { return Counters{} }
