package verify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/audit"
	"jejak/ground/meta"
)

// Fixed is a set of notices that can no longer change.
type Fixed struct {
	Incident exposure.IncidentID `json:"incident"`
	Version  int                 `json:"version"`
	Size     int64               `json:"notices"`
	Root     tlog.Hash           `json:"root"`
	Entry    int64               `json:"entry"` // of the audit log
}

// ErrFixed says that the notices of a version were fixed before, and are others.
var ErrFixed = errors.New("the notices of this version were fixed before and cannot change: make a new version")

// ErrNotFixed says that the notices of a version were not fixed.
var ErrNotFixed = errors.New("the notices of this version are not fixed")

// about is a set in the words of the audit log.
func (f Fixed) about() string {
	return fmt.Sprintf("incident %s, notices of version %d: %d, Merkle root %x", f.Incident, f.Version, f.Size, f.Root[:])
}

// Fix makes the number and the texts of the notices of a version final: the root of the tree over all of them goes into the audit
// log. Nothing may be sent before it returns nil. Doing it again with the same notices changes nothing; with others it is ErrFixed.
// Who may is for the caller to ask, who releases the notices.
func (d *Desk) Fix(ctx context.Context, incident exposure.IncidentID, version int, notices func(yield func(Leaf) error) error) (f Fixed, err error) {
	s, err := collect(notices)
	if err != nil {
		return f, fmt.Errorf("cannot fix the notices of %s: %w", incident, err)
	}
	f = Fixed{Incident: incident, Version: version, Size: s.size()}
	if f.Root, err = s.root(); err != nil {
		return f, fmt.Errorf("cannot fix the notices of %s: %w", incident, err)
	}
	err = d.o.DB.Write(ctx, func(tx *sql.Tx) error {
		before, _, err := readSet(ctx, tx, incident, version)
		switch {
		case err == nil && before.Root != f.Root:
			return ErrFixed
		case err == nil:
			f = before
			return nil
		case !errors.Is(err, ErrNotFixed):
			return err
		}
		return d.keep(ctx, tx, &f, s)
	})
	return f, err
}

func collect(notices func(yield func(Leaf) error) error) (*set, error) {
	var leaves []tlog.Hash
	err := notices(func(l Leaf) error {
		leaves = append(leaves, l.hash())
		return nil
	})
	if err != nil {
		return nil, err
	}
	return newSet(leaves)
}

// keep records a set. When it is recorded and then not kept, it is recorded once more: the same root.
func (d *Desk) keep(ctx context.Context, tx *sql.Tx, f *Fixed, s *set) (err error) {
	f.Entry, err = d.o.Log.Record(ctx, audit.Entry{
		Who: access.Caller(ctx).String(), Act: "notices.fixed", About: f.about(), Purpose: "incident response",
	})
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO notice_sets (incident, version, size, root, leaves, entry) VALUES ($1, $2, $3, $4, $5, $6)",
		f.Incident, f.Version, f.Size, f.Root[:], s.bytes(), f.Entry)
	if err != nil {
		return fmt.Errorf("cannot keep the set of notices: %w", err)
	}
	return nil
}

// Set is the fixed notices of a version. ErrNotFixed.
func (d *Desk) Set(ctx context.Context, incident exposure.IncidentID, version int) (f Fixed, err error) {
	err = d.o.DB.Read(ctx, func(tx *sql.Tx) (err error) {
		f, _, err = readSet(ctx, tx, incident, version)
		return err
	})
	return f, err
}

// isLater tells whether notices of a later version were fixed.
func (d *Desk) isLater(ctx context.Context, n Notice) (later bool, err error) {
	err = d.o.DB.Read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM notice_sets WHERE incident = $1 AND version > $2)", n.Incident, n.Version).Scan(&later)
	})
	if err != nil {
		return false, fmt.Errorf("cannot read which notices were fixed: %w", err)
	}
	return later, nil
}

// covered are the incidents whose notices were fixed: who is affected by them is known.
func covered(ctx context.Context, db *meta.DB) (list []exposure.IncidentID, err error) {
	err = db.Read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT DISTINCT incident FROM notice_sets ORDER BY incident")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var i exposure.IncidentID
			if err := rows.Scan(&i); err != nil {
				return err
			}
			list = append(list, i)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("cannot read which notices were fixed: %w", err)
	}
	return list, nil
}

func readSet(ctx context.Context, tx *sql.Tx, incident exposure.IncidentID, version int) (f Fixed, leaves []byte, err error) {
	f = Fixed{Incident: incident, Version: version}
	var root []byte
	err = tx.QueryRowContext(ctx, "SELECT size, root, leaves, entry FROM notice_sets WHERE incident = $1 AND version = $2", incident, version).
		Scan(&f.Size, &root, &leaves, &f.Entry)
	if errors.Is(err, sql.ErrNoRows) {
		return f, nil, ErrNotFixed
	}
	if err != nil {
		return f, nil, fmt.Errorf("cannot read the set of notices: %w", err)
	}
	if len(root) != tlog.HashSize || int64(len(leaves)) != f.Size*tlog.HashSize {
		return f, nil, errDamaged
	}
	f.Root = tlog.Hash(root)
	return f, leaves, nil
}
