package notify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"jejak/exposure"
)

// Standing is what the notices of an incident tell a mailbox.
type Standing struct {
	Incident exposure.IncidentID
	Classes  []exposure.Class // everything that they told, Sorted
	Sent     time.Time        // when the newest was released
	Code     string           // of the newest
}

// Standings are how a mailbox stands in each incident whose notices were released; nothing where no notice goes to it, or one of
// courtesy. It is for the program itself, which mails the answer to the mailbox and shows it to nobody.
func (s *Service) Standings(ctx context.Context, mailbox string) (all []Standing, err error) {
	incidents, err := s.incidents(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot look up a mailbox: %w", err)
	}
	for _, i := range incidents {
		one, found, err := s.standing(ctx, i, canonical(mailbox))
		if err != nil {
			return nil, fmt.Errorf("cannot look up a mailbox: %w", err)
		}
		if found && len(one.Classes) > 0 {
			all = append(all, one)
		}
	}
	return all, nil
}

// incidents are those with a released version.
func (s *Service) incidents(ctx context.Context) (list []exposure.IncidentID, err error) {
	err = s.o.DB.Read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT DISTINCT incident FROM notice_versions WHERE state <> 'draft' ORDER BY incident")
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
	return list, err
}

func (s *Service) standing(ctx context.Context, i exposure.IncidentID, mailbox string) (one Standing, found bool, err error) {
	k, err := s.keysOf(ctx, i)
	if err != nil {
		return one, false, err
	}
	m := k.indexOf(mailbox)
	var version int
	var released int64
	var sealed []byte
	err = s.o.DB.Read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT n.version, n.sealed, v.released FROM notices n JOIN notice_versions v ON v.incident = n.incident AND v.version = n.version
			WHERE n.incident = $1 AND n.mailbox = $2 AND v.state <> 'draft' ORDER BY n.version DESC LIMIT 1`, i, m[:]).Scan(&version, &sealed, &released)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return one, false, nil
	}
	if err != nil {
		return one, false, err
	}
	r, err := k.open(version, m, sealed)
	if err != nil {
		return one, false, err
	}
	code, err := s.code(k, version, m)
	return Standing{i, r.told(), time.UnixMilli(released).UTC(), code}, true, err
}

// told is everything that the recipient was told that they lost.
func (r recipient) told() []exposure.Class {
	if len(r.ToldAll) > 0 {
		return exposure.Sorted(r.ToldAll)
	}
	return r.lost()
}
