package access

import (
	"context"
	"database/sql"
)

// Enrolment is a password account that waits for the first code of its authenticator app. JSON as in the API.
type Enrolment struct {
	ID     string `json:"enrolment"`
	Secret string `json:"totp_secret"` // base32
	URI    string `json:"totp_uri"`    // otpauth://, for the QR code
}

// Signed is a session, and what the user must write down now: it is not shown again.
type Signed struct {
	Session
	RecoveryCodes []string // nil when there are none
}

// enrolment waits in memory. It belongs to the link it was begun with.
type enrolment struct {
	link hash
	user user
	totp []byte
}

// SetUpPassword begins an owner's account with a password. Nothing is kept before ConfirmSetup. *Invalid for a login or
// password that will not do, ErrLink, *Limited.
func (s *Service) SetUpPassword(ctx context.Context, d Door, token, login, password string) (Enrolment, error) {
	if err := s.admit(d); err != nil {
		return Enrolment{}, err
	}
	if err := s.checkSetup(ctx, token); err != nil {
		return Enrolment{}, err
	}
	login, err := cleanLogin(login)
	if err != nil {
		return Enrolment{}, err
	}
	if err := checkPassword(login, password); err != nil {
		return Enrolment{}, err
	}
	e, err := s.enrol(ctx, token, login, password)
	if err != nil {
		return Enrolment{}, err
	}
	s.welcome(d)
	return e, nil
}

func (s *Service) enrol(ctx context.Context, token, login, password string) (Enrolment, error) {
	secret, key, err := s.newKey(login)
	if err != nil {
		return Enrolment{}, err
	}
	u := user{id: s.mustDraw(userIDLength), login: login}
	if u.password, err = s.newPassword(ctx, u.id, password, secret); err != nil {
		return Enrolment{}, err
	}
	id := s.drawToken()
	s.enrolments.put(s.now(), id, enrolment{hashOf(token), u, secret})
	return Enrolment{ID: id, Secret: key.Secret(), URI: key.URL()}, nil
}

// ConfirmSetup proves the authenticator app, makes the owner, uses up the link and signs in. *Invalid with wrong_code
// (try again), ErrCeremony, ErrLink, *Limited.
func (s *Service) ConfirmSetup(ctx context.Context, d Door, token, enrolment, code string) (signed Signed, err error) {
	if err := s.admit(d); err != nil {
		return Signed{}, err
	}
	e, ok := s.enrolments.look(s.now(), enrolment)
	if !ok || e.link != hashOf(token) {
		return Signed{}, ErrCeremony
	}
	if e.user.totpStep, ok = matchCode(e.totp, code, s.now()); !ok {
		return Signed{}, &Invalid{"code", "wrong_code", "this is not the code that the app shows now; check the clock of the phone"}
	}
	err = s.db.Write(ctx, func(tx *sql.Tx) error {
		if signed.Session, err = s.becomeOwner(ctx, tx, token, e.user); err != nil {
			return err
		}
		signed.RecoveryCodes, err = s.newRecoveryCodes(ctx, tx, e.user.id)
		return err
	})
	if err != nil {
		return Signed{}, err
	}
	s.enrolments.take(s.now(), enrolment)
	s.welcome(d)
	return signed, nil
}

// becomeOwner uses up the link. Of two set-ups at once, one gets ErrLink.
func (s *Service) becomeOwner(ctx context.Context, tx *sql.Tx, token string, u user) (Session, error) {
	if _, err := s.useLink(ctx, tx, toSetUp, token); err != nil {
		return Session{}, err
	}
	if err := s.insertOwner(ctx, tx, u); err != nil {
		return Session{}, err
	}
	return s.beginSession(ctx, tx, u.id)
}
