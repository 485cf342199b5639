package access

import (
	"context"
	"encoding/json"
	"time"
)

// SetUpNeeded tells whether the installation has no owner yet.
func (s *Service) SetUpNeeded(ctx context.Context) (bool, error) { return false, nil }

// IssueSetupToken makes the token of the one-time set-up link; earlier ones no longer work. Call it at each start while
// SetUpNeeded. ErrLink when there is an owner already.
func (s *Service) IssueSetupToken(ctx context.Context) (token string, err error) { return "", nil }

// CheckSetup tells whether the token can still set up this installation: nil or ErrLink. It does not use it up.
func (s *Service) CheckSetup(ctx context.Context, d Door, token string) error { return nil }

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

// SetUpPassword begins an owner's account with a password. Nothing is kept before ConfirmSetup. *Invalid for a login or
// password that will not do, ErrLink, *Limited.
func (s *Service) SetUpPassword(ctx context.Context, d Door, token, login, password string) (Enrolment, error) {
	return Enrolment{}, nil
}

// ConfirmSetup proves the authenticator app, makes the owner, uses up the link and signs in. *Invalid with wrong_code
// (try again), ErrCeremony, ErrLink, *Limited.
func (s *Service) ConfirmSetup(ctx context.Context, d Door, token, enrolment, code string) (Signed, error) {
	return Signed{}, nil
}

// Ceremony is one passkey exchange: Options go to navigator.credentials as its publicKey member.
type Ceremony struct {
	ID      string
	Options json.RawMessage
}

// BeginSetupPasskey begins an owner's account with a passkey. ErrNoPasskeyHere, *Invalid, ErrLink, *Limited.
func (s *Service) BeginSetupPasskey(ctx context.Context, d Door, token, login string) (Ceremony, error) {
	return Ceremony{}, nil
}

// FinishSetupPasskey takes the browser's credential (PublicKeyCredential as JSON), makes the owner, uses up the link and
// signs in. ErrCredentials, ErrCeremony, ErrLink, *Limited. A passkey has no recovery codes: the way back in is a link
// issued on the machine.
func (s *Service) FinishSetupPasskey(ctx context.Context, d Door, token, ceremony string, credential []byte) (Signed, error) {
	return Signed{}, nil
}

// IssueLoginLink makes a short-lived one-time token that signs in as login; an owner of that login is made when there is
// none (the demo's owner, and the way back in for who lost a passkey). Only for the Console.
func (s *Service) IssueLoginLink(ctx context.Context, login string) (token string, err error) {
	return "", nil
}

// Session is a signed-in browser. Token goes into the cookie; only its hash is kept.
type Session struct {
	Token   string
	Expires time.Time // at the latest; unused sessions end earlier
}
