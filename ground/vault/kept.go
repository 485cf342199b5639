package vault

import (
	"context"

	"jejak/event"
	"jejak/ground/audit"
)

// OpenKept opens what an earlier version sealed for a project as a whole, with Seal for a purpose, so that the program can
// seal it for those whom it is about. What opener gives is a personal value: it goes back into the vault and nowhere else.
// The act is in the audit log before. Errors: audit.ErrUnwritable, those of Prepare.
func (v *Vault) OpenKept(ctx context.Context, p event.ProjectID, purpose string) (opener func(sealed []byte) ([]byte, error), err error) {
	entry := audit.Entry{Who: "jejak", Act: "vault.resealed", Project: p, About: purpose}
	if _, err := v.log.Record(ctx, entry); err != nil {
		return nil, err
	}
	return func(sealed []byte) ([]byte, error) { return v.open(p, purpose, sealed) }, nil
}
