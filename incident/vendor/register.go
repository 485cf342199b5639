package vendor

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/approve"
	"jejak/ground/audit"
	"jejak/ground/meta"
	"jejak/ground/vault"
)

// Vault is what a Register needs of the vault.
type Vault interface {
	SealOwn(p event.ProjectID, what vault.Own, name string, plain []byte) ([]byte, error)
	OpenOwn(p event.ProjectID, what vault.Own, name string, sealed []byte) ([]byte, error)
}

// Log is what a Register needs of the audit log. Record MUST NOT return nil before the entry is durable.
type Log interface {
	Record(ctx context.Context, e audit.Entry) (index int64, err error)
}

// Desk is the two-person rule. Require MUST NOT return nil before a second person has allowed exactly this.
type Desk interface {
	Require(ctx context.Context, p event.ProjectID, act audit.Act, h approve.Hash, title string) error
}

// Forwarders are what sends events on to others. Stop MUST NOT return nil while anything to these domains can still be sent.
type Forwarders interface {
	Stop(ctx context.Context, domains []string) error
}

// Options of a Register. Meta, Vault, Log and Desk are required.
type Options struct {
	Meta       *meta.DB
	Vault      Vault
	Log        Log
	Desk       Desk
	Forwarders Forwarders       // nil: there are none
	Own        []string         // registrable domains of the installation itself: never a finding, never cut off
	Now        func() time.Time // nil: time.Now
}

// Register keeps the vendors of an installation. Many goroutines, and several processes, may use it at once.
type Register struct{ o Options }

// New makes a Register.
func New(o Options) *Register {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Register{o}
}

// mayRead is for what an incident lead and an auditor may see.
func mayRead(ctx context.Context) error { return access.May(ctx, installation, access.Follow) }

func mayAct(ctx context.Context) error { return access.May(ctx, installation, access.Respond) }

func (r *Register) now() time.Time { return r.o.Now().UTC().Truncate(time.Second) }

func (r *Register) record(ctx context.Context, act audit.Act, about string) error {
	_, err := r.o.Log.Record(ctx, audit.Entry{Who: access.Caller(ctx).String(), Act: act, About: about})
	return err
}

// Save makes a vendor (ID 0) or changes one: Version is the one that is changed. It needs Respond. access.Invalid,
// access.ErrNotFound, ErrChanged.
func (r *Register) Save(ctx context.Context, v Vendor) (Vendor, error) {
	if err := mayAct(ctx); err != nil {
		return v, err
	}
	if err := v.normalise(); err != nil {
		return v, err
	}
	if err := r.record(ctx, "vendor.saved", fmt.Sprintf("vendor %d", v.ID)); err != nil {
		return v, err
	}
	row, err := r.prepare(ctx, kindVendor, int64(v.ID), v.Version, func(id int64, version int) any {
		v.ID, v.Version = ID(id), version
		return v
	})
	if err != nil {
		return v, err
	}
	return v, r.keep(ctx, row)
}

// List is all vendors by their numbers. It needs Follow.
func (r *Register) List(ctx context.Context) ([]Vendor, error) {
	if err := mayRead(ctx); err != nil {
		return nil, err
	}
	return all[Vendor](ctx, r, kindVendor)
}

// Get is one. It needs Follow. access.ErrNotFound.
func (r *Register) Get(ctx context.Context, id ID) (Vendor, error) {
	if err := mayRead(ctx); err != nil {
		return Vendor{}, err
	}
	return one[Vendor](ctx, r, kindVendor, int64(id))
}

// The kinds of records.
const (
	kindVendor = "vendor"
	kindCut    = "cut"
	kindReview = "review"
	kindExit   = "exit"
	kindRun    = "run"
)

// maxRecords bounds how many of a kind there are.
var maxRecords = map[string]int64{kindVendor: MaxVendors, kindCut: 5000, kindReview: 20000, kindExit: 5000, kindRun: 20000}

func nameOf(kind string, id int64, version int) string {
	return fmt.Sprintf("%s %d v%d", kind, id, version)
}

// row is the next version of a record, sealed. It is made outside of a transaction: the vault may have to write a key first.
type row struct {
	kind    string
	id      int64
	version int
	closed  []byte
}

// prepare makes the next version of a record; id 0 makes a new one. version is the one that is changed: ErrChanged when another is the
// newest. body is told the number and the version that the record gets.
func (r *Register) prepare(ctx context.Context, kind string, id int64, version int, body func(int64, int) any) (w row, err error) {
	err = r.o.Meta.Read(ctx, func(tx *sql.Tx) error {
		if id != 0 {
			return mustBeNewest(ctx, tx, kind, id, version)
		}
		version = 0
		if err := tx.QueryRowContext(ctx, "SELECT COALESCE(MAX(id), 0) + 1 FROM vendor_records WHERE kind = $1", kind).Scan(&id); err != nil {
			return fmt.Errorf("cannot number a record of a vendor: %w", err)
		}
		if id > maxRecords[kind] {
			return invalid("", "too_many", "there are %d of these already, the most that are possible", maxRecords[kind])
		}
		return nil
	})
	if err != nil {
		return w, err
	}
	w = row{kind: kind, id: id, version: version + 1}
	text, err := json.Marshal(body(w.id, w.version))
	if err != nil {
		return w, fmt.Errorf("cannot write a record of a vendor: %w", err)
	}
	if len(text) > maxBody {
		return w, invalid("", "too_long", "this has %d bytes, at most %d are possible", len(text), maxBody)
	}
	w.closed, err = r.o.Vault.SealOwn(installation, vault.VendorRecord, nameOf(w.kind, w.id, w.version), text)
	return w, err
}

// keep writes rows, all or none.
func (r *Register) keep(ctx context.Context, rows ...row) error {
	return r.o.Meta.Write(ctx, func(tx *sql.Tx) error { return r.insert(ctx, tx, rows...) })
}

// insert is keep within a transaction. ErrChanged when somebody was faster.
func (r *Register) insert(ctx context.Context, tx *sql.Tx, rows ...row) error {
	for _, w := range rows {
		done, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO vendor_records (kind, id, version, at, who, body) VALUES ($1, $2, $3, $4, $5, $6)",
			w.kind, w.id, w.version, r.now().Unix(), access.Caller(ctx).String(), w.closed)
		if err != nil {
			return fmt.Errorf("cannot keep a record of a vendor: %w", err)
		}
		if n, err := done.RowsAffected(); err != nil || n != 1 {
			return errors.Join(err, ErrChanged)
		}
	}
	return nil
}

func mustBeNewest(ctx context.Context, tx *sql.Tx, kind string, id int64, version int) error {
	var newest int
	err := tx.QueryRowContext(ctx, "SELECT COALESCE(MAX(version), 0) FROM vendor_records WHERE kind = $1 AND id = $2", kind, id).Scan(&newest)
	switch {
	case err != nil:
		return fmt.Errorf("cannot look for a record of a vendor: %w", err)
	case newest == 0:
		return access.ErrNotFound
	case newest != version:
		return ErrChanged
	}
	return nil
}

const newest = `SELECT id, version, body FROM vendor_records AS n WHERE kind = $1
	AND version = (SELECT MAX(version) FROM vendor_records WHERE kind = n.kind AND id = n.id)`

// all is the newest version of each record of a kind, by number.
func all[T any](ctx context.Context, r *Register, kind string) ([]T, error) {
	return unscopedAll[T](ctx, r, newest+" ORDER BY id", kind)
}

func one[T any](ctx context.Context, r *Register, kind string, id int64) (v T, err error) {
	list, err := unscopedAll[T](ctx, r, newest+" AND id = $2", kind, id)
	if err != nil {
		return v, err
	}
	if len(list) == 0 {
		return v, access.ErrNotFound
	}
	return list[0], nil
}

// unscopedAll reads records; its callers have asked who may.
func unscopedAll[T any](ctx context.Context, r *Register, query, kind string, a ...any) ([]T, error) {
	var rows []row
	err := r.o.Meta.Read(ctx, func(tx *sql.Tx) error {
		found, err := tx.QueryContext(ctx, query, slices.Concat([]any{kind}, a)...)
		if err != nil {
			return fmt.Errorf("cannot read the records of vendors: %w", err)
		}
		defer found.Close()
		for found.Next() {
			w := row{kind: kind}
			if err := found.Scan(&w.id, &w.version, &w.closed); err != nil {
				return fmt.Errorf("cannot read a record of a vendor: %w", err)
			}
			rows = append(rows, w)
		}
		return found.Err()
	})
	if err != nil {
		return nil, err
	}
	list := make([]T, len(rows))
	for i, w := range rows {
		if err := r.open(w, &list[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (r *Register) open(w row, to any) error {
	text, err := r.o.Vault.OpenOwn(installation, vault.VendorRecord, nameOf(w.kind, w.id, w.version), w.closed)
	if err == nil {
		err = json.Unmarshal(text, to)
	}
	if err != nil {
		return fmt.Errorf("cannot read %s: %w", nameOf(w.kind, w.id, w.version), err)
	}
	return nil
}
