package app

import (
	"context"

	"jejak/analytics/export"
	"jejak/analytics/query"
	"jejak/analytics/store/columnar"
)

// openExport makes the desk where rows are handed out.
func (a *App) openExport() (*export.Desk, error) {
	desk := export.New(export.Options{
		DB:      a.ground.meta,
		Vault:   a.ground.vault,
		Log:     a.ground.vault.Log(),
		Approve: a.ground.approve,
		Store:   persons{a.store, a.identify, a.lexicon, a.people, a.groups},
		Customs: a.lexicon.WithCohorts,
		Lookups: a.lookups,
		Query:   query.Options{Budget: query.Budget{Memory: questionMemory}, Guard: columnar.Guard},
	})
	a.down.push("the exports", desk.Close) // before what they read
	return desk, desk.Recover(context.Background())
}
