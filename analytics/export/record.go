package export

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/vault"
)

// row is a Record with what is sealed of it.
type row struct {
	Record
	key, spec []byte
}

const columns = `SELECT id, project, mark, content, format, purpose, asked_by, asked, max_rows, approval, state, COALESCE(began, 0), COALESCE(ended, 0),
	rows, canaries, bytes, sha256, key, spec FROM exports `

func scan(from scanner) (r row, err error) {
	var asked, began, ended int64
	err = from.Scan(&r.ID, &r.Project, &r.Mark, &r.Content, &r.Format, &r.Purpose, &r.AskedBy, &asked, &r.MaxRows, &r.Approval, &r.State, &began, &ended,
		&r.Rows, &r.Canaries, &r.Bytes, &r.SHA256, &r.key, &r.spec)
	r.Asked, r.Began, r.Ended = instant(asked), instant(began), instant(ended)
	return r, err
}

type scanner interface{ Scan(to ...any) error }

func instant(millis int64) time.Time {
	if millis == 0 {
		return time.Time{}
	}
	return time.UnixMilli(millis).UTC()
}

func newID() ID {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return ID(hex.EncodeToString(b[:]))
}

// keep draws the export's key and writes all of it down, in one transaction.
func (d *Desk) keep(ctx context.Context, r Record, s Spec) (Record, error) {
	var key Key
	_, _ = rand.Read(key[:]) // never fails
	sealed, err := d.Vault.SealOwn(r.Project, vault.ExportKey, string(r.ID), key[:])
	if err != nil {
		return Record{}, err
	}
	text, err := json.Marshal(s)
	if err != nil {
		return Record{}, fmt.Errorf("cannot write down an export: %w", err)
	}
	spec, err := d.Vault.SealOwn(r.Project, vault.ExportSpec, string(r.ID), text)
	if err != nil {
		return Record{}, err
	}
	err = d.DB.Write(ctx, func(tx *sql.Tx) error {
		if r.Mark, err = freeMark(ctx, tx); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO exports (id, project, mark, key, spec, content, format, purpose, asked_by, asked, max_rows, approval)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			r.ID, r.Project, r.Mark, sealed, spec, r.Content, r.Format, r.Purpose, r.AskedBy, r.Asked.UnixMilli(), r.MaxRows, r.Approval)
		return err
	})
	if err != nil {
		return Record{}, fmt.Errorf("cannot write down an export: %w", err)
	}
	return r, nil
}

// freeMark draws a mark that no export has.
func freeMark(ctx context.Context, tx *sql.Tx) (Mark, error) {
	for {
		var b [4]byte
		_, _ = rand.Read(b[:]) // never fails
		m, taken := Mark(binary.BigEndian.Uint32(b[:])), 0
		if err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM exports WHERE mark = $1", m).Scan(&taken); err != nil || taken == 0 {
			return m, err
		}
	}
}

// read is an export of the project; access.ErrNotFound.
func (d *Desk) read(ctx context.Context, p event.ProjectID, id ID) (r row, err error) {
	err = d.DB.Read(ctx, func(tx *sql.Tx) error {
		r, err = scan(tx.QueryRowContext(ctx, columns+"WHERE id = $1 AND project = $2", id, p))
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return row{}, access.ErrNotFound
	}
	if err != nil {
		return row{}, fmt.Errorf("cannot read an export: %w", err)
	}
	return r, nil
}

// List is what left the project and what is about to, the newest first, at most 1,000. It needs Read.
func (d *Desk) List(ctx context.Context, p event.ProjectID) (list []Record, err error) {
	if err := access.May(ctx, p, access.Read); err != nil {
		return nil, err
	}
	all, err := d.list(ctx, "WHERE project = $1 ORDER BY asked DESC, id LIMIT 1000", p)
	for _, r := range all {
		list = append(list, r.Record)
	}
	return list, err
}

func (d *Desk) list(ctx context.Context, which string, args ...any) (list []row, err error) {
	err = d.DB.Read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, columns+which, args...)
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
		return nil, fmt.Errorf("cannot list the exports: %w", err)
	}
	return list, nil
}

// takenBy is how many rows a caller has taken out since a time, or may still take out with what was asked for and needs nobody else. What
// a second person has allowed does not count.
func (d *Desk) takenBy(ctx context.Context, who string, since time.Time) (n int64, err error) {
	err = d.DB.Read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT COALESCE(SUM(CASE WHEN state IN ('asked', 'running') THEN max_rows ELSE rows END), 0)
			FROM exports WHERE asked_by = $1 AND asked > $2 AND approval = '' AND content <> 'answer'`, who, since.UnixMilli()).Scan(&n)
	})
	if err != nil {
		return 0, fmt.Errorf("cannot count the rows of exports: %w", err)
	}
	return n, nil
}

// move changes the state, unless somebody was faster: ErrOver.
func (d *Desk) move(ctx context.Context, id ID, from, to State) error {
	column := "ended"
	if to == Running {
		column = "began"
	}
	err := d.DB.Write(ctx, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, "UPDATE exports SET state = $1, "+column+" = $2 WHERE id = $3 AND state = $4", to, d.Now().UnixMilli(), id, from)
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
		return fmt.Errorf("cannot note the state of an export: %w", err)
	}
	return nil
}

// finish writes down how an export ended.
func (d *Desk) finish(ctx context.Context, r Record) error {
	err := d.DB.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE exports SET state = $1, ended = $2, rows = $3, canaries = $4, bytes = $5, sha256 = $6 WHERE id = $7",
			r.State, r.Ended.UnixMilli(), r.Rows, r.Canaries, r.Bytes, r.SHA256, r.ID)
		return err
	})
	if err != nil {
		return fmt.Errorf("cannot note the end of an export: %w", err)
	}
	return nil
}

// Recover notes that exports which ran when the server died are broken; all rows that they might have had count as gone. Call it before
// the first export.
func (d *Desk) Recover(ctx context.Context) error {
	err := d.DB.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE exports SET state = 'broken', rows = max_rows, ended = $1 WHERE state = 'running'", d.Now().UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("cannot note which exports broke off: %w", err)
	}
	return nil
}
