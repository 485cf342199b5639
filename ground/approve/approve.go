// Package approve is the two-person rule: what one person asks for happens only after another has allowed exactly that,
// once. Every step is in the audit log before it counts.
package approve

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/audit"
	"jejak/ground/meta"
)

var (
	// ErrOwnRequest: nobody allows what they asked for themselves.
	ErrOwnRequest = errors.New("somebody else must allow this")
	// ErrChanged: what is to be allowed or done is not what was asked for.
	ErrChanged = errors.New("this is not what was asked for; ask again")
	// ErrOver: it was decided, used or has expired already.
	ErrOver = errors.New("this request is over; ask again")
	// ErrNotFound: there is no such request here.
	ErrNotFound = errors.New("there is no such request")
	// ErrNotGranted: nobody has allowed it yet.
	ErrNotGranted = errors.New("nobody has allowed this yet")
)

// Life is how long a request waits, and how long what was granted may be used.
const Life = 24 * time.Hour

// MaxTitle bounds a title, in bytes.
const MaxTitle = 500

// Decision is where a request stands.
type Decision string

// The decisions.
const (
	Open    Decision = "open"
	Granted Decision = "granted"
	Refused Decision = "refused"
	Used    Decision = "used"
)

// Hash is SHA-256 of what is asked for, in a form that differs when anything does.
type Hash [sha256.Size]byte

// Request is something that one person asked for.
type Request struct {
	ID        string
	Project   event.ProjectID // 0: the installation
	Act       audit.Act
	Hash      Hash
	Title     string // what the second person reads
	AskedBy   string
	Asked     time.Time
	Expires   time.Time
	Decision  Decision
	DecidedBy string // empty while open
}

// Desk keeps the requests of an installation. Many goroutines may use it at once.
type Desk struct {
	db  *meta.DB
	log *audit.Log
	now func() time.Time
}

// New makes a Desk. now is the clock; nil means time.Now.
func New(db *meta.DB, log *audit.Log, now func() time.Time) *Desk {
	if now == nil {
		now = time.Now
	}
	return &Desk{db, log, now}
}

// Ask files a request. It needs a signed-in user who may Read the project. The title is shown to the second person; it holds
// no personal value.
func (d *Desk) Ask(ctx context.Context, p event.ProjectID, act audit.Act, h Hash, title string) (Request, error) {
	who, err := person(ctx, p, access.Read)
	if err != nil {
		return Request{}, err
	}
	if title == "" || len(title) > MaxTitle {
		return Request{}, fmt.Errorf("cannot ask for this: a title has 1 to %d bytes", MaxTitle)
	}
	now := d.now().UTC().Truncate(time.Millisecond)
	r := Request{ID: newID(), Project: p, Act: act, Hash: h, Title: title, AskedBy: who, Asked: now, Expires: now.Add(Life), Decision: Open}
	if err := d.record(ctx, who, "approval.asked", r); err != nil {
		return Request{}, err
	}
	err = d.db.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO approvals (id, project, act, hash, title, asked_by, asked, expires)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			r.ID, r.Project, r.Act, r.Hash[:], r.Title, r.AskedBy, r.Asked.UnixMilli(), r.Expires.UnixMilli())
		return err
	})
	if err != nil {
		return Request{}, fmt.Errorf("cannot keep the request: %w", err)
	}
	return r, nil
}

// Grant allows a request. It needs Approve, by another user than asked. h is the hash of what the second person was shown.
// ErrOwnRequest, ErrChanged, ErrOver, ErrNotFound.
func (d *Desk) Grant(ctx context.Context, p event.ProjectID, id string, h Hash) (Request, error) {
	return d.decide(ctx, p, id, &h, Granted, "approval.granted")
}

// Refuse ends a request. It needs Approve; who asked may take their own request back.
func (d *Desk) Refuse(ctx context.Context, p event.ProjectID, id string) (Request, error) {
	return d.decide(ctx, p, id, nil, Refused, "approval.refused")
}

func (d *Desk) decide(ctx context.Context, p event.ProjectID, id string, h *Hash, to Decision, act audit.Act) (Request, error) {
	right := access.Approve
	if to == Refused {
		right = access.Read // who asked may take it back
	}
	who, err := person(ctx, p, right)
	if err != nil {
		return Request{}, err
	}
	r, err := d.unscopedRead(ctx, id)
	if err != nil {
		return Request{}, err
	}
	if r.Project != p {
		return Request{}, ErrNotFound
	}
	if err := d.mayDecide(ctx, r, to, who); err != nil {
		return Request{}, err
	}
	if h != nil && subtle.ConstantTimeCompare(h[:], r.Hash[:]) != 1 {
		return Request{}, ErrChanged
	}
	if r.Decision != Open || !d.now().Before(r.Expires) {
		return Request{}, ErrOver
	}
	if err := d.record(ctx, who, act, r); err != nil {
		return Request{}, err
	}
	return r, d.move(ctx, &r, Open, to, who)
}

func (d *Desk) mayDecide(ctx context.Context, r Request, to Decision, who string) error {
	switch {
	case who != r.AskedBy:
		return access.May(ctx, r.Project, access.Approve)
	case to == Granted:
		return ErrOwnRequest
	default:
		return nil
	}
}

// Use spends what was granted: it succeeds once, for who asked, for exactly this act and hash. The act itself follows.
// ErrNotGranted, ErrChanged, ErrOver, ErrNotFound.
func (d *Desk) Use(ctx context.Context, id string, act audit.Act, h Hash) error {
	r, err := d.unscopedRead(ctx, id)
	if err != nil {
		return err
	}
	who := access.Caller(ctx).String()
	switch {
	case who != r.AskedBy:
		return ErrNotFound
	case act != r.Act || subtle.ConstantTimeCompare(h[:], r.Hash[:]) != 1:
		return ErrChanged
	case r.Decision == Open && d.now().Before(r.Expires):
		return ErrNotGranted
	case r.Decision != Granted || !d.now().Before(r.Expires):
		return ErrOver
	}
	if err := d.record(ctx, who, "approval.used", r); err != nil {
		return err
	}
	return d.move(ctx, &r, Granted, Used, "")
}

// List is the requests of a project, the newest first, at most 200. It needs Read.
func (d *Desk) List(ctx context.Context, p event.ProjectID) (list []Request, err error) {
	if _, err := person(ctx, p, access.Read); err != nil {
		return nil, err
	}
	err = d.db.Read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, columns+" WHERE project = $1 ORDER BY asked DESC, id LIMIT 200", p)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			r, err := scan(rows)
			if err != nil {
				return err
			}
			list = append(list, r)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("cannot list the requests: %w", err)
	}
	return list, nil
}

// person is the caller, when it is a signed-in user who may do the act: scripts ask for nothing and allow nothing.
func person(ctx context.Context, p event.ProjectID, a access.Act) (string, error) {
	if err := access.May(ctx, p, a); err != nil {
		return "", err
	}
	if access.Caller(ctx).Kind != access.User {
		return "", access.ErrForbidden
	}
	return access.Caller(ctx).String(), nil
}

func (d *Desk) record(ctx context.Context, who string, act audit.Act, r Request) error {
	about := fmt.Sprintf("request %s: %s %s", r.ID, r.Act, hex.EncodeToString(r.Hash[:]))
	_, err := d.log.Record(ctx, audit.Entry{Who: who, Act: act, Project: r.Project, About: about})
	return err
}

const columns = "SELECT id, project, act, hash, title, asked_by, asked, expires, decision, COALESCE(decided_by, '') FROM approvals"

type scanner interface{ Scan(to ...any) error }

func scan(row scanner) (r Request, err error) {
	var hash []byte
	var asked, expires int64
	err = row.Scan(&r.ID, &r.Project, &r.Act, &hash, &r.Title, &r.AskedBy, &asked, &expires, &r.Decision, &r.DecidedBy)
	copy(r.Hash[:], hash)
	r.Asked, r.Expires = time.UnixMilli(asked).UTC(), time.UnixMilli(expires).UTC()
	return r, err
}

// unscopedRead reads a request of any project: who may see it, its callers ask.
func (d *Desk) unscopedRead(ctx context.Context, id string) (r Request, err error) {
	err = d.db.Read(ctx, func(tx *sql.Tx) error {
		r, err = scan(tx.QueryRowContext(ctx, columns+" WHERE id = $1", id))
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return Request{}, ErrNotFound
	}
	if err != nil {
		return Request{}, fmt.Errorf("cannot read the request: %w", err)
	}
	return r, nil
}

// move changes the decision, unless somebody was faster: of two, one gets ErrOver.
func (d *Desk) move(ctx context.Context, r *Request, from, to Decision, by string) error {
	err := d.db.Write(ctx, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE approvals SET decision = $1, decided_by = COALESCE(NULLIF($2, ''), decided_by), decided = $3
			WHERE id = $4 AND decision = $5`, to, by, d.now().UnixMilli(), r.ID, from)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n != 1 {
			return errors.Join(err, ErrOver)
		}
		return nil
	})
	if errors.Is(err, ErrOver) {
		return ErrOver
	}
	if err != nil {
		return fmt.Errorf("cannot keep the decision: %w", err)
	}
	r.Decision = to
	if by != "" {
		r.DecidedBy = by
	}
	return nil
}

func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
