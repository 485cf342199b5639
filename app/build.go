package app

import (
	"context"
	"fmt"
	"os"

	"jejak/analytics"
	"jejak/analytics/enrich"
	"jejak/analytics/forget"
	"jejak/analytics/guard"
	"jejak/analytics/hide"
	"jejak/analytics/identify"
	"jejak/analytics/lexicon"
	"jejak/analytics/people"
	"jejak/analytics/show"
	"jejak/analytics/store"
	"jejak/analytics/store/columnar"
	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/approve"
	"jejak/ground/meta"
	"jejak/ground/vault"
)

// ground is what both roads stand on.
type ground struct {
	meta    *meta.DB
	access  *access.Service
	vault   *vault.Vault
	approve *approve.Desk
}

// openGround opens the metadata, the keys and who may do what. What it has opened it pushes on down.
func openGround(data string, k Keys, down *stack) (g ground, err error) {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return g, fmt.Errorf("cannot make the data folder: %w", err)
	}
	if err := refuseLostMeta(data); err != nil {
		return g, err
	}
	if g.meta, err = meta.Open(data); err != nil {
		return g, err
	}
	down.pushClose("the metadata", g.meta.Close)
	if g.vault, err = openVault(g.meta, data, k); err != nil {
		return g, err
	}
	down.pushClose("the vault", g.vault.Close)
	g.approve = approve.New(g.meta, g.vault.Log(), nil)
	g.access, err = access.New(g.meta, access.Options{MayGive: g.approve.MayGive})
	return g, err
}

// build opens what is kept and joins the steps to a road.
func (a *App) build() (err error) {
	if a.ground, err = openGround(a.o.Data, a.o.Keys, &a.down); err != nil {
		return err
	}
	if a.store, err = columnar.Open(eventsFolder(a.o.Data), a.o.store()); err != nil {
		return explainStore(err)
	}
	a.down.pushClose("the store", a.store.Close)
	if a.places, err = enrich.OpenPlaces(a.o.Places); err != nil {
		return err
	}
	a.down.pushClose("the location databases", a.places.Close)
	a.identify = identify.New(sealer{a.ground.vault, a.o.points}, ledger{a.store, store.Identifiers, a.o.points})
	a.groups = identify.NewGroups(groupSealer{a.ground.vault}, a.groupLedger(), a.ground.access.GroupKeysOf)
	hiding := hide.New(sealer{a.ground.vault, a.o.points}, ledger{a.store, store.Hidden, a.o.points}, a.store.IsErased)
	a.openProfiles(hiding)
	if a.lexicon, err = lexicon.New(a.ground.meta, a.ground.vault.Log(), nil); err != nil {
		return err
	}
	if a.forget, err = a.openForget(hiding); err != nil {
		return err
	}
	a.erasures = forget.NewTasks(a.ground.meta, a.forget, func(task string, err error) {
		a.o.Log.Error("cannot carry out an erasure", "task", task, "error", err)
	})
	a.down.pushClose("the erasures", a.erasures.Close)
	if a.export, err = a.openExport(); err != nil {
		return err
	}
	if a.register, err = a.ground.register(a.o.Data, bell{a.o.Log}); err != nil {
		return err
	}
	if a.files, err = a.ground.shelf(a.o.Data); err != nil {
		return err
	}
	a.openVendors()
	a.scopes = a.openScopes()
	a.pages = a.ground.pages(a.o.Data, a.register)
	if err = a.openScans(hiding); err != nil {
		return err
	}
	a.openNotices()
	a.openChecks()
	a.hub = show.NewHub(nil)
	a.road = analytics.New(analytics.Options{
		Store:     a.store,
		Guard:     guard.New(),
		Enrich:    enrich.New(a.places),
		Plan:      a.lexicon.Plan,
		Identify:  a.identify,
		Groups:    a.groups,
		Hide:      hiding,
		Profiles:  a.people,
		Live:      a.hub.Publish,
		Listening: a.hub.Listening,
	})
	a.server = newServer(a.routes(), a.o.Log)
	a.server.RegisterOnShutdown(a.hub.Close)
	return nil
}

// store says how the events are kept.
func (o *Options) store() columnar.Options {
	return columnar.Options{Log: o.Log, MaxBytes: o.MaxData, KeepDays: func(p event.ProjectID) int {
		if people.IsShadow(p) {
			return 0 // a profile is not as old as the number that stands for its time
		}
		if days, special := o.KeepDaysOf[p]; special {
			return days
		}
		return o.KeepDays
	}}
}

// SetUpLink makes the one-time link of an installation without an owner; empty when there is one.
func (a *App) SetUpLink(ctx context.Context) (string, error) {
	ctx = access.AtConsole(ctx)
	needed, err := a.ground.access.SetUpNeeded(ctx)
	if err != nil || !needed {
		return "", err
	}
	token, err := a.ground.access.IssueSetupToken(ctx)
	if err != nil {
		return "", err
	}
	return a.URL() + "/setup#token=" + token, nil
}
