// Package verify lets whoever received a notice find out whether it is ours: by the code in it, by the mail itself, and by a proof
// that needs nobody's word. And it answers "was I affected?" to the mailbox alone, so that the page tells nobody else.
package verify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/audit"
	"jejak/ground/meta"
)

// Notice is one that went out, as its recipient's page shows it.
type Notice struct {
	Incident exposure.IncidentID
	Version  int
	Mailbox  Mailbox   // that it goes to
	Masked   string    // the same as Mask makes it
	Sent     time.Time // zero: it is fixed and has not gone out yet
	Subject  string
	Text     string // to the byte, apart from what TextHash forgives
	Later    bool   // notices of a later version were fixed; set by the Desk
}

// ErrUnknown says that no notice has a code.
var ErrUnknown = errors.New("no notice has this code")

// Notices finds a notice by its code. It MUST return ErrUnknown when none has it, and MUST NOT return a notice of another code.
type Notices interface {
	ByCode(ctx context.Context, code Code) (Notice, error)
}

// Log is what a Desk needs of the audit log. Record MUST NOT return nil before the entry is durable.
type Log interface {
	Record(ctx context.Context, e audit.Entry) (index int64, err error)
	Entry(index int64) (json.RawMessage, error)
	Prove(index int64) (tlog.RecordProof, []byte, error)
}

// Options of a Desk. DB, Codes, Log and Notices are required.
type Options struct {
	DB      *meta.DB
	Codes   Codes
	Log     Log
	Notices Notices
	Seal    Sealing          // of mails: whom and what to believe
	Alarm   func(Replay)     // told once for each code that is seen in too many places; it MUST NOT wait. nil: nobody
	Now     func() time.Time // nil: time.Now
}

// Desk answers whether a notice is ours. Many goroutines may use it at once.
type Desk struct {
	o     Options
	sets  sets
	seen  *sightings
	tries *access.Limit // codes that no notice has
	mails *access.Limit // mails to check: they cost more
}

// How often somebody may try, for each network.
const (
	triesBurst = 20
	triesEvery = 30 * time.Minute
	mailsBurst = 20
	mailsEvery = time.Minute
)

// New makes a Desk.
func New(o Options) *Desk {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Alarm == nil {
		o.Alarm = func(Replay) {}
	}
	return &Desk{o: o, seen: newSightings(), tries: access.NewLimit(triesEvery, triesBurst), mails: access.NewLimit(mailsEvery, mailsBurst)}
}

// Shown is what the page of a code shows.
type Shown struct {
	Notice
	Code     Code
	Replayed bool   // the code was seen in many places: somebody sends copies of it around
	Proof    *Proof // nil: the notice is not among those that were fixed
}

// ErrTooMany says that too many codes were tried from a network.
var ErrTooMany = errors.New("too many attempts from your network: try again later")

// Show is the notice that has a code. ErrUnknown for what is no code, and for one that no notice has: which of the two is not told.
// ErrTooMany.
func (d *Desk) Show(ctx context.Context, typed string, from netip.Addr) (s Shown, err error) {
	now := d.o.Now()
	if d.tries.Take(now, network(from)) != nil {
		return s, ErrTooMany
	}
	s.Notice, s.Code, err = d.find(ctx, typed)
	if err != nil {
		return s, err
	}
	d.tries.GiveBack(network(from)) // who has a code is no guesser
	if s.Replayed, err = d.sight(ctx, s, from); err != nil {
		return s, err
	}
	p, err := d.prove(ctx, s.Code, s.Notice)
	if errors.Is(err, ErrNotFixed) {
		return s, nil
	}
	s.Proof = &p
	return s, err
}

// find looks a code up and believes nobody: a row of the ledger that no key of ours made is no notice.
func (d *Desk) find(ctx context.Context, typed string) (n Notice, c Code, err error) {
	if c, err = ParseCode(typed); err != nil {
		return n, c, ErrUnknown
	}
	n, err = d.o.Notices.ByCode(ctx, c)
	if err != nil && !errors.Is(err, ErrUnknown) {
		return n, c, fmt.Errorf("cannot look a notice up: %w", err)
	}
	if err != nil || !d.o.Codes.isOf(c, n.Incident, n.Version, n.Mailbox) {
		return Notice{}, c, ErrUnknown
	}
	n.Later, err = d.isLater(ctx, n)
	return n, c, err
}
