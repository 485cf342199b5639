package vault

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"jejak/event"
)

// ringLock is held by whoever reads a slot in order to write it: commands erase and rotate beside a server. The file says
// with which of the project's keys new slots are to be wrapped, so that all processes know at once.
type ringLock struct {
	file *os.File
	said [8]byte
}

func openRingLock(path string) (*ringLock, error) {
	f, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot open the lock of a project's keys: %w", err)
	}
	return &ringLock{file: f}, nil
}

func (l *ringLock) hold(do func() error) error {
	if err := flock(l.file, syscall.LOCK_EX); err != nil {
		return fmt.Errorf("cannot lock the keys of a project's people: %w", err)
	}
	l.said = [8]byte{}
	_, _ = l.file.ReadAt(l.said[:], 0) // one that was just made says nothing
	return errors.Join(do(), flock(l.file, syscall.LOCK_UN))
}

func flock(f *os.File, how int) error {
	for {
		if err := syscall.Flock(int(f.Fd()), how); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

// What the file says, as numbers of four bytes. It need not be durable: whoever starts later reads the metadata, and looks
// for what a rotation has prepared.
const (
	newestKey = 0 // the version of the newest key; 0 when none was replaced since the file was made
	prepared  = 4 // 1 while a rotation has slots beside the file that belong into it: whoever comes next writes them first
)

// get is what the file said when the lock was taken; it and set are called under the lock.
func (l *ringLock) get(what int64) uint32 { return binary.BigEndian.Uint32(l.said[what:]) }

func (l *ringLock) set(what int64, n uint32) error {
	if _, err := l.file.WriteAt(binary.BigEndian.AppendUint32(nil, n), what); err != nil {
		return fmt.Errorf("cannot write the lock of a project's keys: %w", err)
	}
	binary.BigEndian.PutUint32(l.said[what:], n)
	return nil
}

// current are the keys, read again when another process has replaced the newest. It needs the lock of the keyring.
func (v *Vault) current(k *keys, f *keyring, p event.ProjectID) (*keys, error) {
	if f.lock.get(newestKey) <= k.newest().number {
		return k, nil
	}
	return v.reload(context.Background(), p)
}

// wasMade tells whether the file of slots was made before: then it must be there.
func (v *Vault) wasMade(at keyringOf) (made bool, err error) {
	err = v.db.Read(context.Background(), func(tx *sql.Tx) error {
		return tx.QueryRow("SELECT COUNT(*) > 0 FROM vault_rings WHERE project = $1 AND kind = $2", at.project, at.kind).Scan(&made)
	})
	if err != nil {
		return false, fmt.Errorf("cannot read which keys there are: %w", err)
	}
	return made, nil
}

func (v *Vault) noteMade(at keyringOf) error {
	return v.db.Write(context.Background(), func(tx *sql.Tx) error {
		if _, err := tx.Exec("INSERT OR IGNORE INTO vault_rings (project, kind) VALUES ($1, $2)", at.project, at.kind); err != nil {
			return fmt.Errorf("cannot note which keys there are: %w", err)
		}
		return nil
	})
}

// checkNoSlots refuses a first key for a project whose people have keys already: they would be lost among new ones.
func (v *Vault) checkNoSlots(p event.ProjectID) error {
	for _, kind := range []SubjectKind{Person, Group} {
		path := keyringOf{p, kind}.path(v.dir)
		if at, err := os.Stat(path); err == nil && at.Size() > slotSize {
			return fmt.Errorf("FATAL: %s holds keys of people, but the metadata has no key of project %d that opens them. Events are safe; nothing was changed.\nhint: put back meta.db from your backup", filepath.Base(filepath.Dir(path))+"/"+filepath.Base(path), p)
		}
	}
	return nil
}
