package app

import (
	"errors"
	"path/filepath"

	"jejak/event"
	"jejak/ground/meta"
	"jejak/ground/vault"
)

// openVault opens the vault of a data folder.
func openVault(db *meta.DB, data, keyFile string) (*vault.Vault, error) {
	return vault.Open(vault.Options{
		DB: db, KeyFile: keyFile, Dir: filepath.Join(data, "identity"), Audit: auditFolder(data),
	})
}

// auditFolder is where a data folder keeps the audit log.
func auditFolder(data string) string { return filepath.Join(data, "audit") }

// sealer lets the road seal identifiers and hidden values for the person they belong to.
type sealer struct{ *vault.Vault }

// SealNew implements identify.Vault.
func (s sealer) SealNew(p event.ProjectID, a event.Actor, field, plain string) ([]byte, error) {
	return s.Vault.SealNew(vault.Subject{Project: p, Kind: vault.Person, Number: uint32(a)}, field, []byte(plain))
}

// SealFor implements hide.Vault. Of who was erased nothing is kept.
func (s sealer) SealFor(p event.ProjectID, a event.Actor, field, plain string) ([]byte, error) {
	sealed, err := s.Vault.SealFor(vault.Subject{Project: p, Kind: vault.Person, Number: uint32(a)}, field, []byte(plain))
	if errors.Is(err, vault.ErrErased) {
		return nil, nil
	}
	return sealed, err
}
