package publish

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"jejak/exposure"
)

// Notice is how long before a promised update its alarm comes.
const Notice = time.Hour

// Promise is an update that was promised for a time, and is due.
type Promise struct {
	Incident exposure.IncidentID
	At       time.Time
	Missed   bool // the time has passed
}

// Alarm tells people. It MUST NOT return nil before they can know of it.
type Alarm func(ctx context.Context, p Promise) error

// Remind raises the alarm of each promise that is due within Notice, and again when it was missed: each once, also after a
// restart. It needs no right: the server calls it every minute.
func (d *Desk) Remind(ctx context.Context, alarm Alarm) error {
	due, err := d.due(ctx)
	if err != nil {
		return err
	}
	for _, p := range due {
		if err := alarm(ctx, p); err != nil {
			return fmt.Errorf("cannot raise the alarm of a promised update: %w", err)
		}
		if err := d.warned(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

func level(missed bool) int {
	if missed {
		return 2
	}
	return 1
}

// due are the promises of newest versions that nobody was warned of yet.
func (d *Desk) due(ctx context.Context) (out []Promise, err error) {
	now := d.o.Now()
	err = d.o.DB.Read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT incident, promise, warned FROM page_versions AS v WHERE promise > 0 AND promise <= $1 AND warned < 2
			AND version = (SELECT MAX(version) FROM page_versions WHERE incident = v.incident) ORDER BY promise, incident`, now.Add(Notice).UnixMilli())
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var p Promise
			var at int64
			var warned int
			if err := rows.Scan(&p.Incident, &at, &warned); err != nil {
				return err
			}
			p.At = time.UnixMilli(at).UTC()
			p.Missed = !now.Before(p.At)
			if level(p.Missed) > warned {
				out = append(out, p)
			}
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("cannot look for promised updates: %w", err)
	}
	return out, nil
}

func (d *Desk) warned(ctx context.Context, p Promise) error {
	err := d.o.DB.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE page_versions SET warned = $1 WHERE incident = $2 AND promise = $3", level(p.Missed), p.Incident, p.At.UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("cannot keep that an alarm was raised: %w", err)
	}
	return nil
}

// Watch calls Remind every minute until ctx ends. What goes wrong it tells, and tries again.
func (d *Desk) Watch(ctx context.Context, alarm Alarm, failed func(error)) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		if err := d.Remind(ctx, alarm); err != nil && ctx.Err() == nil {
			failed(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
