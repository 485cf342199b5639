// Package access knows who may do what: projects and their secrets, users, sessions and service accounts.
package access

import (
	"context"
	"crypto/rand"
	"io"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"jejak/event"
	"jejak/ground/meta"
)

// Options of a Service. The zero value is what a server uses.
type Options struct {
	Now  func() time.Time // the clock; nil: time.Now
	Rand io.Reader        // randomness, safe for many goroutines at once; nil: crypto/rand.Reader
	// MayGive allows to give a user a role with which identities are seen; user is their ID, p 0 all projects. It MUST NOT
	// return nil before a second person has allowed exactly this. nil: nobody may but the console.
	MayGive func(ctx context.Context, p event.ProjectID, user, role string) error
}

// Service answers for one installation. Many goroutines may use it at once; other processes may use the same database.
type Service struct {
	db   *meta.DB
	now  func() time.Time
	rand io.Reader
	give func(ctx context.Context, p event.ProjectID, user, role string) error

	catalog atomic.Pointer[catalog]
	loading sync.Mutex // held by who replaces the catalog
	hits    throttle
	misses  throttle

	hasher     *hasher
	logins     *Limit
	addresses  *Limit
	enrolments pending[enrolment]
	ceremonies pending[ceremony]
}

// New reads the projects and their secrets into memory.
func New(db *meta.DB, o Options) (*Service, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	s := &Service{
		db: db, now: o.Now, rand: o.Rand, give: o.MayGive, hasher: newHasher(),
		logins:    NewLimit(10*time.Second, 10),
		addresses: NewLimit(5*time.Second, 30),
	}
	s.catalog.Store(&catalog{version: -1}) // SQLite's are never negative
	return s, s.refresh(context.Background())
}

// Door is where a request to sign in came from and through.
type Door struct {
	// Address is the client's. It limits attempts and is kept nowhere.
	Address netip.Addr
	// Origin is what the browser has in its address bar: scheme, host and port, such as https://jejak.example or
	// http://localhost:7080. Passkeys are bound to it.
	Origin string
}

// admit counts an attempt against the client's address. *Limited when there were too many.
func (s *Service) admit(d Door) error { return s.addresses.Take(s.now(), neighbourhood(d.Address)) }

// welcome takes back what admit counted: the attempt was a good one.
func (s *Service) welcome(d Door) { s.addresses.GiveBack(neighbourhood(d.Address)) }

// millis is the clock as the database keeps it.
func (s *Service) millis() int64 { return s.now().UnixMilli() }
