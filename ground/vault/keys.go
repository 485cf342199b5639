package vault

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"sync"

	"jejak/event"
	"jejak/ground/vault/internal/seal"
)

// keyVersion of every project's key, until keys are replaced.
const keyVersion = 1

// keys are what one project seals and blinds with.
type keys struct {
	key      [seal.KeySize]byte
	version  uint32
	values   seal.Key
	subjects seal.Key // wraps the keys of subjects
	fields   sync.Map // string to *sync.Pool of *blinder
}

func newKeys(key [seal.KeySize]byte) *keys {
	return &keys{
		key: key, version: keyVersion,
		values: seal.New(seal.Derive(key, "jejak vault seal 1")), subjects: seal.New(seal.Derive(key, "jejak vault subjects 1")),
	}
}

// keysOf are the project's keys. They are durable before anybody sees them: what is blinded today must be found tomorrow.
func (v *Vault) keysOf(ctx context.Context, p event.ProjectID) (*keys, error) {
	if k, ok := v.projects.Load(p); ok {
		return k.(*keys), nil
	}
	v.making.Lock()
	defer v.making.Unlock()
	if k, ok := v.projects.Load(p); ok {
		return k.(*keys), nil
	}
	var key [seal.KeySize]byte
	err := v.db.Write(ctx, func(tx *sql.Tx) (err error) {
		key, err = v.loadOrMake(ctx, tx, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	k := newKeys(key)
	v.projects.Store(p, k)
	return k, nil
}

func (v *Vault) loadOrMake(ctx context.Context, tx *sql.Tx, p event.ProjectID) (key [seal.KeySize]byte, err error) {
	var wrapped []byte
	err = tx.QueryRowContext(ctx, "SELECT wrapped FROM vault_keys WHERE project = $1 AND version = $2", p, keyVersion).Scan(&wrapped)
	if errors.Is(err, sql.ErrNoRows) {
		return v.make(ctx, tx, p)
	}
	if err != nil {
		return key, fmt.Errorf("cannot read the key of project %d: %w", p, err)
	}
	plain, err := v.root.wrap.Open(wrapped, bound("jejak vault key 1", p, ""))
	if err != nil || len(plain) != len(key) {
		return key, fmt.Errorf("FATAL: the key of project %d does not open: the metadata is damaged. Events are safe.\nhint: put back meta.db from your backup", p)
	}
	return [seal.KeySize]byte(plain), nil
}

func (v *Vault) make(ctx context.Context, tx *sql.Tx, p event.ProjectID) (key [seal.KeySize]byte, err error) {
	if _, err := io.ReadFull(v.rand, key[:]); err != nil {
		return key, fmt.Errorf("cannot draw the key of project %d: %w", p, err)
	}
	wrapped, err := v.root.wrap.Seal(v.rand, nil, key[:], bound("jejak vault key 1", p, ""))
	if err != nil {
		return key, err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO vault_keys (project, version, root, wrapped) VALUES ($1, $2, $3, $4)",
		p, keyVersion, v.root.number[:], wrapped)
	if err != nil {
		return key, fmt.Errorf("cannot keep the key of project %d: %w", p, err)
	}
	return key, nil
}

func countKeys(ctx context.Context, tx *sql.Tx) (n int, err error) {
	if err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM vault_keys").Scan(&n); err != nil {
		return 0, fmt.Errorf("cannot count the vault's keys: %w", err)
	}
	return n, nil
}
