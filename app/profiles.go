package app

import (
	"context"

	"jejak/analytics/hide"
	"jejak/analytics/identify"
	"jejak/analytics/people"
	"jejak/analytics/store"
	"jejak/analytics/store/columnar"
	"jejak/event"
	"jejak/ground/vault"
)

// profilePurpose is what earlier versions sealed updates with.
const profilePurpose = "profile"

// openProfiles joins what profiles stand on.
func (a *App) openProfiles(h *hide.Hider) {
	a.people = people.New(people.Options{
		Store: a.store, People: a.identify, Groups: a.groups, Hide: h, Vault: a.ground.vault, Guard: columnar.Guard,
		Log: a.ground.vault.Log(), IDs: sealedIDs(a.identify.SealedIDs), GroupIDs: sealedIDs(a.groups.SealedIDs),
		Old: func(ctx context.Context, p event.ProjectID) (people.Opener, error) {
			open, err := a.ground.vault.OpenKept(ctx, p, profilePurpose)
			return people.Opener(open), err
		},
	})
	a.down.pushClose("the profiles", a.people.Close)
}

// sealedIDs lets people read the identifiers that identify keeps.
func sealedIDs(read func(event.ProjectID, []event.Actor) ([]identify.SealedID, error)) func(event.ProjectID, []event.Actor) ([]people.SealedID, error) {
	return func(p event.ProjectID, actors []event.Actor) ([]people.SealedID, error) {
		list, err := read(p, actors)
		out := make([]people.SealedID, len(list))
		for i, id := range list {
			out[i] = people.SealedID(id)
		}
		return out, err
	}
}

// groupSealer lets the road seal the IDs of groups for the group.
type groupSealer struct{ *vault.Vault }

// SealNew implements identify.Vault.
func (s groupSealer) SealNew(p event.ProjectID, a event.Actor, field, plain string) ([]byte, error) {
	return s.Vault.SealNew(vault.Subject{Project: p, Kind: vault.Group, Number: uint32(a)}, field, []byte(plain))
}

// groupLedger is where groups are kept.
func (a *App) groupLedger() ledger { return ledger{a.store, store.Groups, a.o.points} }
