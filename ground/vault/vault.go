// Package vault keeps the keys under which personal values are sealed and looked up. A random key per project is wrapped
// by the root key, which lives in a file outside the data folder.
package vault

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"

	"jejak/event"
	"jejak/ground/audit"
	"jejak/ground/meta"
	"jejak/ground/vault/internal/seal"
)

// Vault seals and blinds. Many goroutines may use one at once.
type Vault struct {
	db       *meta.DB
	dir      string
	rand     io.Reader
	root     root
	log      *audit.Log
	openFile func(path string) (ringFile, error)

	projects sync.Map   // event.ProjectID to *keys
	keyrings sync.Map   // keyringOf to *keyring
	making   sync.Mutex // held by who loads or makes a project's key, or opens a keyring
}

// Options say where a vault keeps what.
type Options struct {
	DB      *meta.DB
	KeyFile string    // of the root key, outside the data folder
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
	ctx := context.Background()
	r, err := readRoot(o.KeyFile)
	if errors.Is(err, fs.ErrNotExist) {
		r, err = makeRoot(ctx, o.DB, o.KeyFile, o.Rand)
	}
	if err != nil {
		return nil, err
	}
	v := &Vault{db: o.DB, dir: o.Dir, rand: o.Rand, root: r, openFile: o.openFile}
	if err := v.checkRoot(ctx, o.KeyFile); err != nil {
		return nil, err
	}
	v.log, err = audit.Open(o.Audit, audit.Options{Origin: r.origin(), Seed: r.logSeed})
	return v, err
}

// Log is the audit log of the installation.
func (v *Vault) Log() *audit.Log { return v.log }

// makeRoot runs while no other process can write the database, so that two first starts make one key. The file is
// durable before any key is wrapped by it.
func makeRoot(ctx context.Context, db *meta.DB, keyFile string, rand io.Reader) (r root, err error) {
	err = db.Write(ctx, func(tx *sql.Tx) error {
		if r, err = readRoot(keyFile); !errors.Is(err, fs.ErrNotExist) {
			return err // somebody was faster
		}
		if n, err := countKeys(ctx, tx); err != nil {
			return err
		} else if n > 0 {
			return fmt.Errorf("FATAL: the key file %s is missing, and %d keys in the metadata cannot be opened without it. Events, counts and charts are safe; names and identifiers cannot be read or matched. Nothing was changed.\nhint: put back your copy of the key file, or name its place", keyFile, n)
		}
		var key [seal.KeySize]byte
		if _, err := io.ReadFull(rand, key[:]); err != nil {
			return fmt.Errorf("cannot draw the root key: %w", err)
		}
		r = newRoot(key)
		return writeRoot(keyFile, key)
	})
	return r, err
}

// checkRoot refuses a root key that is not the one of this database.
func (v *Vault) checkRoot(ctx context.Context, keyFile string) error {
	return v.db.Read(ctx, func(tx *sql.Tx) error {
		var others int
		err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM vault_keys WHERE root <> $1", v.root.number[:]).Scan(&others)
		if err != nil {
			return fmt.Errorf("cannot read the vault's keys: %w", err)
		}
		if others > 0 {
			return fmt.Errorf("FATAL: the key file %s belongs to another installation: %d keys in the metadata were wrapped by another root key. Nothing was changed.\nhint: put back the key file that belongs to this data folder, or name its place", keyFile, others)
		}
		return nil
	})
}

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
