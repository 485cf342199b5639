package vault

import (
	"context"
	"errors"
	"fmt"

	"jejak/ground/access"
	"jejak/ground/audit"
)

// Purpose is why somebody wants to see a personal value. The set is closed.
type Purpose string

// The purposes.
const (
	Support   Purpose = "support"   // somebody asked for help
	Fraud     Purpose = "fraud"     // an abuse is looked into
	Incident  Purpose = "incident"  // a leak is looked into
	Retrieval Purpose = "retrieval" // somebody asked for their own data
	Notice    Purpose = "notice"    // a notice is sent
)

// Known tells whether the purpose is of the closed set.
func (p Purpose) Known() bool {
	switch p {
	case Support, Fraud, Incident, Retrieval, Notice:
		return true
	}
	return false
}

// ErrPurpose says that no purpose, or none of the closed set, was given.
var ErrPurpose = errors.New("a purpose is required: support, fraud, incident, retrieval or notice")

// Sealed is a value of a subject as it is kept.
type Sealed struct {
	Field string
	Text  []byte
}

// OpenFor is the way out of the vault: the values of one subject, in the order of the sealed ones, for a purpose. What
// it gives is a personal value: it goes to whoever asked and nowhere else. The act is in the audit log, durably, before a
// value is decrypted; when the log cannot be written nothing is. Errors: those of access, ErrPurpose, audit.ErrUnwritable,
// ErrErased, ErrNoKey.
func (v *Vault) OpenFor(ctx context.Context, s Subject, why Purpose, sealed []Sealed) ([][]byte, error) {
	if err := access.May(ctx, s.Project, access.Reveal); err != nil {
		return nil, err
	}
	if !why.Known() {
		return nil, ErrPurpose
	}
	entry := audit.Entry{
		Who: access.Caller(ctx).String(), Act: "vault.opened", Project: s.Project, About: fmt.Sprintf("subject %d/%d", s.Kind, s.Number), Purpose: string(why),
	}
	if _, err := v.log.Record(ctx, entry); err != nil {
		return nil, err
	}
	out := make([][]byte, len(sealed))
	for i, x := range sealed {
		plain, err := v.openFor(s, x.Field, x.Text)
		if err != nil {
			return nil, err
		}
		out[i] = plain
	}
	return out, nil
}
