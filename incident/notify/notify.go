// Package notify tells everybody who is affected, by mail: never two, never zero. The set of recipients and each text are fixed
// and counted before the first mail, and released by two people; a ledger has a row for each mailbox, and knows of every row at
// any moment whether the relay has the mail, does not have it, or might. What might have been sent is never sent again by itself.
package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"jejak/event"
	"jejak/exposure"
	"jejak/ground/approve"
	"jejak/ground/audit"
	"jejak/ground/meta"
	"jejak/ground/vault"
	"jejak/incident/notify/mail"
	"jejak/incident/notify/text"
)

var (
	// ErrNotFound: there is no such version of notices.
	ErrNotFound = errors.New("there are no such notices")
	// ErrReleased: two people have released it; it stays as it is.
	ErrReleased = errors.New("these notices are released; make another version")
	// ErrNotReleased: two people must release it first.
	ErrNotReleased = errors.New("these notices are not released")
	// ErrChanged: what is kept is not what was planned.
	ErrChanged = errors.New("the notices are not those that were planned; plan them again")
	// ErrRestored: the audit log knows of mails that the ledger does not. Nothing is sent before Reconcile.
	ErrRestored = errors.New("the ledger is older than the audit log: it was put back from a backup; reconcile it before anything is sent")
	// ErrNobody: there is nobody to tell.
	ErrNobody = errors.New("there is nobody to tell")
)

// Unfit says why texts may not be sent.
type Unfit struct{ Findings []text.Finding }

func (u *Unfit) Error() string {
	return fmt.Sprintf("the texts may not be sent: %d findings, the first: %s", len(u.Findings), u.Findings[0].Message)
}

// Vault is what notices need of the vault.
type Vault interface {
	SealOwn(p event.ProjectID, what vault.Own, name string, plain []byte) ([]byte, error)
	OpenOwn(p event.ProjectID, what vault.Own, name string, sealed []byte) ([]byte, error)
}

// Log is what notices need of the audit log. Record MUST NOT return nil before the entry is durable.
type Log interface {
	Record(ctx context.Context, e audit.Entry) (index int64, err error)
	Entry(index int64) (json.RawMessage, error)
	Size() int64
}

// Desk is the two-person rule. Require MUST NOT return nil before a second person has allowed exactly this.
type Desk interface {
	Require(ctx context.Context, p event.ProjectID, act audit.Act, h approve.Hash, title string) error
}

// Codes make what a recipient checks a notice with. Code MUST be the same for the same notice at any time.
type Codes interface {
	Code(i exposure.IncidentID, version int, mailbox [16]byte) (string, error)
}

// Rooted is told every notice of a version before the first is sent, so that their number and texts are fixed in public. Root MUST
// NOT return nil before that is durable.
type Rooted interface {
	Root(ctx context.Context, i exposure.IncidentID, version int, leaves func(yield func(Leaf) error) error) error
}

// Leaf is a notice without its recipient.
type Leaf struct {
	Code    string
	Subject string
	Body    string
}

// Witness tells what became of mails whose last answer was lost. Held and Never MUST be certain; else it says Open.
type Witness interface {
	Ask(ctx context.Context, tokens []mail.Token) (map[mail.Token]mail.Verdict, error)
}

// Options of a Service. DB, Vault, Log and Desk are required; without Relay nothing is sent.
type Options struct {
	DB     *meta.DB
	Vault  Vault
	Log    Log
	Desk   Desk
	Codes  Codes  // nil: made under the incident's key
	Rooted Rooted // nil: nothing is published before sending

	Relay   mail.Relay
	Sender  mail.Sender
	Keys    []mail.Key
	Witness Witness // nil: only reports and people settle a doubt
	// Grace is how long after a doubt the witness is asked: longer than the relay waits on a silent connection.
	// 0: 15 minutes.
	Grace   time.Duration
	Workers int // connections to the relay; 0: 16
	Pace    Pace

	Now func() time.Time // the clock; nil: time.Now
	Out *slog.Logger     // nil: slog.Default()
}

// Service keeps the notices of an installation. Many goroutines may use it at once. Of several senders on one ledger, in this
// process or another, only the newest sends.
type Service struct {
	o     Options
	keys  sync.Map // exposure.IncidentID → *keys
	pacer *pacer
	poked chan struct{}
}

// installation is whose the notices are: not of one project.
const installation event.ProjectID = 0

// New makes a Service.
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Grace == 0 {
		o.Grace = 15 * time.Minute
	}
	if o.Workers == 0 {
		o.Workers = 16
	}
	if o.Out == nil {
		o.Out = slog.Default()
	}
	return &Service{o: o, pacer: newPacer(o.Pace), poked: make(chan struct{}, 1)}
}

// poke wakes Run.
func (s *Service) poke() {
	select {
	case s.poked <- struct{}{}:
	default:
	}
}
