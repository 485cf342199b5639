package access

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// What a one-time link is for. The words are in the database.
const (
	toSetUp  = "set-up"
	toSignIn = "sign-in"
)

const (
	setUpLife  = 24 * time.Hour
	signInLife = 30 * time.Minute
)

// SetUpNeeded tells whether the installation has no owner yet.
func (s *Service) SetUpNeeded(ctx context.Context) (needed bool, err error) {
	err = s.db.Read(ctx, func(tx *sql.Tx) error {
		needed, err = ownerless(ctx, tx)
		return err
	})
	return needed, err
}

func ownerless(ctx context.Context, tx *sql.Tx) (bool, error) {
	var users int
	if err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM users").Scan(&users); err != nil {
		return false, fmt.Errorf("cannot count the users: %w", err)
	}
	return users == 0, nil
}

// IssueSetupToken makes the token of the one-time set-up link, good for a day; earlier ones no longer work. Call it at
// each start while SetUpNeeded. Only for the Console. ErrLink when there is an owner already.
func (s *Service) IssueSetupToken(ctx context.Context) (token string, err error) {
	if err := mayIssueLinks(ctx); err != nil {
		return "", err
	}
	token = s.drawToken()
	err = s.db.Write(ctx, func(tx *sql.Tx) error {
		if fresh, err := ownerless(ctx, tx); err != nil {
			return err
		} else if !fresh {
			return ErrLink
		}
		return s.replaceLink(ctx, tx, toSetUp, "", token, setUpLife)
	})
	return token, err
}

// IssueLoginLink makes a one-time token that signs in as login within half an hour; an owner of that login is made when
// there is none. It is the demo's door, and the way back in for who lost a passkey. Only for the Console. *Invalid for a
// bad login.
func (s *Service) IssueLoginLink(ctx context.Context, login string) (token string, err error) {
	if err := mayIssueLinks(ctx); err != nil {
		return "", err
	}
	if login, err = cleanLogin(login); err != nil {
		return "", err
	}
	token = s.drawToken()
	err = s.db.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO users (id, login, role, created) VALUES ($1, $2, $3, $4) ON CONFLICT (login) DO NOTHING",
			s.mustDraw(userIDLength), login, Owner, s.millis())
		if err != nil {
			return fmt.Errorf("cannot keep the owner: %w", err)
		}
		return s.replaceLink(ctx, tx, toSignIn, login, token, signInLife)
	})
	return token, err
}

// replaceLink leaves one link of the purpose and login, the new one.
func (s *Service) replaceLink(ctx context.Context, tx *sql.Tx, purpose, login, token string, life time.Duration) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM links WHERE purpose = $1 AND login = $2 OR expires <= $3", purpose, login, s.millis()); err != nil {
		return fmt.Errorf("cannot take back earlier links: %w", err)
	}
	h := hashOf(token)
	_, err := tx.ExecContext(ctx, "INSERT INTO links (hash, purpose, login, expires) VALUES ($1, $2, $3, $4)",
		h[:], purpose, login, s.now().Add(life).UnixMilli())
	if err != nil {
		return fmt.Errorf("cannot keep the link: %w", err)
	}
	return nil
}

// CheckSetup tells whether the token can still set up this installation: nil or ErrLink. It does not use it up. *Limited.
func (s *Service) CheckSetup(ctx context.Context, d Door, token string) error {
	if err := s.admit(d); err != nil {
		return err
	}
	if err := s.checkSetup(ctx, token); err != nil {
		return err
	}
	s.welcome(d)
	return nil
}

func (s *Service) checkSetup(ctx context.Context, token string) error {
	h := hashOf(token)
	err := s.db.Read(ctx, func(tx *sql.Tx) error {
		var purpose string
		return tx.QueryRowContext(ctx, "SELECT purpose FROM links WHERE hash = $1 AND purpose = $2 AND expires > $3",
			h[:], toSetUp, s.millis()).Scan(&purpose)
	})
	return linkError(err)
}

// useLink uses the link up. Of two that try at once, one gets ErrLink.
func (s *Service) useLink(ctx context.Context, tx *sql.Tx, purpose, token string) (login string, err error) {
	h := hashOf(token)
	err = tx.QueryRowContext(ctx, "DELETE FROM links WHERE hash = $1 AND purpose = $2 AND expires > $3 RETURNING login",
		h[:], purpose, s.millis()).Scan(&login)
	return login, linkError(err)
}

func linkError(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrLink
	}
	if err != nil {
		return fmt.Errorf("cannot read the link: %w", err)
	}
	return nil
}

// SignInLink signs in with a token of IssueLoginLink and uses it up. ErrLink, *Limited.
func (s *Service) SignInLink(ctx context.Context, d Door, token string) (session Session, err error) {
	if err := s.admit(d); err != nil {
		return Session{}, err
	}
	err = s.db.Write(ctx, func(tx *sql.Tx) error {
		login, err := s.useLink(ctx, tx, toSignIn, token)
		if err != nil {
			return err
		}
		var user []byte
		if err := tx.QueryRowContext(ctx, "SELECT id FROM users WHERE login = $1", login).Scan(&user); err != nil {
			return linkError(err)
		}
		session, err = s.beginSession(ctx, tx, user)
		return err
	})
	if err != nil {
		return Session{}, err
	}
	s.welcome(d)
	return session, nil
}
