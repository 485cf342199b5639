package scope

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"jejak/exposure"
	"jejak/ground/durable"
	"jejak/ground/sealed"
	"jejak/ground/vault"
)

func (c *Cabinet) statePath(id exposure.IncidentID) string {
	return filepath.Join(c.folder(id), "state")
}

// stateName binds a state to its incident and file: that of another does not open.
func stateName(id exposure.IncidentID, file File) string {
	return fmt.Sprintf("%s state %s", id, file.SHA256)
}

// keepState puts a state in the place of the last one, sealed and durable.
func (c *Cabinet) keepState(id exposure.IncidentID, file File, s State) error {
	if err := os.MkdirAll(c.folder(id), 0o700); err != nil {
		return fmt.Errorf("cannot make a folder for the scope: %w", err)
	}
	var key sealed.Key
	_, _ = rand.Read(key[:]) // never fails
	wrapped, err := c.o.Vault.SealOwn(installation, vault.ScopeKey, stateName(id, file), key[:])
	if err != nil {
		return err
	}
	fresh := c.statePath(id) + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return fmt.Errorf("cannot write a scope: %w", err)
	}
	head := append(binary.BigEndian.AppendUint16(nil, uint16(len(wrapped))), wrapped...)
	if err := writeSealed(fresh, key, head, func(w io.Writer) error { _, err := w.Write(s); return err }); err != nil {
		return err
	}
	if err := os.Rename(fresh, c.statePath(id)); err != nil {
		return fmt.Errorf("cannot write a scope: %w", err)
	}
	return durable.Sync(c.folder(id))
}

// state is the kept state of a reading of a file; nil when there is none that can be used: then it is read from the start.
func (c *Cabinet) state(id exposure.IncidentID, file File) State {
	f, err := os.Open(c.statePath(id))
	if err != nil {
		return nil
	}
	defer f.Close()
	var length [2]byte
	if _, err := io.ReadFull(f, length[:]); err != nil {
		return nil
	}
	wrapped := make([]byte, binary.BigEndian.Uint16(length[:]))
	if _, err := io.ReadFull(f, wrapped); err != nil {
		return nil
	}
	key, err := c.o.Vault.OpenOwn(installation, vault.ScopeKey, stateName(id, file), wrapped)
	if err != nil || len(key) != len(sealed.Key{}) {
		return nil
	}
	in, err := openSealed(f, int64(2+len(wrapped)), sealed.Key(key))
	if err != nil {
		return nil
	}
	s, err := io.ReadAll(in)
	if err != nil {
		return nil
	}
	return s
}

func (c *Cabinet) forgetState(id exposure.IncidentID) error {
	if err := os.Remove(c.statePath(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot take the state of a scope away: %w", err)
	}
	return nil
}
