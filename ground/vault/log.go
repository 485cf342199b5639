package vault

import (
	"context"
	"database/sql"
	"fmt"

	"jejak/event"
	"jejak/ground/audit"
	"jejak/ground/vault/internal/seal"
)

// logIdentity is what the audit log signs with and is called. It comes from the first root key and outlives it: who holds
// checkpoints elsewhere holds the public key, too.
type logIdentity struct {
	seed   [seal.KeySize]byte
	number rootNumber
}

func (i logIdentity) options() audit.Options {
	return audit.Options{Origin: "jejak/" + i.number.String(), Seed: i.seed}
}

// logRow is the place of a log's identity among the wrapped keys, once the first root key was replaced: no project's. (0 is the
// installation, which has a key of its own.)
const logRow event.ProjectID = 1<<32 - 1

func boundLog() []byte { return []byte("jejak vault log 1") }

func (v *Vault) openLog(ctx context.Context, dir string) error {
	var i logIdentity
	err := v.db.Read(ctx, func(tx *sql.Tx) (err error) {
		i, err = v.logIdentity(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	v.log, err = audit.Open(dir, i.options())
	return err
}

func (v *Vault) logIdentity(ctx context.Context, tx *sql.Tx) (i logIdentity, err error) {
	rows, err := wrappedOf(ctx, tx, logRow)
	if err != nil {
		return i, err
	}
	if len(rows) == 0 {
		r := v.root.Load()
		return logIdentity{r.logSeed, r.number}, nil
	}
	r, err := v.rootOf(rows[0].root)
	if err != nil {
		return i, err
	}
	plain, err := r.wrap.Open(rows[0].text, boundLog())
	if err != nil || len(plain) != len(i.seed)+len(i.number) {
		return i, fmt.Errorf("FATAL: the key of the audit log does not open: the metadata is damaged. Events are safe.\nhint: put back meta.db from your backup")
	}
	return logIdentity{[seal.KeySize]byte(plain[:seal.KeySize]), rootNumber(plain[seal.KeySize:])}, nil
}

// wrapLog is the row that keeps the log's identity under a root key.
func (v *Vault) wrapLog(i logIdentity, r *root) (wrapped, error) {
	text, err := r.wrap.Seal(v.rand, nil, append(i.seed[:], i.number[:]...), boundLog())
	return wrapped{logRow, firstVersion, r.number, text}, err
}
