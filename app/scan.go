package app

import (
	"jejak/analytics/hide"
	"jejak/analytics/scan"
)

// openScans lets what is stored be treated by the road's own steps, and goes on with what a killed server left over.
func (a *App) openScans(hiding *hide.Hider) (err error) {
	steps := scan.Steps{Plan: a.lexicon.Plan, Groups: a.groups.Identify, GroupKeys: a.groups.Keys, Hide: hiding, Store: a.store}
	if a.scan, err = scan.New(a.ground.meta, a.store, steps, a.ground.vault.Log(), a.o.Log); err != nil {
		return err
	}
	a.down.pushClose("the scans", a.scan.Close)
	return nil
}
