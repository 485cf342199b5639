package access

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"jejak/event"
)

// maxServiceAccounts of a project.
const maxServiceAccounts = 100

// ServiceAccount lets a script act on one project.
type ServiceAccount struct {
	Username string
	Created  time.Time
	MayErase bool // it may order erasures, besides what all may
}

// NewServiceAccount carries the secret that is shown once.
type NewServiceAccount struct{ Username, Secret string }

func (s *Service) drawServiceAccount() NewServiceAccount {
	return NewServiceAccount{Username: "script-" + s.drawName(), Secret: s.drawToken()}
}

// ServiceAccounts are those of the project, oldest first. It needs Administer. ErrNotFound.
func (s *Service) ServiceAccounts(ctx context.Context, p event.ProjectID) (all []ServiceAccount, err error) {
	if err := May(ctx, p, Administer); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(tx *sql.Tx) error {
		if _, err := projectOf(ctx, tx, p); err != nil {
			return err
		}
		all, err = serviceAccounts(ctx, tx, p)
		return err
	})
	return all, err
}

func serviceAccounts(ctx context.Context, tx *sql.Tx, p event.ProjectID) (all []ServiceAccount, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT username, created, may_erase FROM service_accounts WHERE project = $1 ORDER BY created, username", p)
	if err != nil {
		return nil, fmt.Errorf("cannot read the service accounts: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var a ServiceAccount
		var created int64
		if err := rows.Scan(&a.Username, &created, &a.MayErase); err != nil {
			return nil, fmt.Errorf("cannot read a service account: %w", err)
		}
		a.Created = time.UnixMilli(created).UTC()
		all = append(all, a)
	}
	return all, rows.Err()
}

// CreateServiceAccount adds one to the project. It needs Administer, and Erase for one that may erase. ErrNotFound; *Invalid
// when there are 100.
func (s *Service) CreateServiceAccount(ctx context.Context, p event.ProjectID, mayErase bool) (NewServiceAccount, error) {
	if err := May(ctx, p, Administer); err != nil {
		return NewServiceAccount{}, err
	}
	if mayErase {
		if err := May(ctx, p, Erase); err != nil {
			return NewServiceAccount{}, err
		}
	}
	a := s.drawServiceAccount()
	err := s.db.Write(ctx, func(tx *sql.Tx) error {
		if _, err := projectOf(ctx, tx, p); err != nil {
			return err
		}
		if all, err := serviceAccounts(ctx, tx, p); err != nil {
			return err
		} else if len(all) >= maxServiceAccounts {
			return &Invalid{"service_accounts", "too_many", "remove one that is not used any more"}
		}
		return insertServiceAccount(ctx, tx, p, a, s.millis(), mayErase)
	})
	if err != nil {
		return NewServiceAccount{}, err
	}
	s.catchUp(ctx)
	return a, nil
}

func insertServiceAccount(ctx context.Context, tx *sql.Tx, p event.ProjectID, a NewServiceAccount, created int64, mayErase bool) error {
	secret := hashOf(a.Secret)
	_, err := tx.ExecContext(ctx, "INSERT INTO service_accounts (username, project, secret, created, may_erase) VALUES ($1, $2, $3, $4, $5)",
		a.Username, p, secret[:], created, mayErase)
	if err != nil {
		return fmt.Errorf("cannot keep the service account: %w", err)
	}
	return nil
}

// RemoveServiceAccount takes it away at once; a server in another process stops to accept it within a second. It needs
// Administer. ErrNotFound when the project has none of that name.
func (s *Service) RemoveServiceAccount(ctx context.Context, p event.ProjectID, username string) error {
	if err := May(ctx, p, Administer); err != nil {
		return err
	}
	err := s.db.Write(ctx, func(tx *sql.Tx) error {
		gone, err := changes(tx.ExecContext(ctx, "DELETE FROM service_accounts WHERE project = $1 AND username = $2", p, username))
		if err == nil && gone == 0 {
			return ErrNotFound
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.refresh(ctx) // an error means: perhaps not yet everywhere
}

// changes is how many rows a statement changed.
func changes(r sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, fmt.Errorf("cannot change the metadata: %w", err)
	}
	return r.RowsAffected()
}
