package app

import (
	"context"
	"encoding/json"
	"fmt"

	"jejak/analytics/show"
	"jejak/incident/verify"
)

// openChecks makes the public pages on which a notice is checked.
func (a *App) openChecks() {
	a.checks = verify.New(verify.Options{
		DB: a.ground.meta, Codes: verify.NewCodes(a.ground.vault), Log: a.ground.vault.Log(), Notices: noNotices{},
		Alarm: func(r verify.Replay) {
			a.o.Log.Warn("the code of a notice is looked up from many places: somebody sends copies of it around", "incident", r.Incident)
		},
	})
	a.notices = verify.NewPages(verify.PagesOptions{
		Desk:   a.checks,
		Client: show.ClientOf,
		Failed: func(err error) { a.o.Log.Error("a page for checking notices failed", "error", err) },
	})
}

// CheckNotice holds the proof of a notice, as its page gave it, against the public key of the audit log.
func CheckNotice(text []byte, key string) (p verify.Proof, err error) {
	if err := json.Unmarshal(text, &p); err != nil {
		return p, fmt.Errorf("cannot read the proof: %w", err)
	}
	return p, p.Check(key)
}

// noNotices: none was sent.
type noNotices struct{}

// ByCode implements verify.Notices.
func (noNotices) ByCode(context.Context, verify.Code) (verify.Notice, error) {
	return verify.Notice{}, verify.ErrUnknown
}
