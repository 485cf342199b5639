package access

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

const (
	sessionLife = 30 * 24 * time.Hour // at the latest
	sessionIdle = 7 * 24 * time.Hour  // unused that long, it ends
	touchEvery  = time.Minute         // how exactly the last use is kept: one write a minute at most
)

// Session is a signed-in browser. Token goes into the cookie; only its hash is kept.
type Session struct {
	Token   string
	Expires time.Time // at the latest; unused sessions end earlier
}

// beginSession signs the user in, and clears away what is over.
func (s *Service) beginSession(ctx context.Context, tx *sql.Tx, user []byte) (Session, error) {
	now := s.now()
	if _, err := tx.ExecContext(ctx, "DELETE FROM sessions WHERE expires <= $1 OR used <= $2", now.UnixMilli(), now.Add(-sessionIdle).UnixMilli()); err != nil {
		return Session{}, fmt.Errorf("cannot clear old sessions away: %w", err)
	}
	session := Session{Token: s.drawToken(), Expires: now.Add(sessionLife)}
	h := hashOf(session.Token)
	_, err := tx.ExecContext(ctx, "INSERT INTO sessions (hash, user_id, created, used, expires) VALUES ($1, $2, $3, $3, $4)",
		h[:], user, now.UnixMilli(), session.Expires.UnixMilli())
	if err != nil {
		return Session{}, fmt.Errorf("cannot keep the session: %w", err)
	}
	return session, nil
}

// endSessions signs the user out everywhere.
func endSessions(ctx context.Context, tx *sql.Tx, user []byte) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM sessions WHERE user_id = $1", user); err != nil {
		return fmt.Errorf("cannot end the sessions: %w", err)
	}
	return nil
}

func (s *Service) bySession(ctx context.Context, token string) (Identity, error) {
	i := Identity{Kind: User}
	var used int64
	h, now := hashOf(token), s.now()
	err := s.db.Read(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `SELECT lower(hex(u.id)), u.login, u.role, s.used FROM sessions s JOIN users u ON u.id = s.user_id
			WHERE s.hash = $1 AND s.expires > $2 AND s.used > $3`,
			h[:], now.UnixMilli(), now.Add(-sessionIdle).UnixMilli()).Scan(&i.ID, &i.Login, &i.Role, &used)
		if err != nil {
			return err
		}
		i.Roles, err = rolesOf(ctx, tx, i.ID)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return Identity{}, ErrUnauthenticated
	}
	if err != nil {
		return Identity{}, fmt.Errorf("cannot read the session: %w", err)
	}
	if now.Sub(time.UnixMilli(used)) < touchEvery {
		return i, nil
	}
	return i, s.touch(ctx, h, now)
}

// touch keeps a session alive.
func (s *Service) touch(ctx context.Context, h hash, now time.Time) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		_, err := changes(tx.ExecContext(ctx, "UPDATE sessions SET used = $1 WHERE hash = $2 AND used < $1", now.UnixMilli(), h[:]))
		return err
	})
}

// SignOut ends the session; ending one that is over is no error.
func (s *Service) SignOut(ctx context.Context, sessionToken string) error {
	h := hashOf(sessionToken)
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		_, err := changes(tx.ExecContext(ctx, "DELETE FROM sessions WHERE hash = $1", h[:]))
		return err
	})
}
