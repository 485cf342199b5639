package query

import (
	"context"
	"errors"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// askPeople asks the question inside for the people of the cell. The memory of the list is taken off its budget.
func askPeople(ctx context.Context, snap store.Snapshot, q *question.People, o Options) (*question.PeopleAnswer, error) {
	limit := o.Budget.Memory
	err := o.Guard(func() error {
		if o.crowd = crowdOf(snap, q.Cell, &o.Budget); o.crowd == nil {
			return tooMuchMemory(limit)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	of, err := Ask(ctx, snap, q.Of, o)
	if large, ok := errors.AsType[*TooLarge](err); ok && large.Code == OutOfMemory {
		return nil, tooMuchMemory(limit) // what the list left was less
	}
	if err != nil {
		return nil, err
	}
	a := &question.PeopleAnswer{Kind: "people", Count: o.crowd.count(), Explain: *of.Cost()}
	var more bool
	if a.People, more = o.crowd.list(event.Actor(q.After), q.LimitOrDefault()); more {
		a.Next = a.People[len(a.People)-1]
	}
	return a, nil
}
