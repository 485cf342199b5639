// Package identify decides who: it turns the identifiers an event was sent with into the number of an actor.
package identify

import (
	"iter"

	"jejak/event"
)

// Vault hides identifiers.
type Vault interface {
	// Blind is a keyed fingerprint of a value: equal for equal values of one project and field, telling nothing else.
	Blind(p event.ProjectID, field, value string) [16]byte
	// Seal encrypts; only the vault opens.
	Seal(p event.ProjectID, purpose string, plain []byte) ([]byte, error)
}

// Ledger keeps identify's records of each project in their order.
type Ledger interface {
	// Records yields the durable records, oldest first. Bodies are valid until the next step.
	Records(p event.ProjectID) iter.Seq2[[]byte, error]
	// Note queues records. They MUST be durable no later than any event that is stored after Note returned. It MUST NOT
	// wait for the disk: it is called while a lock is held.
	Note(p event.ProjectID, records [][]byte)
}

// Identifier knows the actors of all projects. Many goroutines may use one at once.
type Identifier struct {
	vault  Vault
	ledger Ledger
}

// New makes an Identifier. It reads a project's ledger when that project is first met.
func New(v Vault, l Ledger) *Identifier { return &Identifier{vault: v, ledger: l} }

// Identify gives each event of b its Actor and takes the identifiers away. On an error (the ledger cannot be read, or
// the vault cannot seal) no event of b may be stored.
func (i *Identifier) Identify(b *event.Batch) error { return nil }

// Open reads the project's ledger now instead of with its first event.
func (i *Identifier) Open(p event.ProjectID) error { return nil }
