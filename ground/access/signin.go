package access

import (
	"context"
	"database/sql"
	"fmt"
)

// SignInPassword signs in with password and code; the code is the authenticator app's or a recovery code.
// ErrCredentials, *Limited.
func (s *Service) SignInPassword(ctx context.Context, d Door, login, password, code string) (Session, error) {
	u, totp, err := s.provePassword(ctx, d, login, password)
	if err != nil {
		return Session{}, err
	}
	var session Session
	err = s.db.Write(ctx, func(tx *sql.Tx) error {
		if err := s.useCode(ctx, tx, u, totp, code); err != nil {
			return err
		}
		session, err = s.beginSession(ctx, tx, u.id)
		return err
	})
	if err != nil {
		return Session{}, err
	}
	s.proved(d, u)
	return session, nil
}

// ChangePassword gives the caller another password. All sessions of the caller end; the answer is a new one.
// ErrCredentials, *Invalid, *Limited.
func (s *Service) ChangePassword(ctx context.Context, d Door, password, code, next string) (Session, error) {
	caller := Caller(ctx)
	if caller.Kind != User {
		return Session{}, ErrForbidden
	}
	if err := checkPassword(caller.Login, next); err != nil {
		return Session{}, err
	}
	u, totp, err := s.provePassword(ctx, d, caller.Login, password)
	if err != nil {
		return Session{}, err
	}
	if u.password, err = s.newPassword(ctx, u.id, next, totp); err != nil {
		return Session{}, err
	}
	var session Session
	err = s.db.Write(ctx, func(tx *sql.Tx) error {
		session, err = s.replacePassword(ctx, tx, u, totp, code)
		return err
	})
	if err != nil {
		return Session{}, err
	}
	s.proved(d, u)
	return session, nil
}

func (s *Service) replacePassword(ctx context.Context, tx *sql.Tx, u user, totp []byte, code string) (Session, error) {
	if err := s.useCode(ctx, tx, u, totp, code); err != nil {
		return Session{}, err
	}
	_, err := tx.ExecContext(ctx, "UPDATE users SET scheme = $1, salt = $2, verifier = $3, totp = $4 WHERE id = $5",
		u.password.scheme, u.password.salt, u.password.verifier, u.password.totp, u.id)
	if err != nil {
		return Session{}, fmt.Errorf("cannot keep the password: %w", err)
	}
	if err := endSessions(ctx, tx, u.id); err != nil {
		return Session{}, err
	}
	return s.beginSession(ctx, tx, u.id)
}

// provePassword counts the attempt and checks the password; proved takes the count back when the code fits too.
func (s *Service) provePassword(ctx context.Context, d Door, login, password string) (u user, totp []byte, err error) {
	if err := s.admit(d); err != nil {
		return user{}, nil, err
	}
	login, err = cleanLogin(login)
	if err != nil {
		return user{}, nil, ErrCredentials
	}
	if err := s.logins.Take(s.now(), login); err != nil {
		return user{}, nil, err
	}
	if u, err = s.userOf(ctx, login); err != nil {
		return user{}, nil, err
	}
	totp, err = s.openPassword(ctx, u, password)
	return u, totp, err
}

func (s *Service) proved(d Door, u user) {
	s.welcome(d)
	s.logins.GiveBack(u.login)
}

// useCode takes the second proof and uses it up. ErrCredentials.
func (s *Service) useCode(ctx context.Context, tx *sql.Tx, u user, totp []byte, code string) error {
	if step, ok := matchCode(totp, code, s.now()); ok {
		return useStep(ctx, tx, u.id, step)
	}
	return useRecoveryCode(ctx, tx, u.id, code)
}
