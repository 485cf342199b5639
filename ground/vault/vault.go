// Package vault keeps the keys under which personal values are sealed and looked up. A random key per project is wrapped
// by the root key, which lives in a file outside the data folder.
package vault

import (
	"context"
	"io"

	"jejak/event"
	"jejak/ground/meta"
)

// Vault seals and blinds. Many goroutines may use one at once.
type Vault struct {
	db   *meta.DB
	rand io.Reader
}

// Open reads the root key from keyFile, or makes it (mode 0600) when there is none and the database holds no key that
// needs it. rand is crypto/rand.Reader outside of tests. An error that starts with FATAL says what is safe and what to do.
func Open(db *meta.DB, keyFile string, rand io.Reader) (*Vault, error) { return nil, nil }

// Prepare loads the project's key, or makes it and makes it durable. Blind and Seal do the same at their first use; call
// Prepare before, where an error can be handled.
func (v *Vault) Prepare(ctx context.Context, p event.ProjectID) error { return nil }

// Blind is the keyed index under which a value can be found again without being readable: HMAC-SHA256 under a key of the
// project and the field, cut to 16 bytes. It panics with the error of Prepare when the project's key is not to be had.
func (v *Vault) Blind(p event.ProjectID, field, value string) [16]byte { return [16]byte{} }

// Seal encrypts plain for the project and the purpose; the result opens under no other. It keeps no reference to plain.
func (v *Vault) Seal(p event.ProjectID, purpose string, plain []byte) ([]byte, error) {
	return nil, nil
}
