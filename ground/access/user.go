package access

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// userIDLength in bytes. The ID is random: passkeys carry it as their user handle, and it must tell nothing.
const userIDLength = 16

// user is a row of users.
type user struct {
	id       []byte
	login    string
	password passwordRecord
	totpStep int64 // the last time step whose code was used
}

// insertOwner makes the first user, and takes every set-up link back. ErrLink when somebody was faster.
func (s *Service) insertOwner(ctx context.Context, tx *sql.Tx, u user) error {
	if first, err := ownerless(ctx, tx); err != nil {
		return err
	} else if !first {
		return ErrLink
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO users (id, login, role, scheme, salt, verifier, totp, totp_step, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		u.id, u.login, Owner, u.password.scheme, u.password.salt, u.password.verifier, u.password.totp, u.totpStep, s.millis())
	if err != nil {
		return fmt.Errorf("cannot keep the owner: %w", err)
	}
	_, err = changes(tx.ExecContext(ctx, "DELETE FROM links WHERE purpose = $1", toSetUp))
	return err
}

// userOf is the user of a clean login; the zero user when there is none.
func (s *Service) userOf(ctx context.Context, login string) (u user, err error) {
	err = s.db.Read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "SELECT id, login, scheme, salt, verifier, totp, totp_step FROM users WHERE login = $1", login).
			Scan(&u.id, &u.login, &u.password.scheme, &u.password.salt, &u.password.verifier, &u.password.totp, &u.totpStep)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return user{}, nil
	}
	if err != nil {
		return user{}, fmt.Errorf("cannot read the user: %w", err)
	}
	return u, nil
}
