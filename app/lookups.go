package app

import (
	"context"

	"jejak/analytics/query"
	"jejak/event"
)

// lookups opens the lookup tables of a project for whoever asks.
func (a *App) lookups(ctx context.Context, p event.ProjectID) func(string) (query.Lookup, error) {
	return func(name string) (query.Lookup, error) {
		t, err := a.lexicon.OpenLookup(ctx, p, name)
		if t == nil || err != nil {
			return nil, err // and not a table that is nil
		}
		return t, nil
	}
}
