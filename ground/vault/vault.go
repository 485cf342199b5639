// Package vault keeps the keys under which personal values are sealed and looked up. A random key per project is wrapped
// by the root key, which lives in a file outside the data folder.
package vault

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"

	"jejak/event"
	"jejak/ground/audit"
	"jejak/ground/meta"
)

// Vault seals and blinds. Many goroutines may use one at once.
type Vault struct {
	db       *meta.DB
	dir      string
	rand     io.Reader
	keyFile  string
	unlock   Unlock
	root     atomic.Pointer[root]
	log      *audit.Log
	openFile func(path string) (ringFile, error)
	step     func() error // between the steps of a rotation, in tests; nil elsewhere

	projects sync.Map   // event.ProjectID to *keys
	keyrings sync.Map   // keyringOf to *keyring
	reading  sync.Mutex // held by who reads a project's keys again
	making   sync.Mutex // held by who loads or makes a project's key, or opens a keyring
}

// Options say where a vault keeps what.
type Options struct {
	DB      *meta.DB
	KeyFile string    // of the root key, outside the data folder
	Unlock  Unlock    // for a key file that is protected
	Dir     string    // of the keys of people
	Audit   string    // the folder of the audit log
	Rand    io.Reader // safe for many goroutines at once; nil: crypto/rand.Reader

	openFile func(path string) (ringFile, error) // stands in for the file system in tests
}

// Open reads the root key from the key file, or makes it (mode 0600) when there is none and the database holds no key that
// needs it, and opens the audit log. An error that starts with FATAL says what is safe and what to do.
func Open(o Options) (*Vault, error) {
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.openFile == nil {
		o.openFile = openFile
	}
	v := &Vault{db: o.DB, dir: o.Dir, rand: o.Rand, keyFile: o.KeyFile, unlock: o.Unlock, openFile: o.openFile}
	ctx := context.Background()
	if _, err := os.Stat(o.KeyFile); errors.Is(err, fs.ErrNotExist) {
		if err := v.makeRoot(ctx); err != nil {
			return nil, err
		}
	}
	if err := v.openRoot(ctx); err != nil {
		return nil, err
	}
	return v, v.openLog(ctx, o.Audit)
}

// Log is the audit log of the installation.
func (v *Vault) Log() *audit.Log { return v.log }

// Prepare loads the project's key, or makes it and makes it durable. Blind and Seal do the same at their first use; call
// Prepare before, where an error can be handled.
func (v *Vault) Prepare(ctx context.Context, p event.ProjectID) error {
	_, err := v.keysOf(ctx, p)
	return err
}

// Blind is the keyed index under which a value can be found again without being readable: HMAC-SHA256 under a key of the
// project and the field, cut to 16 bytes. field is a word of the program, never one from outside. It panics with the
// error of Prepare when the project's key is not to be had.
func (v *Vault) Blind(p event.ProjectID, field, value string) [16]byte {
	k, err := v.keysOf(context.Background(), p)
	if err != nil {
		panic(err)
	}
	return k.blind(field, value)
}

// Seal encrypts plain for the project and the purpose; the result opens under no other. It keeps no reference to plain.
// An error is one of Prepare.
func (v *Vault) Seal(p event.ProjectID, purpose string, plain []byte) ([]byte, error) {
	k, err := v.keysOf(context.Background(), p)
	if err != nil {
		return nil, err
	}
	return k.seal(v.rand, p, purpose, plain)
}

// open is the way out. It stays inside the package until each opening can be written into the audit log first.
func (v *Vault) open(p event.ProjectID, purpose string, sealed []byte) ([]byte, error) {
	k, err := v.keysOf(context.Background(), p)
	if err != nil {
		return nil, err
	}
	return k.open(p, purpose, sealed)
}
