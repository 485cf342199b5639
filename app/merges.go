package app

import (
	"context"

	"jejak/analytics/identify"
	"jejak/analytics/show"
	"jejak/analytics/store"
	"jejak/event"
)

// merges tells show who became one person by what.
type merges struct {
	*identify.Identifier
	store store.Store
}

// Undo implements show.Merges: the batch of nothing is durable when the records queued before it are.
func (m merges) Undo(ctx context.Context, p event.ProjectID, number int) (bool, error) {
	ok, err := m.Identifier.Undo(p, number)
	if err == nil && ok {
		err = m.store.Append(ctx, store.Batch{Project: p})
	}
	return ok, err
}

// ListMerges implements show.Merges.
func (m merges) ListMerges(p event.ProjectID, person event.Actor) ([]show.Merge, error) {
	list, err := m.Identifier.ListMerges(p, person)
	out := make([]show.Merge, len(list))
	for i, x := range list {
		out[i] = mergeOf(x)
	}
	return out, err
}

// Merge implements show.Merges.
func (m merges) Merge(p event.ProjectID, number int) (show.Merge, bool, error) {
	x, ok, err := m.Identifier.Merge(p, number)
	return mergeOf(x), ok, err
}

func mergeOf(x identify.Merge) show.Merge {
	return show.Merge{Number: x.Number, Kind: x.Kind, One: uint32(x.One), Other: uint32(x.Other), Undone: x.Undone}
}
