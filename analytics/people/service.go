package people

import (
	"context"
	"fmt"
	"hash/maphash"
	"slices"
	"sync"
	"time"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/ground/audit"
	"jejak/ground/vault"
)

// Identities know people by their distinct ids.
type Identities interface {
	// Actors are those of distinct ids, in their order; who was never met is introduced. They MUST be durable no later than
	// what is stored after it returned nil.
	Actors(p event.ProjectID, distinctIDs []string) ([]event.Actor, error)
	// Members are the identifiers of the person that an actor is, at most so many, the person first.
	Members(p event.ProjectID, a event.Actor, limit int) ([]event.Actor, error)
	// Find is the actor of a distinct id; 0 when it was never met.
	Find(p event.ProjectID, distinctID string) (event.Actor, error)
	// IsKnown tells whether the actor was given to somebody.
	IsKnown(p event.ProjectID, a event.Actor) bool
}

// Groups know groups.
type Groups interface {
	// Keys are the group keys of a project.
	Keys(p event.ProjectID) []string
	// Resolve finds groups, in the order of their IDs, as Actors finds people.
	Resolve(p event.ProjectID, ids []event.GroupID) ([]event.Group, error)
	// Find is the number of a group; 0 when it was never met.
	Find(p event.ProjectID, id event.GroupID) (event.Actor, error)
	// IsKnown tells whether the number was given to a group, of whichever key.
	IsKnown(p event.ProjectID, a event.Actor) bool
}

// Hider puts tokens in the place of personal values. kept is told what a token stands for, and the field it is sealed with.
type Hider interface {
	Name(p event.ProjectID, name string, kept func(token, field, plain string)) string
	Value(p event.ProjectID, name string, v any, kept func(token, field, plain string)) any
	Whole(p event.ProjectID, class, text string, kept func(token, field, plain string)) string
}

// Vault seals what tokens stand for.
type Vault interface {
	// SealFor encrypts a value of the subject. vault.ErrErased: nothing of it may be kept any more.
	SealFor(s vault.Subject, field string, plain []byte) ([]byte, error)
	IsErased(s vault.Subject) (bool, error)
	// OpenFor decrypts values of the subject, for a purpose, after the audit log has it.
	OpenFor(ctx context.Context, s vault.Subject, why vault.Purpose, sealed []vault.Sealed) ([][]byte, error)
	// Settle waits until the keys that SealFor made are durable.
	Settle(p event.ProjectID) error
}

// Options are what a Service stands on. All are required but Guard, Kept and CacheBytes.
type Options struct {
	Store  store.Store
	People Identities
	Groups Groups
	Hide   Hider
	Vault  Vault
	Log    *audit.Log
	// IDs and GroupIDs are the sealed identifiers of people and of groups.
	IDs, GroupIDs func(p event.ProjectID, actors []event.Actor) ([]SealedID, error)
	// Old opens the updates that earlier versions only kept; nil: there are none.
	Old func(ctx context.Context, p event.ProjectID) (Opener, error)
	// Guard turns panics about damage in the store into errors; nil calls the function directly.
	Guard func(func() error) error
	// CacheBytes is how much of the latest profiles is remembered. 0: 32 MB.
	CacheBytes int
}

// Service takes the updates of profiles. Many goroutines may use one at once.
type Service struct {
	o     Options
	cache *cache
	locks [1 << 15]sync.Mutex // of subjects, by hash
	seed  maphash.Seed

	mu       sync.Mutex
	projects map[event.ProjectID]*project
}

// New makes a Service.
func New(o Options) *Service {
	if o.Guard == nil {
		o.Guard = func(f func() error) error { return f() }
	}
	if o.CacheBytes == 0 {
		o.CacheBytes = 32 << 20
	}
	return &Service{o: o, cache: newCache(o.Store, o.CacheBytes), seed: maphash.MakeSeed(), projects: map[event.ProjectID]*project{}}
}

// Close lets go of the store. No call may follow.
func (s *Service) Close() error {
	s.cache.close()
	return nil
}

// Open makes the project's profiles ready, with what earlier versions only kept. Take does so, too; call it before the rows are
// read in the store.
func (s *Service) Open(ctx context.Context, p event.ProjectID) error {
	_, err := s.project(ctx, p)
	return err
}

// Take lets the updates of a batch take effect, durably, in their order: those of one subject that come at once in other
// batches wait for each other. Updates that cannot be applied are added to b.Refusals. On an error nothing took effect.
func (s *Service) Take(ctx context.Context, b *event.ProfileBatch) (accepted int, err error) {
	p, err := s.project(ctx, b.Project)
	if err != nil {
		return 0, err
	}
	return s.take(ctx, p, b, nil)
}

// take does it with a record that becomes durable together with the rows.
func (s *Service) take(ctx context.Context, p *project, b *event.ProfileBatch, mark []store.Record) (accepted int, err error) {
	w := &work{Service: s, project: p, keys: s.o.Groups.Keys(p.id), states: map[subject]*state{}}
	w.read(b)
	if err := w.resolve(); err != nil {
		return 0, fmt.Errorf("cannot tell whose profiles are updated: %w", err)
	}
	w.hide()
	defer s.lock(w.subjects())()
	err = s.o.Guard(w.load)
	if err == nil {
		accepted = w.apply(b)
		err = w.keep(ctx, mark)
	}
	if err != nil {
		return 0, fmt.Errorf("cannot update profiles: %w", err)
	}
	return accepted, nil
}

// lock takes the locks of subjects, in one order for all, and returns what gives them back.
func (s *Service) lock(subjects []subject) (unlock func()) {
	places := make([]int, len(subjects))
	for i, x := range subjects {
		places[i] = int(maphash.Comparable(s.seed, x) % uint64(len(s.locks)))
	}
	slices.Sort(places)
	places = slices.Compact(places)
	for _, i := range places {
		s.locks[i].Lock()
	}
	return func() {
		for _, i := range places {
			s.locks[i].Unlock()
		}
	}
}

// Subject is whose key seals the values of a profile.
func Subject(p event.ProjectID, section string, a event.Actor) vault.Subject {
	kind := vault.Person
	if section != Users {
		kind = vault.Group
	}
	return vault.Subject{Project: p, Kind: kind, Number: uint32(a)}
}

// timeOf is when an update came.
func timeOf(m event.Millis) time.Time { return time.UnixMilli(int64(m)).UTC() }
