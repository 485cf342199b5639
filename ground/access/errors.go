package access

import (
	"errors"
	"fmt"
	"time"
)

var (
	// ErrUnauthenticated: the session or the credentials fit nobody (401).
	ErrUnauthenticated = errors.New("sign in first")
	// ErrForbidden: known, but not allowed (403).
	ErrForbidden = errors.New("this is not yours to do")
	// ErrNotFound: no such project or service account (404).
	ErrNotFound = errors.New("there is none")
	// ErrLink: the one-time link is used, expired, replaced by a newer one or was never issued (410).
	ErrLink = errors.New("this link is used up or has expired")
	// ErrCredentials: login, password and code do not fit together, or the passkey is not known here (401). Which of
	// them was wrong is not told.
	ErrCredentials = errors.New("login, password and code do not fit together")
	// ErrCeremony: the enrolment or ceremony has expired or was answered already: begin again (410).
	ErrCeremony = errors.New("this took too long or was answered already; begin again")
	// ErrNoPasskeyHere: passkeys need a host name and https, or localhost; an IP address cannot have them (422).
	ErrNoPasskeyHere = errors.New("passkeys need a host name with https, or localhost: open this page by its name, not by an IP address")
)

// Limited says that there were too many attempts (429); come again after Wait.
type Limited struct{ Wait time.Duration }

func (e *Limited) Error() string { return fmt.Sprintf("too many attempts; come again in %v", e.Wait) }

// Invalid says what is wrong with one field of what was asked (422). It never holds the field's value.
type Invalid struct {
	Field   string // as in the API: login, password, code, name, zone, origin
	Code    string // stable, for machines: too_short, too_long, common, malformed, unknown_zone, wrong_code
	Message string
}

func (e *Invalid) Error() string { return e.Field + ": " + e.Message }
