package vault

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"io"
	"sync"

	"jejak/event"
	"jejak/ground/vault/internal/seal"
)

// firstVersion is that of a project's first key. It blinds for ever: what was blinded must be found again.
const firstVersion = 1

// maxVersions bounds how often a project's key can be replaced.
const maxVersions = 1 << 16

// keys are what one project seals and blinds with: all its keys so far. They never change; a rotation makes new ones.
type keys struct {
	blinders *blinders
	versions []version // by number, from 1
}

// version is one of a project's keys.
type version struct {
	number   uint32
	values   seal.Key
	subjects seal.Key // wraps the keys of subjects
}

func newVersion(key [seal.KeySize]byte, number uint32) version {
	return version{
		number: number,
		values: seal.New(seal.Derive(key, "jejak vault seal 1")), subjects: seal.New(seal.Derive(key, "jejak vault subjects 1")),
	}
}

// newKeys are those of a project with one key.
func newKeys(key [seal.KeySize]byte) *keys {
	return &keys{blinders: &blinders{key: key}, versions: []version{newVersion(key, firstVersion)}}
}

// newest seals.
func (k *keys) newest() version { return k.versions[len(k.versions)-1] }

// of opens what a version sealed; false when it is not known.
func (k *keys) of(number uint32) (version, bool) {
	if number < 1 || uint64(number) > uint64(len(k.versions)) {
		return version{}, false
	}
	return k.versions[number-1], true
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
	var k *keys
	err := v.db.Write(ctx, func(tx *sql.Tx) (err error) {
		k, err = v.loadOrMake(ctx, tx, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	v.projects.Store(p, k)
	return k, nil
}

// reload reads the project's keys again: another process may have replaced the newest.
func (v *Vault) reload(ctx context.Context, p event.ProjectID) (*keys, error) {
	v.reading.Lock() // not making: the caller may hold the lock of a keyring
	defer v.reading.Unlock()
	var k *keys
	err := v.db.Read(ctx, func(tx *sql.Tx) (err error) {
		k, err = v.load(ctx, tx, p)
		return err
	})
	if err != nil || k == nil {
		return nil, err
	}
	if before, ok := v.projects.Load(p); ok {
		k.blinders = before.(*keys).blinders // they are ready to use
	}
	v.projects.Store(p, k)
	return k, nil
}

func (v *Vault) loadOrMake(ctx context.Context, tx *sql.Tx, p event.ProjectID) (*keys, error) {
	if k, err := v.load(ctx, tx, p); k != nil || err != nil {
		return k, err
	}
	if err := v.checkNoSlots(p); err != nil {
		return nil, err
	}
	key, err := v.make(ctx, tx, p, firstVersion)
	if err != nil {
		return nil, err
	}
	return newKeys(key), nil
}

// load reads the keys of a project; nil when it has none.
func (v *Vault) load(ctx context.Context, tx *sql.Tx, p event.ProjectID) (k *keys, err error) {
	all, err := wrappedOf(ctx, tx, p)
	if err != nil {
		return nil, err
	}
	for i, w := range all {
		if w.version != uint32(i)+firstVersion {
			return nil, fmt.Errorf("FATAL: key %d of project %d is missing: the metadata is damaged. Events are safe.\nhint: put back meta.db from your backup", i+firstVersion, p)
		}
		key, err := v.unwrapProject(w)
		if err != nil {
			return nil, err
		}
		if k == nil {
			k = newKeys(key)
			continue
		}
		k.versions = append(k.versions, newVersion(key, w.version))
	}
	return k, nil
}

// wrapped is a key of a project as the metadata has it.
type wrapped struct {
	project event.ProjectID
	version uint32
	root    rootNumber
	text    []byte
}

const selectWrapped = "SELECT project, version, root, wrapped FROM vault_keys "

func wrappedOf(ctx context.Context, tx *sql.Tx, p event.ProjectID) ([]wrapped, error) {
	return scanWrapped(tx.QueryContext(ctx, selectWrapped+"WHERE project = $1 ORDER BY version", p))
}

func scanWrapped(rows *sql.Rows, err error) (all []wrapped, _ error) {
	if err != nil {
		return nil, fmt.Errorf("cannot read the vault's keys: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var w wrapped
		var number []byte
		if err := rows.Scan(&w.project, &w.version, &number, &w.text); err != nil {
			return nil, fmt.Errorf("cannot read the vault's keys: %w", err)
		}
		copy(w.root[:], number)
		all = append(all, w)
	}
	return all, rows.Err()
}

// unwrapProject opens a project's key. When another process has replaced the root key, it reads that first.
func (v *Vault) unwrapProject(w wrapped) (key [seal.KeySize]byte, err error) {
	r, err := v.rootOf(w.root)
	if err != nil {
		return key, err
	}
	plain, err := r.wrap.Open(w.text, boundKey(w.project, w.version))
	if err != nil || len(plain) != len(key) {
		return key, fmt.Errorf("FATAL: the key of project %d does not open: the metadata is damaged. Events are safe.\nhint: put back meta.db from your backup", w.project)
	}
	return [seal.KeySize]byte(plain), nil
}

// boundKey is what a project's key is tied to.
func boundKey(p event.ProjectID, number uint32) []byte {
	b := binary.BigEndian.AppendUint32([]byte("jejak vault key 1"), uint32(p))
	return binary.BigEndian.AppendUint32(b, number)
}

// rootOf is the root key of a number: the one at hand, or the one that another process has put in its place.
func (v *Vault) rootOf(number rootNumber) (*root, error) {
	if r := v.root.Load(); r.number == number {
		return r, nil
	}
	if err := v.openWanted([]rootNumber{number}); err != nil {
		return nil, fmt.Errorf("the root key was replaced by %v: %w\nhint: start again", number, err)
	}
	return v.root.Load(), nil
}

// make draws a key for a project, and keeps it wrapped by the root key of the others.
func (v *Vault) make(ctx context.Context, tx *sql.Tx, p event.ProjectID, number uint32) (key [seal.KeySize]byte, err error) {
	wanted, err := rootsOf(ctx, tx)
	if err != nil {
		return key, err
	}
	r := v.root.Load()
	if len(wanted) > 0 {
		if r, err = v.rootOf(wanted[0]); err != nil {
			return key, err
		}
	}
	if _, err := io.ReadFull(v.rand, key[:]); err != nil {
		return key, fmt.Errorf("cannot draw the key of project %d: %w", p, err)
	}
	text, err := r.wrap.Seal(v.rand, nil, key[:], boundKey(p, number))
	if err != nil {
		return key, err
	}
	return key, keepWrapped(ctx, tx, wrapped{p, number, r.number, text})
}

func keepWrapped(ctx context.Context, tx *sql.Tx, w wrapped) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO vault_keys (project, version, root, wrapped) VALUES ($1, $2, $3, $4)",
		w.project, w.version, w.root[:], w.text)
	if err != nil {
		return fmt.Errorf("cannot keep the key of project %d: %w", w.project, err)
	}
	return nil
}

func countKeys(ctx context.Context, tx *sql.Tx) (n int, err error) {
	if err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM vault_keys").Scan(&n); err != nil {
		return 0, fmt.Errorf("cannot count the vault's keys: %w", err)
	}
	return n, nil
}

// blinders blind with the project's first key.
type blinders struct {
	key    [seal.KeySize]byte
	fields sync.Map // string to *sync.Pool of *blinder
}
