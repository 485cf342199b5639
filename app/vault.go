package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"jejak/event"
	"jejak/ground/meta"
	"jejak/ground/vault"
)

// openVault opens the vault of a data folder.
func openVault(db *meta.DB, data string, k Keys) (*vault.Vault, error) {
	return vault.Open(vault.Options{
		DB: db, KeyFile: keyFileOf(data, k.File), Unlock: k.unlock(), Dir: identityFolder(data), Audit: auditFolder(data),
	})
}

// refuseLostMeta: beside events or keys of people, metadata that is missing was there. New metadata would open none of it.
func refuseLostMeta(data string) error {
	if _, err := os.Stat(filepath.Join(data, meta.File)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, folder := range []string{eventsFolder(data), identityFolder(data), auditFolder(data)} {
		if list, err := os.ReadDir(folder); err == nil && len(list) > 0 {
			return fmt.Errorf("FATAL: %s is missing, though %s is there: no project and no key would be known. Nothing was changed.\nhint: put back %s from your backup",
				filepath.Join(data, meta.File), folder, meta.File)
		}
	}
	return nil
}

// identityFolder is where a data folder keeps the keys of people.
func identityFolder(data string) string { return filepath.Join(data, "identity") }

// keyFileOf is where the root key of a data folder is.
func keyFileOf(data, named string) string {
	if named != "" {
		return named
	}
	return filepath.Clean(data) + ".key"
}

// auditFolder is where a data folder keeps the audit log.
func auditFolder(data string) string { return filepath.Join(data, "audit") }

// sealer lets the road seal identifiers and hidden values for the person they belong to.
type sealer struct {
	*vault.Vault
	points
}

// SealNew implements identify.Vault.
func (s sealer) SealNew(p event.ProjectID, a event.Actor, field, plain string) ([]byte, error) {
	defer s.reached("key written")
	return s.Vault.SealNew(vault.Subject{Project: p, Kind: vault.Person, Number: uint32(a)}, field, []byte(plain))
}

// Prepare implements identify.Vault.
func (s sealer) Prepare(ctx context.Context, p event.ProjectID) error {
	defer s.reached("project key kept")
	return s.Vault.Prepare(ctx, p)
}

// Settle implements identify.Vault.
func (s sealer) Settle(p event.ProjectID) error {
	s.reached("keys not durable")
	defer s.reached("keys durable")
	return s.Vault.Settle(p)
}

// points are where a process can die between the writes for one event: between vault, ledgers and events. Tests look at what
// lies on the disk there; nil elsewhere.
type points func(string)

func (p points) reached(point string) {
	if p != nil {
		p(point)
	}
}

// SealFor implements hide.Vault. Of who was erased nothing is kept; nor of whose key is damaged or missing, until it was put
// back: their events go on.
func (s sealer) SealFor(p event.ProjectID, a event.Actor, field, plain string) ([]byte, error) {
	sealed, err := s.Vault.SealFor(vault.Subject{Project: p, Kind: vault.Person, Number: uint32(a)}, field, []byte(plain))
	if errors.Is(err, vault.ErrErased) || errors.Is(err, vault.ErrDamaged) {
		return nil, nil
	}
	return sealed, err
}
