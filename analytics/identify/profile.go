package identify

import "jejak/event"

// Actors are those of distinct ids, in their order. A profile may be the first word of a person: who was never met is
// introduced. Nothing that uses them may be stored when it fails.
func (i *Identifier) Actors(p event.ProjectID, distinctIDs []string) ([]event.Actor, error) {
	all, err := i.people(p)
	if err != nil {
		return nil, err
	}
	claims := make([]claim, len(distinctIDs))
	for n, id := range distinctIDs {
		claims[n].who = distinct(id)
	}
	if err := i.settle(p, all, claims); err != nil {
		return nil, err
	}
	actors := make([]event.Actor, len(claims))
	for n := range claims {
		actors[n] = claims[n].who.actor
	}
	return actors, nil
}

// Find is the actor of a distinct id; 0 when it was never met.
func (i *Identifier) Find(p event.ProjectID, distinctID string) (event.Actor, error) {
	all, err := i.people(p)
	if err != nil {
		return 0, err
	}
	id := distinct(distinctID)
	i.recognise(p, all, &id)
	all.mu.RLock()
	defer all.mu.RUnlock()
	all.lookUp(&id)
	return id.actor, nil
}

// IsKnown tells whether the actor was given to somebody.
func (i *Identifier) IsKnown(p event.ProjectID, a event.Actor) bool {
	all, err := i.people(p)
	if err != nil {
		return false
	}
	all.mu.RLock()
	defer all.mu.RUnlock()
	return all.given(a)
}

// Members are the identifiers of the person that an actor is, at most so many: first the person, then the others in the order
// of their numbers.
func (i *Identifier) Members(p event.ProjectID, a event.Actor, limit int) ([]event.Actor, error) {
	all, err := i.people(p)
	if err != nil {
		return nil, err
	}
	all.mu.RLock()
	defer all.mu.RUnlock()
	return all.members(a, limit), nil
}
