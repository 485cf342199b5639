package access

import (
	"context"

	"jejak/event"
)

// Kind of caller.
type Kind uint8

const (
	Nobody  Kind = iota
	User         // a person with a session
	Script       // a service account
	Console      // somebody at the machine itself, who could read the database anyway
)

// Act is what somebody wants to do.
type Act uint8

const (
	Read       Act = iota // ask questions, watch events
	Write                 // send history
	Administer            // change the project, its secrets and its service accounts
)

// Owner is the one role there is so far: every act on every project.
const Owner = "owner"

// Identity is who calls. The zero value is nobody.
type Identity struct {
	Kind    Kind
	Login   string          // of a User; the username of a Script
	Role    string          // of a User
	Project event.ProjectID // of a Script: the only one it may touch
}

// May tells whether the caller may do it to the project; project 0 is the installation. ErrForbidden when not,
// ErrUnauthenticated when it is nobody.
func (i Identity) May(p event.ProjectID, a Act) error { return nil }

// With puts the caller into the context: every method that needs a right asks the context's caller first.
func With(ctx context.Context, i Identity) context.Context { return ctx }

// AtConsole is With for a command run on the machine itself.
func AtConsole(ctx context.Context) context.Context { return With(ctx, Identity{Kind: Console}) }

// Caller is who the context says calls; nobody when it does not say.
func Caller(ctx context.Context) Identity { return Identity{} }

// May is Caller(ctx).May.
func May(ctx context.Context, p event.ProjectID, a Act) error { return Caller(ctx).May(p, a) }

// Identify tells who sends a request: by the session token of the cookie or, when there is none, by the Basic
// credentials of a service account. ErrUnauthenticated when neither fits. Using a session keeps it alive.
func (s *Service) Identify(ctx context.Context, cookie, basicUser, basicSecret string) (Identity, error) {
	return Identity{}, nil
}
