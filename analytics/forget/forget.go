// Package forget erases people and organisations: their keys are destroyed, their rows vanish, their identifiers mean nobody.
// An order stands in a journal outside the data folder before anything is done, so that it is carried out after a crash, and
// again on a backup that is put back.
package forget

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/audit"
	"jejak/ground/vault"
)

// Keys are the vault's.
type Keys interface {
	Erase(s vault.Subject) error
	IsErased(s vault.Subject) (bool, error)
	// Blind authenticates the journal: whoever cannot blind cannot order.
	Blind(p event.ProjectID, field, value string) [16]byte
}

// Rows are the store's.
type Rows interface {
	Erase(ctx context.Context, p event.ProjectID, actors []event.Actor) error
	IsErased(p event.ProjectID, a event.Actor) bool
	// Settle makes durable what was only queued before.
	Settle(ctx context.Context, p event.ProjectID) error
}

// Identities are those of people, or of groups. What Forget queues is durable with what is stored after it.
type Identities interface {
	Forget(p event.ProjectID, actors []event.Actor) error
	IsKnown(p event.ProjectID, a event.Actor) bool
	IsForgotten(p event.ProjectID, a event.Actor) (bool, error)
}

// People are Identities that merge.
type People interface {
	Identities
	// Members are the identifiers of the person that an actor is.
	Members(p event.ProjectID, a event.Actor, limit int) ([]event.Actor, error)
	// Find is the actor of a distinct id; 0 when it was never met.
	Find(p event.ProjectID, distinctID string) (event.Actor, error)
}

// Groups are Identities of groups.
type Groups interface {
	Identities
	Find(p event.ProjectID, id event.GroupID) (event.Actor, error)
}

// Profiles are those of people and groups.
type Profiles interface {
	Forget(ctx context.Context, p event.ProjectID, section string, actors []event.Actor) error
}

// Hidden are the values that were taken out of events and sealed for people.
type Hidden interface {
	Forget(p event.ProjectID, actors []event.Actor) error
}

// Options are what an Eraser stands on. All are required but Now.
type Options struct {
	Journal  string // the file, outside the data folder
	Keys     Keys
	Rows     Rows
	People   People
	Groups   Groups
	Profiles Profiles
	Hidden   Hidden
	Log      *audit.Log
	Audit    string // the folder of the log
	Now      func() time.Time
}

// Eraser carries out orders. Many goroutines may use one at once.
type Eraser struct {
	o       Options
	journal *journal
}

// New opens the journal and carries out what a crash or a restored backup left undone in the projects that known tells.
func New(ctx context.Context, o Options, known func(event.ProjectID) bool) (*Eraser, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	e := &Eraser{o: o, journal: &journal{path: o.Journal, sign: o.Keys.Blind}}
	orders, err := e.journal.read(known)
	if err != nil {
		return nil, err
	}
	for _, order := range orders {
		if done, err := e.isDone(order); err != nil {
			return nil, err
		} else if done {
			continue
		}
		if _, err := e.carryOut(ctx, order, access.Identity{Kind: access.Console}.String()); err != nil {
			return nil, fmt.Errorf("cannot carry out erasure %s again: %w", order.ID, err)
		}
	}
	return e, nil
}

// maxMembers bounds the identifiers of one person.
const maxMembers = 100_000

// May tells whether the caller may erase in the project.
func (e *Eraser) May(ctx context.Context, p event.ProjectID) error {
	return access.May(ctx, p, access.Erase)
}

// DistinctID is Person by an identifier as clients send it. Who may ask can tell from the answer whether it is known: the
// search is in the log first.
func (e *Eraser) DistinctID(ctx context.Context, p event.ProjectID, id string) (Receipt, error) {
	if err := e.May(ctx, p); err != nil {
		return Receipt{}, err
	}
	if err := e.record(ctx, "person.searched", p, "for an erasure"); err != nil {
		return Receipt{}, err
	}
	a, err := e.o.People.Find(p, id)
	if err == nil && a == 0 {
		err = access.ErrNotFound
	}
	if err != nil {
		return Receipt{}, err
	}
	return e.Person(ctx, p, a)
}

// Person erases the person that an actor is, with all their identifiers. It needs Erase. The answer is the receipt; the order
// was in the journal, the act in the log, before. access.ErrNotFound when the project never met them.
func (e *Eraser) Person(ctx context.Context, p event.ProjectID, a event.Actor) (Receipt, error) {
	if err := access.May(ctx, p, access.Erase); err != nil {
		return Receipt{}, err
	}
	return e.person(ctx, p, a, access.Caller(ctx).String())
}

// person erases for who may. who is named in the log.
func (e *Eraser) person(ctx context.Context, p event.ProjectID, a event.Actor, who string) (Receipt, error) {
	if forgotten, err := e.o.People.IsForgotten(p, a); err != nil {
		return Receipt{}, err
	} else if forgotten || !e.o.People.IsKnown(p, a) {
		return Receipt{}, access.ErrNotFound
	}
	actors, err := e.o.People.Members(p, a, maxMembers)
	if err != nil {
		return Receipt{}, fmt.Errorf("cannot tell who is who: %w", err)
	}
	return e.order(ctx, Order{Project: p, Kind: vault.Person, Section: people, Numbers: actors}, who)
}

// Group erases what is known of a group: its ID, its profile, its key. Events stay with their people. section is where its
// profile stands. Otherwise as Person.
func (e *Eraser) Group(ctx context.Context, p event.ProjectID, section string, id event.GroupID) (Receipt, error) {
	if err := access.May(ctx, p, access.Erase); err != nil {
		return Receipt{}, err
	}
	if err := e.record(ctx, "group.searched", p, "for an erasure"); err != nil {
		return Receipt{}, err
	}
	a, err := e.o.Groups.Find(p, id)
	if err == nil && a == 0 {
		err = access.ErrNotFound
	}
	if err != nil {
		return Receipt{}, err
	}
	return e.order(ctx, Order{Project: p, Kind: vault.Group, Section: section, Numbers: []event.Actor{a}}, access.Caller(ctx).String())
}

// Orders are the project's erasures, the oldest first. It needs Erase.
func (e *Eraser) Orders(ctx context.Context, p event.ProjectID) (orders []Order, err error) {
	if err := e.May(ctx, p); err != nil {
		return nil, err
	}
	return e.journal.read(func(x event.ProjectID) bool { return x == p })
}

// people is the section of their profiles.
const people = "$user"

func (e *Eraser) order(ctx context.Context, o Order, who string) (Receipt, error) {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails
	o.ID, o.At = hex.EncodeToString(id[:]), e.o.Now().UTC().Truncate(time.Millisecond)
	slices.Sort(o.Numbers)
	if err := e.recordFor(ctx, who, "erasure.ordered", o.Project, o.about()); err != nil {
		return Receipt{}, err
	}
	if err := e.journal.append(o); err != nil {
		return Receipt{}, err
	}
	return e.carryOut(ctx, o, who)
}

// carryOut does what is not done yet of an order, and then says so. It may be repeated.
func (e *Eraser) carryOut(ctx context.Context, o Order, who string) (Receipt, error) {
	ctx = context.WithoutCancel(ctx) // an erasure is not left half done because a client went away
	for _, a := range o.Numbers {
		if err := e.o.Keys.Erase(o.subject(a)); err != nil {
			return Receipt{}, fmt.Errorf("cannot destroy a key: %w", err)
		}
	}
	if err := e.o.Profiles.Forget(ctx, o.Project, o.Section, o.Numbers); err != nil {
		return Receipt{}, fmt.Errorf("cannot delete a profile: %w", err)
	}
	if err := e.ids(o).Forget(o.Project, o.Numbers); err != nil {
		return Receipt{}, fmt.Errorf("cannot forget identifiers: %w", err)
	}
	if o.Kind == vault.Person {
		if err := e.o.Rows.Erase(ctx, o.Project, o.Numbers); err != nil {
			return Receipt{}, fmt.Errorf("cannot mask events: %w", err)
		}
		if err := e.o.Hidden.Forget(o.Project, o.Numbers); err != nil {
			return Receipt{}, fmt.Errorf("cannot forget hidden values: %w", err)
		}
	}
	if err := e.o.Rows.Settle(ctx, o.Project); err != nil {
		return Receipt{}, fmt.Errorf("cannot make an erasure durable: %w", err)
	}
	return e.receipt(ctx, o, who)
}

func (e *Eraser) ids(o Order) Identities {
	if o.Kind == vault.Group {
		return e.o.Groups
	}
	return e.o.People
}

// isDone tells whether keys are destroyed and the last step was taken: rows of people are masked, identifiers of a group
// forgotten. The steps before it lie in the same folder as the last.
func (e *Eraser) isDone(o Order) (bool, error) {
	for _, a := range o.Numbers {
		if erased, err := e.o.Keys.IsErased(o.subject(a)); err != nil || !erased {
			return false, err
		}
		if o.Kind == vault.Person {
			if !e.o.Rows.IsErased(o.Project, a) {
				return false, nil
			}
		} else if forgotten, err := e.ids(o).IsForgotten(o.Project, a); err != nil || !forgotten {
			return false, err
		}
	}
	return true, nil
}

func (e *Eraser) record(ctx context.Context, act audit.Act, p event.ProjectID, about string) error {
	return e.recordFor(ctx, access.Caller(ctx).String(), act, p, about)
}

func (e *Eraser) recordFor(ctx context.Context, who string, act audit.Act, p event.ProjectID, about string) error {
	_, err := e.o.Log.Record(ctx, audit.Entry{Who: who, Act: act, Project: p, About: about})
	return err
}

// ErrReceipt says that a receipt is not one of the log it names.
var ErrReceipt = errors.New("this is no receipt of this installation, or it was changed")
