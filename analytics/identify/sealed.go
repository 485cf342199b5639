package identify

import (
	"slices"

	"jejak/event"
)

// SealedID is an identifier as it is kept: the vault opens it for the actor and the field.
type SealedID struct {
	Actor event.Actor
	Field string // user, device or group
	Text  []byte
}

// SealedIDs are the identifiers of actors. It reads the whole ledger.
func (i *Identifier) SealedIDs(p event.ProjectID, actors []event.Actor) (list []SealedID, err error) {
	for body, err := range i.ledger.Records(p) {
		if err != nil {
			return nil, err
		}
		if len(body) <= identifierHead || body[0] != identifierTag {
			continue
		}
		if a := actorAt(body[2:]); slices.Contains(actors, a) {
			list = append(list, SealedID{a, kind(body[1]).field(), slices.Clone(body[identifierHead:])})
		}
	}
	return list, nil
}

// SealedIDs are the IDs of groups, as those of people.
func (g *Groups) SealedIDs(p event.ProjectID, actors []event.Actor) ([]SealedID, error) {
	return g.inner.SealedIDs(p, actors)
}
