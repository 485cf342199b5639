// Package analytics is road one: a visit becomes an answer. Take is the order in which an event travels.
package analytics

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"jejak/analytics/collect"
	"jejak/analytics/enrich"
	"jejak/analytics/guard"
	"jejak/analytics/hide"
	"jejak/analytics/identify"
	"jejak/analytics/plan"
	"jejak/analytics/store"
	"jejak/event"
)

// Options are the steps of the road and its limits.
type Options struct {
	Store  store.Store
	Guard  *guard.Guard
	Enrich *enrich.Enricher
	// Plan is the project's data plan now; nil, or nil from it: there is none.
	Plan     func(event.ProjectID) *plan.Plan
	Identify *identify.Identifier
	Groups   *identify.Groups // nil: there are no group keys
	Hide     *hide.Hider
	Profiles Profiles
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

// Profiles are what is known of people and groups.
type Profiles interface {
	// Take lets the updates of a batch take effect. It MUST NOT return nil before they survive power loss; those that cannot
	// be applied are added to b.Refusals. On an error nothing took effect.
	Take(ctx context.Context, b *event.ProfileBatch) (accepted int, err error)
}

// Road is the road of all projects. It implements collect.Road. Many goroutines may use one at once.
type Road struct {
	o         Options
	rate      rates
	recent    recent
	strangers atomic.Uint64
}

var _ collect.Road = (*Road)(nil)

// New builds the road.
func New(o Options) *Road {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Plan == nil {
		o.Plan = func(event.ProjectID) *plan.Plan { return nil }
	}
	return &Road{o: o, rate: rates{perSecond: o.EventsPerSecond}}
}

// Take is the order in which an event travels: collect made the batch; the rate allows it; guard says no to some of its
// events; enrich adds what the request implies; the project's data plan drops and renames; identify decides who, and in which
// groups; hide takes personal values out of what is left; the store keeps; those who watch see it live.
// It implements collect.Road.
func (r *Road) Take(ctx context.Context, b *event.Batch) (accepted int, err error) {
	arrived := len(b.Events) + len(b.Refusals)
	if !r.rate.allow(b.Project, arrived, r.o.Now()) {
		r.turnAway(b.Project, arrived, event.RateLimited)
		return 0, collect.ErrRateLimited
	}
	r.o.Guard.Check(b)
	r.o.Enrich.Enrich(b)
	r.o.Plan(b.Project).Check(b)
	if err := r.o.Identify.Identify(b); err != nil {
		return 0, r.unavailable(b.Project, arrived, err)
	}
	if err := r.identifyGroups(b); err != nil {
		return 0, r.unavailable(b.Project, arrived, err)
	}
	if err := r.o.Hide.Hide(b); err != nil {
		return 0, r.unavailable(b.Project, arrived, err)
	}
	accepted = len(b.Events)
	watched := r.copyForLive(b)
	if err := r.keep(ctx, b); err != nil {
		return 0, r.unavailable(b.Project, arrived, err)
	}
	r.recent.add(b.Project, r.now(), b.Refusals)
	r.show(b.Project, watched)
	return accepted, nil
}

func (r *Road) identifyGroups(b *event.Batch) error {
	if r.o.Groups == nil {
		return nil
	}
	return r.o.Groups.Identify(b)
}

// keep makes the batch's events and the counts of its refusals durable, in one piece.
func (r *Road) keep(ctx context.Context, b *event.Batch) error {
	tally := event.TallyOf(len(b.Events), b.Refusals)
	tally.Changed = b.Changed
	events := b.Events
	b.Events = nil // the store's from here on
	if len(events) == 0 {
		r.o.Store.Note(b.Project, nil, tally)
		return nil
	}
	return r.o.Store.Append(ctx, store.Batch{Project: b.Project, Events: events, Tally: tally})
}

// unavailable counts a request that could not be kept. The client is told to come again, with all of it.
func (r *Road) unavailable(p event.ProjectID, arrived int, why error) error {
	r.turnAway(p, arrived, event.Unavailable)
	return fmt.Errorf("%w: %w", collect.ErrUnavailable, why)
}

// turnAway counts a request of which nothing was taken.
func (r *Road) turnAway(p event.ProjectID, arrived int, why event.Reason) {
	r.o.Store.Note(p, nil, event.Tally{Received: uint64(arrived), Refused: map[event.Reason]uint64{why: uint64(arrived)}})
	r.recent.add(p, r.now(), []event.Refusal{{At: -1, Reason: why}})
}

// Refused implements collect.Road.
func (r *Road) Refused(p event.ProjectID, refusals ...event.Refusal) { r.noteRefusals(p, refusals) }

// Stranger implements collect.Road.
func (r *Road) Stranger(records int) { r.strangers.Add(uint64(records)) }

// Strangers is how many records came with a token of no project since the start.
func (r *Road) Strangers() uint64 { return r.strangers.Load() }

func (r *Road) now() event.Millis { return event.Millis(r.o.Now().UnixMilli()) }
