package notify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/incident/notify/mail"
	"jejak/incident/notify/text"
)

// rowState is where one notice stands.
//
//	planned → claimed → handing → accepted
//	   ↑         |         | \
//	   +---------+---------+  in_doubt → accepted, or planned again: by the witness, a report or a person
//	                       \
//	                        bounced (another mailbox of the recipient has a row) or unreachable
type rowState string

const (
	planned     rowState = "planned"     // to be sent, not before due
	claimed     rowState = "claimed"     // by a sender; the relay cannot have it
	handing     rowState = "handing"     // the final dot may have been sent
	accepted    rowState = "accepted"    // the relay has it
	inDoubt     rowState = "in_doubt"    // the final dot may have been sent, and no answer came
	bounced     rowState = "bounced"     // another mailbox is tried in its place
	unreachable rowState = "unreachable" // no mailbox of the recipient takes it
)

// errFenced says that a newer sender is at work, or that the row is not where this sender thinks.
var errFenced = errors.New("another sender has taken over")

// change is one that the committer makes together with others.
type change struct {
	id       int64
	from, to rowState
	why      string
	due      time.Time // of planned
	put      bool      // it was put off by the relay: it counts as a try
	epoch    int64
	done     chan error
}

func (s *Service) apply(ctx context.Context, tx *sql.Tx, c change) error {
	now := s.o.Now().UnixMilli()
	var due, put int64
	if !c.due.IsZero() {
		due = c.due.UnixMilli()
	}
	if c.put {
		put = 1
	}
	done, err := tx.ExecContext(ctx, `UPDATE notices SET state = $1, why = $2, due = $3, tries = tries + $4, changed = $5,
		first = CASE WHEN $4 = 1 AND first = 0 THEN $5 ELSE first END WHERE id = $6 AND state = $7 AND epoch = $8`,
		c.to, c.why, due, put, now, c.id, c.from, c.epoch)
	if err != nil {
		return fmt.Errorf("cannot keep what became of a notice: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, errFenced)
	}
	return nil
}

// fail ends a row whose mailbox does not take it: another of the recipient's gets a row in its place, unless it is somebody's already.
func (s *Service) fail(ctx context.Context, tx *sql.Tx, f text.Facts, k *keys, id int64, from rowState, why string) error {
	var m, sealed []byte
	err := tx.QueryRowContext(ctx, "SELECT mailbox, sealed FROM notices WHERE id = $1 AND state = $2", id, from).Scan(&m, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return errFenced
	}
	if err != nil {
		return fmt.Errorf("cannot read a notice: %w", err)
	}
	r, err := k.open(f.Version, mailboxIndex(m), sealed)
	if err != nil {
		return err
	}
	to, err := s.tryOther(ctx, tx, f, k, id, r)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "UPDATE notices SET state = $1, why = $2, changed = $3 WHERE id = $4", to, why, s.o.Now().UnixMilli(), id)
	if err != nil {
		return fmt.Errorf("cannot keep what became of a notice: %w", err)
	}
	return nil
}

func (s *Service) tryOther(ctx context.Context, tx *sql.Tx, f text.Facts, k *keys, id int64, r recipient) (rowState, error) {
	for n, other := range r.Others {
		m := k.indexOf(other)
		var taken int
		err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM notices WHERE incident = $1 AND version = $2 AND mailbox = $3", f.Incident, f.Version, m[:]).Scan(&taken)
		if err != nil {
			return "", fmt.Errorf("cannot look for another mailbox: %w", err)
		}
		if taken > 0 {
			continue
		}
		r.To, r.Others = other, r.Others[n+1:]
		insert, err := tx.PrepareContext(ctx, insertNotice)
		if err != nil {
			return "", fmt.Errorf("cannot keep a notice: %w", err)
		}
		defer insert.Close()
		return bounced, s.keepNotice(ctx, insert, k, f, m, &r, &id)
	}
	return unreachable, nil
}

// Progress is what became of every notice of a version, at one moment.
// Notices = Accepted + Bounced + Unreachable + Open, always.
type Progress struct {
	Plan
	Notices     int `json:"notices"`     // rows of the ledger: those planned, and one for each further mailbox
	Accepted    int `json:"accepted"`    // the relay has it
	Bounced     int `json:"bounced"`     // another mailbox of the recipient got a notice in its place
	Unreachable int `json:"unreachable"` // no mailbox takes it
	Open        int `json:"open"`
	// Of the open ones:
	Deferred int `json:"deferred"` // put off by the relay at least once
	InFlight int `json:"in_flight"`
	InDoubt  int `json:"in_doubt"`
	// Undecided are those in doubt for longer than half an hour after the witness was asked: a person decides.
	Undecided  int               `json:"undecided"`
	Reasons    map[string]int    `json:"reasons"`   // of bounced and unreachable
	Providers  map[string]Counts `json:"providers"` // all but the large ones together
	Reconciled bool              `json:"reconciled"`
}

// Counts are those of one provider.
type Counts struct {
	Notices  int `json:"notices"`
	Accepted int `json:"accepted"`
	Open     int `json:"open"`
}

// undecidedAfter is how long a doubt waits for a report before a person is asked.
const undecidedAfter = 30 * time.Minute

// Progress tells how far a version is. It needs Follow. ErrNotFound.
func (s *Service) Progress(ctx context.Context, i exposure.IncidentID, n int) (p Progress, err error) {
	if err := access.May(ctx, installation, access.Follow); err != nil {
		return p, err
	}
	return s.progress(ctx, i, n)
}

func (s *Service) progress(ctx context.Context, i exposure.IncidentID, n int) (p Progress, err error) {
	p.Reasons, p.Providers = map[string]int{}, map[string]Counts{}
	late := s.o.Now().Add(-s.o.Grace - undecidedAfter).UnixMilli()
	err = s.o.DB.Read(ctx, func(tx *sql.Tx) error {
		v, err := readVersion(ctx, tx, i, n)
		if err != nil {
			return err
		}
		p.Plan = v.Plan
		rows, err := tx.QueryContext(ctx, `SELECT state, provider, why, tries > 0, state = 'in_doubt' AND changed < $3, COUNT(*)
			FROM notices WHERE incident = $1 AND version = $2 GROUP BY 1, 2, 3, 4, 5`, i, n, late)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var state rowState
			var provider, why string
			var tried, old bool
			var count int
			if err := rows.Scan(&state, &provider, &why, &tried, &old, &count); err != nil {
				return err
			}
			p.add(state, provider, why, tried, old, count)
		}
		return rows.Err()
	})
	p.Reconciled = p.Notices == p.Accepted+p.Bounced+p.Unreachable+p.Open
	return p, err
}

func (p *Progress) add(state rowState, provider, why string, tried, old bool, n int) {
	c := p.Providers[provider]
	p.Notices += n
	c.Notices += n
	switch state {
	case accepted:
		p.Accepted += n
		c.Accepted += n
	case bounced:
		p.Bounced += n
		p.Reasons[why] += n
	case unreachable:
		p.Unreachable += n
		p.Reasons[why] += n
	case planned, claimed, handing, inDoubt:
		p.Open += n
		c.Open += n
		p.ofOpen(state, tried, old, n)
	}
	p.Providers[provider] = c
}

func (p *Progress) ofOpen(state rowState, tried, old bool, n int) {
	switch {
	case state == inDoubt:
		p.InDoubt += n
		if old {
			p.Undecided += n
		}
	case state != planned:
		p.InFlight += n
	case tried:
		p.Deferred += n
	}
}

// Issued is a notice as the page for checking it shows it.
type Issued struct {
	Incident exposure.IncidentID
	Version  int
	Sent     time.Time // when it was released
	Index    [16]byte  // of the mailbox, as Codes know it
	To       string    // the mailbox: it MUST be masked before it is shown
	Subject  string
	Body     string
}

// ByCode finds the notice that a code was issued for; false when there is none, or it was not released. It needs no right: who has
// the code has the notice.
func (s *Service) ByCode(ctx context.Context, code string) (n Issued, ok bool, err error) {
	r, err := s.find(ctx, "code", codeIndexOf(code))
	if errors.Is(err, sql.ErrNoRows) {
		return n, false, nil
	}
	if err != nil {
		return n, false, fmt.Errorf("cannot look a code up: %w", err)
	}
	v, err := s.version(ctx, r.incident, r.version)
	if err != nil || v.Released == nil {
		return n, false, err
	}
	k, err := s.keysOf(ctx, r.incident)
	if err != nil {
		return n, false, err
	}
	to, msg, err := s.read(k, v, r)
	if err != nil {
		return n, false, err
	}
	return Issued{v.Incident, v.Version, *v.Released, r.mailbox, to.To, msg.Subject, msg.Body}, true, nil
}

func codeIndexOf(code string) []byte {
	i := codeIndex(code)
	return i[:]
}

// row is one of the ledger.
type row struct {
	id       int64
	incident exposure.IncidentID
	version  int
	mailbox  mailboxIndex
	token    mail.Token
	text     [32]byte
	sealed   []byte
	state    rowState
	epoch    int64
	tries    int
	first    int64
	provider string
}

const rowColumns = "SELECT id, incident, version, mailbox, token, text, sealed, state, epoch, tries, first, provider FROM notices"

func scanRow(from interface{ Scan(...any) error }) (r row, err error) {
	var mailbox, token, text []byte
	err = from.Scan(&r.id, &r.incident, &r.version, &mailbox, &token, &text, &r.sealed, &r.state, &r.epoch, &r.tries, &r.first, &r.provider)
	if err != nil {
		return r, err
	}
	if len(mailbox) != 16 || len(token) != 16 || len(text) != 32 {
		return r, errors.New("cannot read a notice: it is damaged")
	}
	r.mailbox, r.token, r.text = mailboxIndex(mailbox), mail.Token(token), [32]byte(text)
	return r, nil
}

// find reads the row that has a value in a column: code or token.
func (s *Service) find(ctx context.Context, column string, value []byte) (r row, err error) {
	err = s.o.DB.Read(ctx, func(tx *sql.Tx) error {
		r, err = scanRow(tx.QueryRowContext(ctx, rowColumns+" WHERE "+column+" = $1", value))
		return err
	})
	return r, err
}

// read opens the recipient of a row and makes their text anew; it is the one that was released, or ErrChanged.
func (s *Service) read(k *keys, v version, r row) (to recipient, m text.Message, err error) {
	if to, err = k.open(v.Version, r.mailbox, r.sealed); err != nil {
		return to, m, err
	}
	code, err := s.code(k, v.Version, r.mailbox)
	if err != nil {
		return to, m, err
	}
	if m, err = text.Render(v.facts, to.notice(code)); err != nil {
		return to, m, err
	}
	if textHash(m) != r.text {
		return to, m, ErrChanged
	}
	return to, m, nil
}
