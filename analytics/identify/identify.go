// Package identify decides who: it turns the identifiers an event was sent with into the number of an actor. It knows
// identifiers by their blind index only; the identifiers themselves lie sealed in its ledger (docs/format/ledgers.md).
package identify

import (
	"context"
	"fmt"
	"iter"
	"sync"

	"jejak/event"
)

// Vault hides identifiers.
type Vault interface {
	// Prepare makes sure that the project's keys are there. The other methods are called after it returned nil only.
	Prepare(ctx context.Context, p event.ProjectID) error
	// Blind is a keyed fingerprint of a value: equal for equal values of one project and field, telling nothing else.
	Blind(p event.ProjectID, field, value string) [16]byte
	// SealNew encrypts an identifier of an actor that was given out just now, under a key that it gets; only the vault
	// opens. It is called while a lock is held and MUST NOT wait for the disk.
	SealNew(p event.ProjectID, a event.Actor, field, plain string) ([]byte, error)
	// Settle waits until the keys of all actors that SealNew was called for before are durable.
	Settle(p event.ProjectID) error
}

// Ledger keeps identify's records of each project in their order.
type Ledger interface {
	// Records yields the durable records, oldest first. Bodies are valid until the next step.
	Records(p event.ProjectID) iter.Seq2[[]byte, error]
	// Note queues records. They MUST be durable no later than any event that is stored after Note returned. It MUST NOT
	// wait for the disk: it is called while a lock is held. It owns the records.
	Note(p event.ProjectID, records [][]byte)
}

// Identifier knows the actors of all projects. Many goroutines may use one at once.
type Identifier struct {
	vault  Vault
	ledger Ledger
	recent *recent

	mu       sync.Mutex
	projects map[event.ProjectID]*people
}

// New makes an Identifier. It reads a project's ledger when that project is first met.
func New(v Vault, l Ledger) *Identifier {
	return &Identifier{vault: v, ledger: l, recent: newRecent(), projects: make(map[event.ProjectID]*people)}
}

// Open reads the project's ledger now instead of with its first event.
func (i *Identifier) Open(p event.ProjectID) error {
	_, err := i.people(p)
	return err
}

// Identify gives each event of b its Actor and takes the identifiers away. On an error (the ledger cannot be read, or
// the vault cannot seal) no event of b may be stored.
func (i *Identifier) Identify(b *event.Batch) error {
	all, err := i.people(b.Project)
	if err != nil {
		return err
	}
	claims := make([]claim, len(b.Events))
	for n := range b.Events {
		claims[n] = claimOf(b, &b.Events[n])
	}
	if err := i.settle(b.Project, all, claims); err != nil {
		return err
	}
	for n := range b.Events {
		b.Events[n].Actor = claims[n].who.actor
	}
	if err := i.noteVerbs(b, all); err != nil {
		return err
	}
	for n := range b.Events {
		hide(&b.Events[n])
	}
	return nil
}

// settle finds the actors of all claims, and introduces those that are new.
func (i *Identifier) settle(p event.ProjectID, all *people, claims []claim) error {
	for n := range claims {
		i.recognise(p, all, &claims[n].who)
		i.recognise(p, all, &claims[n].device)
	}
	if !all.recall(claims) {
		if err := i.introduce(p, all, claims); err != nil {
			return err
		}
	}
	if err := i.confirm(p, all); err != nil {
		return err
	}
	for n := range claims {
		i.recent.add(p, &claims[n].who)
		i.recent.add(p, &claims[n].device)
	}
	return nil
}

// confirm waits until the keys of all who are known now are durable, and hands the ledger what is to be kept of them. Who is
// known already may have come a moment ago with another request: nobody's event is kept before their record, and no
// record before their key. A process that dies in between leaves keys of nobody, never somebody without a key.
func (i *Identifier) confirm(p event.ProjectID, all *people) error {
	until := all.queued.Load()
	if err := i.vault.Settle(p); err != nil {
		return err
	}
	if all.noted.Load() < until {
		all.noteUntil(until, func(records [][]byte) { i.ledger.Note(p, records) })
	}
	return nil
}

// recognise fills in the actor of an identifier seen lately, or else its fingerprint.
func (i *Identifier) recognise(p event.ProjectID, all *people, id *identity) {
	if id.kind == nobody || i.recent.find(p, id) && !all.isForgotten(id.actor) {
		return
	}
	id.actor = 0
	id.hash = i.vault.Blind(p, id.kind.field(), id.value)
}

// introduce assigns actors to the claims that recall did not find. Their records wait in the order in which they took
// effect until confirm hands them on.
func (i *Identifier) introduce(p event.ProjectID, all *people, claims []claim) error {
	seal := func(id *identity) ([]byte, error) {
		if id.kind == address {
			return nil, nil // an address is kept in no form that can be opened
		}
		return i.vault.SealNew(p, id.actor, id.kind.field(), id.value)
	}
	all.mu.Lock()
	defer all.mu.Unlock()
	for n := range claims {
		records, err := all.introduceLocked(&claims[n], seal, nil)
		all.queueLocked(records...)
		if err != nil {
			return err
		}
	}
	return nil
}

// people are the project's actors, read from the ledger when they are first asked for. A ledger that could not be read
// is tried again the next time.
func (i *Identifier) people(p event.ProjectID) (*people, error) {
	i.mu.Lock()
	all := i.projects[p]
	if all == nil {
		all = &people{}
		i.projects[p] = all
	}
	i.mu.Unlock()
	if err := all.open(func() error { return i.read(p, all) }); err != nil {
		return nil, err
	}
	return all, nil
}

// read prepares the vault and replays the project's ledger. It needs the lock of all.
func (i *Identifier) read(p event.ProjectID, all *people) error {
	if err := i.vault.Prepare(context.Background(), p); err != nil {
		return fmt.Errorf("cannot prepare the vault: %w", err)
	}
	for body, err := range i.ledger.Records(p) {
		if err == nil {
			err = all.replayLocked(body)
		}
		if err != nil {
			return fmt.Errorf("cannot read the identifiers of project %d: %w", p, err)
		}
	}
	return nil
}
