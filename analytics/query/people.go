package query

import (
	"context"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// askPeople asks the question inside for the people of the cell.
func askPeople(ctx context.Context, snap store.Snapshot, q *question.People, o Options) (*question.PeopleAnswer, error) {
	o.crowd = &crowd{cell: q.Cell, meter: o.meter}
	of, err := answer(ctx, snap, q.Of, o)
	if err != nil {
		return nil, err
	}
	a := &question.PeopleAnswer{Kind: "people", Count: o.crowd.count(), People: []question.Person{}, Explain: *of.Cost()}
	if groups, ok := snap.(*groupedSnapshot); ok {
		if a.Groups, a.NextGroup, err = groups.list(o.crowd, q.AfterGroup, q.LimitOrDefault()); err != nil {
			return nil, err
		}
		return a, o.meter.stopped(ctx)
	}
	var more bool
	if a.People, more = o.crowd.list(event.Actor(q.After), q.LimitOrDefault()); more {
		a.Next = a.People[len(a.People)-1]
	}
	return a, nil
}
