// Package register is the register of incidents: what is known of each, its timeline, what was asked of a vendor, and the legal clocks
// that run. Nothing in it is ever edited: lines are added, each is sealed, and its hash is in the audit log. It is drawn in
// docs/format/register.md.
package register

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"jejak/event"
	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/approve"
	"jejak/ground/audit"
	"jejak/ground/meta"
	"jejak/ground/vault"
	"jejak/incident/register/clock"
	"jejak/incident/register/statement"
)

var (
	// ErrChanged: somebody else has changed it meanwhile.
	ErrChanged = errors.New("this was changed meanwhile; read it and try again")
	// ErrDamaged: a line is not what the audit log says was written.
	ErrDamaged = errors.New("the register of incidents was changed outside of the program: it is not what the audit log says was written")
	// ErrClosed: the incident is closed; only notes and corrections are taken.
	ErrClosed = errors.New("this incident is closed: only notes, corrections and answers are taken")
	// ErrFull: an incident has too many lines.
	ErrFull = errors.New("this incident has too many entries")
)

// Vault is what a Register needs of the vault.
type Vault interface {
	SealOwn(p event.ProjectID, what vault.Own, name string, plain []byte) ([]byte, error)
	OpenOwn(p event.ProjectID, what vault.Own, name string, sealed []byte) ([]byte, error)
}

// Log is what a Register needs of the audit log. Record MUST NOT return nil before the entry is durable.
type Log interface {
	Record(ctx context.Context, e audit.Entry) (index int64, err error)
	Entry(index int64) (json.RawMessage, error)
}

// Scope knows what got out, once a leaked file was looked through.
type Scope interface {
	// Summary MUST return nil without an error while nothing is known yet.
	Summary(ctx context.Context, id exposure.IncidentID) (*exposure.Summary, error)
}

// Alarm says that a deadline comes near or has passed. It holds no personal value.
type Alarm struct {
	Incident exposure.IncidentID `json:"incident"`
	What     string              `json:"what"` // a rule, or request/3
	Step     string              `json:"step"` // 24h, 6h, 1h or passed
	Deadline time.Time           `json:"deadline"`
}

// Bell tells people of alarms, by mail for example.
type Bell interface {
	// Ring MUST NOT return nil before somebody will be told. It may be called again with the same alarm after a crash.
	Ring(ctx context.Context, a Alarm) error
}

// Options of a Register. DB, Vault, Log, Desk and Rules are required.
type Options struct {
	DB    *meta.DB
	Vault Vault
	Log   Log
	Desk  *approve.Desk
	Rules *clock.Pack
	Scope Scope            // nil: nothing is known of any
	Bell  Bell             // nil: alarms are kept in the register only
	Now   func() time.Time // the clock; nil: time.Now
}

// Register keeps the incidents of an installation. Many goroutines may use it at once, and other processes the same data.
type Register struct {
	o Options

	writing sync.Mutex // held while a line is added
}

// installation is whose incidents are: not of one project.
const installation event.ProjectID = 0

// New makes a Register.
func New(o Options) *Register {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Register{o: o}
}

func (r *Register) now() time.Time { return r.o.Now().UTC().Truncate(time.Millisecond) }

// mayAct is for what changes the register, mayRead for what tells of it.
func mayAct(ctx context.Context) error  { return access.May(ctx, installation, access.Respond) }
func mayRead(ctx context.Context) error { return access.May(ctx, installation, access.Follow) }

// Rules are the legal rules that clocks follow.
func (r *Register) Rules(ctx context.Context) ([]clock.Rule, string, error) {
	if err := mayRead(ctx); err != nil {
		return nil, "", err
	}
	return r.o.Rules.Rules(), r.o.Rules.Hash(), nil
}

// CheckStatement looks through a public statement for what it must say. It needs Follow. *access.Invalid when it is too long.
func (r *Register) CheckStatement(ctx context.Context, text string) (statement.Report, error) {
	if err := mayRead(ctx); err != nil {
		return statement.Report{}, err
	}
	if len(text) > statement.MaxText {
		return statement.Report{}, &access.Invalid{Field: "text", Code: "too_long", Message: fmt.Sprintf("at most %d bytes", statement.MaxText)}
	}
	return statement.Check(text), nil
}
