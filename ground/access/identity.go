package access

import (
	"context"
	"errors"
	"slices"

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
	Reveal                // see a person's name, address or IDs, for a purpose
	Approve               // be the second person
	ReadLog               // read the audit log
	Export                // take rows out, with pseudonyms in the place of people
	Trace                 // tell whose pseudonyms a leaked file holds
	Respond               // take leaked files in and work on an incident
	Erase                 // erase a person or an organisation, for ever
	Follow                // read the register of incidents
)

// The roles of users. None includes seeing identities but the one that is made for it: an owner does not.
const (
	Viewer         = "viewer"
	Analyst        = "analyst"
	Exporter       = "exporter"
	Approver       = "approver"
	IdentityReader = "identity_reader"
	IncidentLead   = "incident_lead"
	Auditor        = "auditor"
	Owner          = "owner"
)

// rights are the acts of each role.
var rights = map[string][]Act{
	Viewer:         {Read},
	Analyst:        {Read},
	Exporter:       {Read, Export},
	Approver:       {Read, Approve},
	IdentityReader: {Read, Reveal, Erase},
	IncidentLead:   {Read, Approve, Trace, Respond, Follow},
	Auditor:        {ReadLog, Follow},
	Owner:          {Read, Write, Administer, Approve, ReadLog, Export, Erase},
}

// Identity is who calls. The zero value is nobody.
type Identity struct {
	Kind    Kind
	ID      string                     // of a User: 32 hexadecimal digits that never change
	Login   string                     // of a User; the username of a Script
	Role    string                     // of a User, in all projects; empty: none
	Roles   map[event.ProjectID]string // of a User, in single projects
	Project event.ProjectID            // of a Script: the only one it may touch
	Erases  bool                       // of a Script: it may erase there
}

// May tells whether the caller may do it to the project; project 0 is the installation. ErrForbidden when not,
// ErrUnauthenticated when it is nobody.
func (i Identity) May(p event.ProjectID, a Act) error {
	allowed := false
	switch i.Kind {
	case Nobody:
		return ErrUnauthenticated
	case User:
		allowed = slices.Contains(rights[i.Role], a) || p != 0 && slices.Contains(rights[i.Roles[p]], a)
	case Script:
		allowed = p != 0 && p == i.Project && (a == Read || a == Write || a == Export || a == Erase && i.Erases)
	case Console:
		allowed = true
	}
	if !allowed {
		return ErrForbidden
	}
	return nil
}

// String names the caller without a personal value: for the audit log.
func (i Identity) String() string {
	switch i.Kind {
	case User:
		return "user:" + i.ID
	case Script:
		return "service:" + i.Login
	case Console:
		return "console"
	default:
		return "nobody"
	}
}

type callerKey struct{}

// With puts the caller into the context: every method that needs a right asks the context's caller first.
func With(ctx context.Context, i Identity) context.Context {
	return context.WithValue(ctx, callerKey{}, i)
}

// AtConsole is With for a command run on the machine itself.
func AtConsole(ctx context.Context) context.Context { return With(ctx, Identity{Kind: Console}) }

// Caller is who the context says calls; nobody when it does not say.
func Caller(ctx context.Context) Identity {
	i, _ := ctx.Value(callerKey{}).(Identity)
	return i
}

// May is Caller(ctx).May.
func May(ctx context.Context, p event.ProjectID, a Act) error { return Caller(ctx).May(p, a) }

// mayIssueLinks is for what makes an owner out of nothing.
func mayIssueLinks(ctx context.Context) error {
	if Caller(ctx).Kind != Console {
		return ErrForbidden
	}
	return nil
}

// Identify tells who sends a request: by the session token of the cookie or, when that fits nobody, by the Basic
// credentials of a service account. ErrUnauthenticated when neither fits; any other error means that it cannot be told
// now. Using a session keeps it alive.
func (s *Service) Identify(ctx context.Context, cookie, basicUser, basicSecret string) (Identity, error) {
	if cookie != "" {
		i, err := s.bySession(ctx, cookie)
		if !errors.Is(err, ErrUnauthenticated) {
			return i, err
		}
	}
	if basicSecret == "" {
		return Identity{}, ErrUnauthenticated
	}
	return s.AuthenticateReader(ctx, basicUser, basicSecret, 0)
}
