package app

import (
	"context"
	"fmt"

	"jejak/analytics/identify"
	"jejak/analytics/lexicon"
	"jejak/analytics/people"
	"jejak/analytics/store"
	"jejak/event"
)

// persons is the store as questions see it: every event belongs to the person that its identifier is.
type persons struct {
	store    store.Store
	identify *identify.Identifier
	lexicon  *lexicon.Lexicon
	people   *people.Service
	groups   *identify.Groups
}

// Snapshot implements show.Store. Profiles stand under the same persons as the events of their project. What the
// project leaves out or renames in its past is so already, and groups are tokens there, too.
func (s persons) Snapshot(p event.ProjectID) (store.Snapshot, error) {
	if people.IsShadow(p) {
		if err := s.people.Open(context.Background(), store.EventsOf(p)); err != nil {
			return nil, err
		}
	}
	merges, err := s.identify.Merges(store.EventsOf(p))
	if err != nil {
		return nil, fmt.Errorf("cannot tell who is who: %w", err)
	}
	snap, err := s.store.Snapshot(p)
	if err != nil {
		return nil, err
	}
	grouped, err := s.groups.Over(store.EventsOf(p), snap)
	if err != nil {
		snap.Release()
		return nil, fmt.Errorf("cannot tell which groups are meant: %w", err)
	}
	return merges.Over(s.lexicon.Past(p).Over(grouped)), nil
}
