package access

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// maxCredential is the longest answer of a browser that is looked at, in bytes.
const maxCredential = 64 << 10

// Ceremony is one passkey exchange: Options go to navigator.credentials as its publicKey member.
type Ceremony struct {
	ID      string
	Options json.RawMessage
}

// ceremony waits in memory for the browser's answer.
type ceremony struct {
	party   *webauthn.WebAuthn
	session webauthn.SessionData
	link    hash // of a set-up
	user    user // of a set-up
}

// BeginSetupPasskey begins an owner's account with a passkey. Nothing is kept before FinishSetupPasskey.
// ErrNoPasskeyHere, *Invalid, ErrLink, *Limited.
func (s *Service) BeginSetupPasskey(ctx context.Context, d Door, token, login string) (Ceremony, error) {
	if err := s.admit(d); err != nil {
		return Ceremony{}, err
	}
	if err := s.checkSetup(ctx, token); err != nil {
		return Ceremony{}, err
	}
	login, err := cleanLogin(login)
	if err != nil {
		return Ceremony{}, err
	}
	party, err := relyingParty(d.Origin)
	if err != nil {
		return Ceremony{}, err
	}
	u := user{id: s.mustDraw(userIDLength), login: login}
	creation, session, err := party.BeginRegistration(passkeyUser{user: u})
	if err != nil {
		return Ceremony{}, fmt.Errorf("cannot begin with a passkey: %w", err)
	}
	s.welcome(d)
	return s.await(ceremony{party, *session, hashOf(token), u}, creation.Response)
}

// FinishSetupPasskey takes the browser's credential (PublicKeyCredential as JSON), makes the owner, uses up the link and
// signs in. ErrCredentials, ErrCeremony, ErrLink, *Limited. A passkey has no recovery codes: the way back in is a link
// issued on the machine.
func (s *Service) FinishSetupPasskey(ctx context.Context, d Door, token, id string, credential []byte) (signed Signed, err error) {
	if err := s.admit(d); err != nil {
		return Signed{}, err
	}
	c, ok := s.ceremonies.take(s.now(), id)
	if !ok || c.link != hashOf(token) {
		return Signed{}, ErrCeremony
	}
	key, err := c.register(credential)
	if err != nil {
		return Signed{}, err
	}
	err = s.db.Write(ctx, func(tx *sql.Tx) error {
		if signed.Session, err = s.becomeOwner(ctx, tx, token, c.user); err != nil {
			return err
		}
		return s.insertPasskey(ctx, tx, c, key)
	})
	if err != nil {
		return Signed{}, err
	}
	s.welcome(d)
	return signed, nil
}

// register checks the answer. What exactly was wrong with it is of no use to who has an honest browser.
func (c ceremony) register(credential []byte) (*webauthn.Credential, error) {
	if len(credential) > maxCredential {
		return nil, ErrCredentials
	}
	answer, err := protocol.ParseCredentialCreationResponseBytes(credential)
	if err != nil {
		return nil, ErrCredentials
	}
	key, err := c.party.CreateCredential(passkeyUser{user: c.user}, c.session, answer)
	if err != nil {
		return nil, ErrCredentials
	}
	return key, nil
}

// BeginPasskey begins a sign-in with whichever passkey the browser has for this site. ErrNoPasskeyHere, *Limited.
func (s *Service) BeginPasskey(ctx context.Context, d Door) (Ceremony, error) {
	if err := s.admit(d); err != nil {
		return Ceremony{}, err
	}
	party, err := relyingParty(d.Origin)
	if err != nil {
		return Ceremony{}, err
	}
	assertion, session, err := party.BeginDiscoverableLogin()
	if err != nil {
		return Ceremony{}, fmt.Errorf("cannot begin with a passkey: %w", err)
	}
	return s.await(ceremony{party: party, session: *session}, assertion.Response)
}

// FinishPasskey takes the browser's answer (PublicKeyCredential as JSON). ErrCredentials, ErrCeremony, *Limited.
func (s *Service) FinishPasskey(ctx context.Context, d Door, id string, credential []byte) (session Session, err error) {
	if err := s.admit(d); err != nil {
		return Session{}, err
	}
	c, ok := s.ceremonies.take(s.now(), id)
	if !ok || c.user.id != nil {
		return Session{}, ErrCeremony
	}
	err = s.db.Write(ctx, func(tx *sql.Tx) error {
		user, key, err := c.assert(ctx, tx, credential)
		if err != nil {
			return err
		}
		if err := updatePasskey(ctx, tx, key); err != nil {
			return err
		}
		session, err = s.beginSession(ctx, tx, user)
		return err
	})
	if err != nil {
		return Session{}, err
	}
	s.welcome(d) // for both steps
	s.welcome(d)
	return session, nil
}

// assert checks the answer against the passkey it names. A counter that went back means that the key was copied.
func (c ceremony) assert(ctx context.Context, tx *sql.Tx, credential []byte) (userID []byte, key *webauthn.Credential, err error) {
	if len(credential) > maxCredential {
		return nil, nil, ErrCredentials
	}
	answer, err := protocol.ParseCredentialRequestResponseBytes(credential)
	if err != nil {
		return nil, nil, ErrCredentials
	}
	var failure error
	found, key, err := c.party.ValidatePasskeyLogin(func(id, handle []byte) (u webauthn.User, err error) {
		u, failure = passkeyOf(ctx, tx, id, handle, c.party.Config.RPID)
		return u, failure
	}, c.session, answer)
	if failure != nil {
		return nil, nil, failure
	}
	if err != nil || key.Authenticator.CloneWarning {
		return nil, nil, ErrCredentials
	}
	return found.WebAuthnID(), key, nil
}

// await keeps the ceremony and words its options for the browser.
func (s *Service) await(c ceremony, options any) (Ceremony, error) {
	body, err := json.Marshal(options)
	if err != nil {
		return Ceremony{}, fmt.Errorf("cannot word the passkey's options: %w", err)
	}
	id := s.drawToken()
	s.ceremonies.put(s.now(), id, c)
	return Ceremony{ID: id, Options: body}, nil
}

// passkeyUser is a user in the words of go-webauthn.
type passkeyUser struct {
	user user
	keys []webauthn.Credential
}

func (u passkeyUser) WebAuthnID() []byte                         { return u.user.id }
func (u passkeyUser) WebAuthnName() string                       { return u.user.login }
func (u passkeyUser) WebAuthnDisplayName() string                { return u.user.login }
func (u passkeyUser) WebAuthnCredentials() []webauthn.Credential { return u.keys }

func (s *Service) insertPasskey(ctx context.Context, tx *sql.Tx, c ceremony, key *webauthn.Credential) error {
	body, err := json.Marshal(key)
	if err != nil {
		return fmt.Errorf("cannot word the passkey: %w", err)
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO passkeys (id, user_id, site, credential, created) VALUES ($1, $2, $3, $4, $5)",
		key.ID, c.user.id, c.party.Config.RPID, string(body), s.millis())
	if err != nil {
		return fmt.Errorf("cannot keep the passkey: %w", err)
	}
	return nil
}

func updatePasskey(ctx context.Context, tx *sql.Tx, key *webauthn.Credential) error {
	body, err := json.Marshal(key)
	if err != nil {
		return fmt.Errorf("cannot word the passkey: %w", err)
	}
	_, err = changes(tx.ExecContext(ctx, "UPDATE passkeys SET credential = $1 WHERE id = $2", string(body), key.ID))
	return err
}

// passkeyOf finds the passkey of that ID, owner and site. ErrCredentials.
func passkeyOf(ctx context.Context, tx *sql.Tx, id, handle []byte, site string) (passkeyUser, error) {
	var owner []byte
	var login, body string
	err := tx.QueryRowContext(ctx, "SELECT u.id, u.login, p.credential FROM passkeys p JOIN users u ON u.id = p.user_id WHERE p.id = $1 AND p.site = $2", id, site).
		Scan(&owner, &login, &body)
	if errors.Is(err, sql.ErrNoRows) || err == nil && !bytes.Equal(owner, handle) {
		return passkeyUser{}, ErrCredentials
	}
	if err != nil {
		return passkeyUser{}, fmt.Errorf("cannot read the passkey: %w", err)
	}
	var key webauthn.Credential
	if err := json.Unmarshal([]byte(body), &key); err != nil {
		return passkeyUser{}, fmt.Errorf("cannot read the passkey: %w", err)
	}
	return passkeyUser{user{id: owner, login: login}, []webauthn.Credential{key}}, nil
}
