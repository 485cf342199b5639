package notify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
)

// Run sends what is released until the context ends, and looks again when something changes, or after a while.
func (s *Service) Run(ctx context.Context) {
	const again = 30 * time.Second
	timer := time.NewTimer(again)
	defer timer.Stop()
	for {
		s.round(ctx)
		timer.Reset(again)
		select {
		case <-ctx.Done():
			return
		case <-s.poked:
		case <-timer.C:
		}
	}
}

func (s *Service) round(ctx context.Context) {
	list, err := s.list(ctx, "WHERE state = 'released'")
	if err != nil {
		s.o.Out.Error("cannot look for notices to send", "error", err)
		return
	}
	for _, v := range list {
		if v.open == 0 {
			continue
		}
		err := errors.Join(s.Settle(ctx, v.Incident, v.Version), s.Send(ctx, v.Incident, v.Version))
		if err != nil && ctx.Err() == nil {
			s.o.Out.Error("cannot send notices", "incident", v.Incident, "version", v.Version, "error", err)
		}
	}
}

type listed struct {
	Plan
	open int
}

// List is the versions of an incident, the newest first. It needs Follow.
func (s *Service) List(ctx context.Context, i exposure.IncidentID) ([]Plan, error) {
	if err := access.May(ctx, installation, access.Follow); err != nil {
		return nil, err
	}
	list, err := s.list(ctx, "WHERE incident = $1", i)
	plans := make([]Plan, len(list))
	for n, l := range list {
		plans[n] = l.Plan
	}
	return plans, err
}

func (s *Service) list(ctx context.Context, where string, args ...any) (list []listed, err error) {
	err = s.o.DB.Read(ctx, func(tx *sql.Tx) error {
		names, err := s.names(ctx, tx, where, args...)
		if err != nil {
			return err
		}
		for _, name := range names {
			v, err := readVersion(ctx, tx, name.incident, name.version)
			if err != nil {
				return err
			}
			l := listed{Plan: v.Plan}
			err = tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM notices WHERE incident = $1 AND version = $2 AND state IN ('planned', 'claimed', 'handing', 'in_doubt'))",
				v.Incident, v.Version).Scan(&l.open)
			if err != nil {
				return err
			}
			list = append(list, l)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("cannot list the notices: %w", err)
	}
	return list, nil
}

type versionName struct {
	incident exposure.IncidentID
	version  int
}

func (s *Service) names(ctx context.Context, tx *sql.Tx, where string, args ...any) (list []versionName, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT incident, version FROM notice_versions "+where+" ORDER BY incident, version DESC", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var n versionName
		if err := rows.Scan(&n.incident, &n.version); err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, rows.Err()
}
