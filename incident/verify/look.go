package verify

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"jejak/exposure"
	"jejak/ground/access"
)

// Checks is what is known of the notices of an incident from their being checked.
type Checks struct {
	Fixed   []Fixed  `json:"fixed"`   // by version
	Replays []Replay `json:"replays"` // the newest first, 100 at most
}

// Checks are those of an incident. It needs Follow.
func (d *Desk) Checks(ctx context.Context, incident exposure.IncidentID) (c Checks, err error) {
	if err := access.May(ctx, installation, access.Follow); err != nil {
		return c, err
	}
	c = Checks{[]Fixed{}, []Replay{}}
	err = d.o.DB.Read(ctx, func(tx *sql.Tx) error {
		if err := c.readFixed(ctx, tx, incident); err != nil {
			return err
		}
		return c.readReplays(ctx, tx, incident)
	})
	if err != nil {
		return c, fmt.Errorf("cannot read how notices were checked: %w", err)
	}
	return c, nil
}

func (c *Checks) readFixed(ctx context.Context, tx *sql.Tx, incident exposure.IncidentID) error {
	rows, err := tx.QueryContext(ctx, "SELECT version, size, root, entry FROM notice_sets WHERE incident = $1 ORDER BY version", incident)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		f, root := Fixed{Incident: incident}, []byte{}
		if err := rows.Scan(&f.Version, &f.Size, &root, &f.Entry); err != nil {
			return err
		}
		if len(root) != tlog.HashSize {
			return errDamaged
		}
		f.Root = tlog.Hash(root)
		c.Fixed = append(c.Fixed, f)
	}
	return rows.Err()
}

func (c *Checks) readReplays(ctx context.Context, tx *sql.Tx, incident exposure.IncidentID) error {
	rows, err := tx.QueryContext(ctx, "SELECT at FROM replayed_codes WHERE incident = $1 ORDER BY at DESC LIMIT 100", incident)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var at int64
		if err := rows.Scan(&at); err != nil {
			return err
		}
		c.Replays = append(c.Replays, Replay{incident, time.UnixMilli(at).UTC()})
	}
	return rows.Err()
}
