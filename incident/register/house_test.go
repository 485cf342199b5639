package register

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/approve"
	"jejak/ground/meta"
	"jejak/ground/vault"
	"jejak/incident/register/clock"
)

// room is a register with people around it.
type room struct {
	*Register
	t       *testing.T
	dir     string
	db      *meta.DB
	vault   *vault.Vault
	desk    *approve.Desk
	now     time.Time
	summary *exposure.Summary
	rung    []Alarm
}

func newRoom(t *testing.T) *room {
	t.Helper()
	r := &room{t: t, dir: t.TempDir(), now: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)}
	var err error
	r.db, err = meta.Open(r.dir)
	must(t, err)
	t.Cleanup(func() { r.db.Close() })
	r.vault, err = vault.Open(vault.Options{DB: r.db, KeyFile: filepath.Join(t.TempDir(), "key"), Dir: filepath.Join(r.dir, "identity"), Audit: filepath.Join(r.dir, "audit")})
	must(t, err)
	t.Cleanup(func() { r.vault.Close() })
	now := func() time.Time { return r.now }
	r.desk = approve.New(r.db, r.vault.Log(), now)
	rules, err := clock.House()
	must(t, err)
	r.Register = New(Options{DB: r.db, Vault: r.vault, Log: r.vault.Log(), Desk: r.desk, Rules: rules, Scope: r, Bell: r, Now: now})
	return r
}

// Summary implements Scope.
func (r *room) Summary(context.Context, exposure.IncidentID) (*exposure.Summary, error) {
	return r.summary, nil
}

// Ring implements Bell.
func (r *room) Ring(_ context.Context, a Alarm) error {
	r.rung = append(r.rung, a)
	return nil
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func as(id, role string) context.Context {
	return access.With(context.Background(), access.Identity{Kind: access.User, ID: id, Role: role})
}

var (
	lead    = as("01", access.IncidentLead)
	second  = as("02", access.IncidentLead)
	auditor = as("03", access.Auditor)
	viewer  = as("04", access.Viewer)
)

// incident opens one as the story has it.
func (r *room) incident() exposure.IncidentID {
	r.t.Helper()
	i, err := r.Create(lead, Fields{Title: "Dataset exported at the analytics vendor", Role: "controller", Severity: "high", Vendor: "Mixpanel"})
	must(r.t, err)
	return i.ID
}

func at(t time.Time) Moment { return Moment{At: &t, Precision: "minute"} }

// word is an entry of a type that happened just now.
func (r *room) word(e clock.EventType) NewEntry {
	return NewEntry{Type: e, Happened: at(r.now), Source: "phone call", Confidence: "certain", Text: "Siti says that something was exported"}
}

func (r *room) tell(id exposure.IncidentID, e NewEntry) Told {
	r.t.Helper()
	told, err := r.Tell(lead, id, e)
	must(r.t, err)
	return told
}

func (r *room) clock(id exposure.IncidentID, rule clock.RuleID) clock.Clock {
	r.t.Helper()
	all, err := r.Clocks(lead, id)
	must(r.t, err)
	for _, c := range all {
		if c.Rule == rule {
			return c
		}
	}
	r.t.Fatalf("there is no clock %s", rule)
	return clock.Clock{}
}
