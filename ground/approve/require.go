package approve

import (
	"context"
	"crypto/subtle"
	"database/sql"
	"fmt"

	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/audit"
)

// Waiting says that a second person must allow the act first. It is ErrNotGranted.
type Waiting struct{ Request Request }

func (w *Waiting) Error() string { return ErrNotGranted.Error() + ": request " + w.Request.ID }

// Unwrap makes it ErrNotGranted.
func (w *Waiting) Unwrap() error { return ErrNotGranted }

// Require is the two-person rule in one call, for an act that is simply tried again once it was allowed: nil when another
// person has allowed exactly this to the caller; that is used up then. Else *Waiting, with the request that was filed now or
// earlier. The console needs nobody: who is there could change the database anyway.
func (d *Desk) Require(ctx context.Context, p event.ProjectID, act audit.Act, h Hash, title string) error {
	if access.Caller(ctx).Kind == access.Console {
		return nil
	}
	mine, err := d.mine(ctx, p, act, h)
	if err != nil {
		return err
	}
	for _, r := range mine {
		if r.Decision == Granted {
			return d.Use(ctx, r.ID, act, h)
		}
	}
	for _, r := range mine {
		if r.Decision == Open {
			return &Waiting{r}
		}
	}
	r, err := d.Ask(ctx, p, act, h, title)
	if err != nil {
		return err
	}
	return &Waiting{r}
}

// mine are the caller's requests for exactly this that can still be used or allowed, the newest first.
func (d *Desk) mine(ctx context.Context, p event.ProjectID, act audit.Act, h Hash) (list []Request, err error) {
	who, err := person(ctx, p, access.Read)
	if err != nil {
		return nil, err
	}
	err = d.db.Read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, columns+" WHERE project = $1 AND act = $2 AND asked_by = $3 AND expires > $4 ORDER BY asked DESC, id",
			p, act, who, d.now().UnixMilli())
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			r, err := scan(rows)
			if err != nil {
				return err
			}
			if subtle.ConstantTimeCompare(r.Hash[:], h[:]) == 1 {
				list = append(list, r)
			}
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("cannot look for a request: %w", err)
	}
	return list, nil
}
