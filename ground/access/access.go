// Package access knows who may do what: projects and their secrets, users, sessions and service accounts.
package access

import (
	"context"
	"io"
	"net/netip"
	"time"

	"jejak/event"
	"jejak/ground/meta"
)

// Options of a Service. The zero value is what a server uses.
type Options struct {
	Now  func() time.Time // the clock; nil: time.Now
	Rand io.Reader        // randomness; nil: crypto/rand.Reader
}

// Service answers for one installation. Many goroutines may use it at once; other processes may use the same database.
type Service struct {
	db *meta.DB
}

// New reads the projects and their secrets into memory.
func New(db *meta.DB, o Options) (*Service, error) { return &Service{db: db}, nil }

// Door is where a request to sign in came from and through.
type Door struct {
	// Address is the client's. It limits attempts, lives in memory only and is never written or logged.
	Address netip.Addr
	// Origin is what the browser has in its address bar: scheme, host and port, such as https://jejak.example or
	// http://localhost:7080. Passkeys are bound to it.
	Origin string
}

// Project is one product that is measured.
type Project struct {
	ID            event.ProjectID
	Name          string
	Zone          string // IANA
	Token         string // public, write only; 32 hexadecimal digits
	Created       time.Time
	OriginalMerge bool // merge mode: imports may carry identity verbs
}

// NewProject is a project with the secrets that are shown once.
type NewProject struct {
	Project
	APISecret      string
	ServiceAccount NewServiceAccount
}

// CreateProject makes a project with a first service account. It needs Administer on project 0, the installation.
// *Invalid for a bad name or zone.
func (s *Service) CreateProject(ctx context.Context, name, zone string) (NewProject, error) {
	return NewProject{}, nil
}

// ChangeProject gives the project another name and zone; an empty one stays as it is. It needs Administer.
func (s *Service) ChangeProject(ctx context.Context, id event.ProjectID, name, zone string) (Project, error) {
	return Project{}, nil
}

// Projects are those the caller may read, by number.
func (s *Service) Projects(ctx context.Context) ([]Project, error) { return nil, nil }

// Project is one of them; ErrNotFound when there is none of that number. It needs Read.
func (s *Service) Project(ctx context.Context, id event.ProjectID) (Project, error) {
	return Project{}, nil
}

// ByToken is the project of a public write token. It reads memory only; a project that another process makes is seen
// within a second.
func (s *Service) ByToken(token string) (Project, bool) { return Project{}, false }

// Authenticate checks the credentials of an import: a service account with its secret (and, when it is not 0, the project
// it must belong to), or a project's token or API secret as user or as key. It reads memory only. ErrUnauthenticated when
// they fit no project.
func (s *Service) Authenticate(ctx context.Context, user, secret, key string, id event.ProjectID) (Project, error) {
	return Project{}, nil
}

// ServiceAccount lets a script act on one project.
type ServiceAccount struct {
	Username string
	Created  time.Time
}

// NewServiceAccount carries the secret that is shown once.
type NewServiceAccount struct{ Username, Secret string }

// ServiceAccounts are those of the project, oldest first. It needs Administer.
func (s *Service) ServiceAccounts(ctx context.Context, p event.ProjectID) ([]ServiceAccount, error) {
	return nil, nil
}

// CreateServiceAccount adds one to the project. It needs Administer.
func (s *Service) CreateServiceAccount(ctx context.Context, p event.ProjectID) (NewServiceAccount, error) {
	return NewServiceAccount{}, nil
}

// RemoveServiceAccount takes it away at once. It needs Administer. ErrNotFound when the project has none of that name.
func (s *Service) RemoveServiceAccount(ctx context.Context, p event.ProjectID, username string) error {
	return nil
}
