package vault

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/audit"
	"jejak/ground/durable"
	"jejak/ground/vault/internal/seal"
)

// Keeping is how a root key is to be kept from now on.
type Keeping struct {
	Protection Protection
	Passphrase []byte // of WithPassphrase
	People     int    // of Split
	// Deal is given the shares of Split, as texts. It MUST NOT return nil before whoever is to have them has them: the
	// key file is replaced next.
	Deal func(shares []string) error
}

// KeyState says how the root key is kept. It holds no secret.
type KeyState struct {
	Protection Protection `json:"protection"`
	Number     string     `json:"root"`
	People     int        `json:"people,omitempty"`
}

// KeyState reads it from the key file.
func (v *Vault) KeyState(ctx context.Context) (KeyState, error) {
	if err := access.May(ctx, 0, access.Administer); err != nil {
		return KeyState{}, err
	}
	f, err := readKeyFile(v.keyFile)
	return KeyState{f.protection, f.number.String(), f.people}, err
}

// Protect keeps the same root key in another way. Only for the console.
func (v *Vault) Protect(ctx context.Context, to Keeping) error {
	if err := mayKeepKeys(ctx); err != nil {
		return err
	}
	v.making.Lock()
	defer v.making.Unlock()
	key, err := v.presentKey()
	if err != nil {
		return err
	}
	next, err := v.keep(key, to)
	if err != nil {
		return err
	}
	if err := v.recordKey(ctx, "key.protected", 0, fmt.Sprintf("root %v: %s", next.number, to.Protection)); err != nil {
		return err
	}
	return writeKeyFile(v.keyFile, next.format())
}

// RotateRoot draws a new root key, wraps every project's key with it, and puts it into the key file. The file of the old one
// stays beside it, with the old number behind its name: older backups need it. Servers on the folder go on meanwhile; one
// that cannot open the new key file by itself must be started again before it can make keys for a new project. Whenever
// the process dies, the next start opens. Only for the console.
func (v *Vault) RotateRoot(ctx context.Context, to Keeping) (now KeyState, err error) {
	if err := mayKeepKeys(ctx); err != nil {
		return now, err
	}
	v.making.Lock()
	defer v.making.Unlock()
	if _, err := v.presentKey(); err != nil {
		return now, err
	}
	var key [seal.KeySize]byte
	if _, err := io.ReadFull(v.rand, key[:]); err != nil {
		return now, fmt.Errorf("cannot draw the root key: %w", err)
	}
	next, err := v.keep(key, to)
	if err != nil {
		return now, err
	}
	old := v.root.Load()
	if err := v.recordKey(ctx, "key.rotated", 0, fmt.Sprintf("root %v to %v: %s", old.number, next.number, to.Protection)); err != nil {
		return now, err
	}
	r := newRoot(key)
	for _, step := range []func() error{
		func() error { return writeKeyFile(nextFile(v.keyFile), next.format()) },
		func() error { return v.rewrapAll(ctx, old, &r) },
		func() error { _, err := v.finishRotation(r.number); return err },
	} {
		if err := v.reached(); err != nil {
			return now, err
		}
		if err := step(); err != nil {
			return now, err
		}
	}
	v.root.Store(&r)
	return KeyState{next.protection, next.number.String(), next.people}, nil
}

// reached lets tests die between the steps of a rotation.
func (v *Vault) reached() error {
	if v.step == nil {
		return nil
	}
	return v.step()
}

func mayKeepKeys(ctx context.Context) error {
	if access.Caller(ctx).Kind != access.Console {
		return access.ErrForbidden
	}
	return nil
}

func (v *Vault) recordKey(ctx context.Context, act audit.Act, p event.ProjectID, about string) error {
	_, err := v.log.Record(ctx, audit.Entry{Who: access.Caller(ctx).String(), Act: act, Project: p, About: about})
	return err
}

// presentKey opens the key file, which must be the one in use.
func (v *Vault) presentKey() (key [seal.KeySize]byte, err error) {
	f, err := readKeyFile(v.keyFile)
	if err != nil {
		return key, err
	}
	if f.number != v.root.Load().number {
		return key, errors.New("cannot work on the root key: another process has just replaced it; try again")
	}
	return f.unlock(v.unlock)
}

// keep protects a key, and deals its shares.
func (v *Vault) keep(key [seal.KeySize]byte, to Keeping) (keyFile, error) {
	switch to.Protection {
	case InFile:
		return keyFile{protection: InFile, key: key, number: numberOf(key)}, nil
	case WithPassphrase:
		return withPassphrase(v.rand, key, to.Passphrase)
	case Split:
		shares, err := splitKey(v.rand, key, to.People)
		if err != nil {
			return keyFile{}, err
		}
		texts := make([]string, len(shares))
		for i, s := range shares {
			texts[i] = s.text()
		}
		if err := to.Deal(texts); err != nil {
			return keyFile{}, fmt.Errorf("cannot hand out the shares: %w", err)
		}
		return keyFile{protection: Split, number: numberOf(key), people: to.People}, nil
	}
	return keyFile{}, fmt.Errorf("cannot keep a key as %q", to.Protection)
}

// rewrapAll wraps every key in the metadata anew, all or none.
func (v *Vault) rewrapAll(ctx context.Context, old, now *root) error {
	return v.db.Write(ctx, func(tx *sql.Tx) error {
		if at, err := rootsOf(ctx, tx); err != nil {
			return err
		} else if len(at) > 1 || len(at) == 1 && at[0] != old.number {
			return errors.New("cannot replace the root key: another process has just replaced it; try again")
		}
		all, err := scanWrapped(tx.QueryContext(ctx, selectWrapped+"WHERE project <> $1", logRow))
		if err != nil {
			return err
		}
		identity, err := v.logIdentity(ctx, tx)
		if err != nil {
			return err
		}
		log, err := v.wrapLog(identity, now)
		if err != nil {
			return err
		}
		for i := range all {
			if err := v.rewrap(&all[i], now); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM vault_keys"); err != nil {
			return fmt.Errorf("cannot replace the vault's keys: %w", err)
		}
		for _, w := range append(all, log) {
			if err := keepWrapped(ctx, tx, w); err != nil {
				return err
			}
		}
		return nil
	})
}

func (v *Vault) rewrap(w *wrapped, now *root) error {
	key, err := v.unwrapProject(*w)
	if err != nil {
		return err
	}
	w.root = now.number
	w.text, err = now.wrap.Seal(v.rand, nil, key[:], boundKey(w.project, w.version))
	return err
}

func nextFile(keyFile string) string { return keyFile + ".next" }

// finishRotation puts the key file that a rotation prepared in the place of the old one, which stays beside it. Another
// process may do the same at the same time.
func (v *Vault) finishRotation(wanted rootNumber) (keyFile, error) {
	next, err := readKeyFile(nextFile(v.keyFile))
	if err == nil && next.number == wanted {
		err = v.replaceKeyFile()
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return keyFile{}, err
	}
	f, err := readKeyFile(v.keyFile)
	if err != nil {
		return keyFile{}, err
	}
	if f.number != wanted {
		return keyFile{}, v.foreign([]rootNumber{wanted})
	}
	return f, nil
}

func (v *Vault) replaceKeyFile() error {
	old, err := readKeyFile(v.keyFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err == nil {
		if err := os.Link(v.keyFile, v.keyFile+"."+old.number.String()); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("cannot keep the old key file: %w", err)
		}
	}
	if err := os.Rename(nextFile(v.keyFile), v.keyFile); err != nil {
		return fmt.Errorf("cannot replace the key file: %w", err)
	}
	return durable.Sync(filepath.Dir(v.keyFile))
}
