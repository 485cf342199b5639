// Package query answers questions from a snapshot of the store. docs/semantics.md defines every number it gives;
// querytest holds the slow evaluator that says the same.
package query

import (
	"context"
	"fmt"
	"time"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// Options are what a question may use and where it learns the time.
type Options struct {
	Budget Budget
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Guard runs a function that reads the store and turns its panics about damage into errors; nil calls it directly.
	// Many goroutines call it at once.
	Guard func(func() error) error
	// Profiles opens what is kept of people and groups beside their events: store.Snapshot of store.ProfilesOf, in which rows stand
	// under the same persons as the events. It is called once at most, when a question asks for it; nil: there is nothing.
	Profiles func() (store.Snapshot, error)
	// Lookups opens a lookup table of the project by its name; a nil one is not there. nil: there are none.
	Lookups func(name string) (Lookup, error)
	// Cohorts are the saved cohorts that the question names: question.CohortsOf.
	Cohorts question.Cohorts
	// crowd takes in the people of one cell of the answer; nil mostly.
	crowd *crowd

	until  event.Millis // events from here on do not count; 0: all do
	meter  *meter       // of the whole question
	tables *factTables
	asked  time.Time // what Now said first: expressions take it for the present
}

func (o Options) orDefault() Options {
	o.Budget = o.Budget.orDefault()
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.asked.IsZero() {
		o.asked = o.Now()
	}
	if o.Guard == nil {
		o.Guard = func(f func() error) error { return f() }
	}
	if o.meter == nil {
		o.meter = &meter{limit: o.Budget.Memory}
	}
	return o
}

// Ask answers one question. Errors: question.Faults when it cannot be asked, *TooLarge when it went over its budget, the
// cause of ctx when it was cancelled, and what Guard makes of damage.
func Ask(ctx context.Context, snap store.Snapshot, q question.Question, o Options) (question.Answer, error) {
	if faults := q.Validate(); faults != nil {
		return nil, faults
	}
	o = o.orDefault()
	zone, at := instantOf(q, o.asked)
	o.tables = newFactTables(snap, o, zone, at)
	defer o.tables.release()
	ctx, cancel := context.WithTimeoutCause(ctx, o.Budget.Time, tooMuchTime(o.Budget.Time))
	defer cancel()
	if by := question.CountedBy(q); by != "" {
		snap = groupedBy(ctx, snap, by, o)
	}
	a, err := answer(ctx, snap, q, o)
	if err != nil {
		return nil, err
	}
	return a, nil
}

// answer is Ask of a sound question.
func answer(ctx context.Context, snap store.Snapshot, q question.Question, o Options) (question.Answer, error) {
	switch q := q.(type) {
	case *question.Trend:
		return askTrend(ctx, snap, q, o)
	case *question.SessionTrend:
		return askSessions(ctx, snap, q, o)
	case *question.Funnel:
		return askFunnel(ctx, snap, q, o)
	case *question.Flow:
		return askFlow(ctx, snap, q, o)
	case *question.Retention:
		return askRetention(ctx, snap, q, o)
	case *question.Frequency:
		return askFrequency(ctx, snap, q, o)
	case *question.Stickiness:
		return askStickiness(ctx, snap, q, o)
	case *question.Lifecycle:
		return askLifecycle(ctx, snap, q, o)
	case *question.People:
		return askPeople(ctx, snap, q, o)
	case *question.Timeline:
		return askTimeline(ctx, snap, q, o)
	default:
		panic(fmt.Sprintf("BUG: no way to answer a %T", q))
	}
}

// within answers a question under the guard, and notes how long it took since it began.
func within[A question.Answer](ctx context.Context, o Options, began time.Time, answer func(context.Context) (A, error)) (a A, err error) {
	err = o.Guard(func() error {
		if a, err = answer(ctx); err != nil {
			return err
		}
		return o.meter.stopped(ctx) // no answer from what was read in part
	})
	if err != nil {
		var none A
		return none, err
	}
	a.Cost().TookMS = float64(o.Now().Sub(began).Microseconds()) / 1000
	return a, nil
}

// refusePoints refuses an answer with too many points in all its slots.
func refusePoints(each, slots int) error {
	if points := each * slots; points > question.MaxPoints {
		return question.Faults{{Code: question.TooManyPoints, Message: fmt.Sprintf(
			"the answer may have %d points and at most %d are allowed: shorten the range, or ask for fewer segments or numbers", points, question.MaxPoints)}}
	}
	return nil
}
