package vault

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"jejak/ground/vault/internal/seal"
)

// rootNumber tells root keys apart, and nothing about the key.
type rootNumber [8]byte

// String is hexadecimal.
func (n rootNumber) String() string { return hex.EncodeToString(n[:]) }

// root is the key that wraps the projects' keys.
type root struct {
	wrap   seal.Key
	number rootNumber
	// logSeed makes the key that signs the audit log, unless the log began under an earlier root key.
	logSeed [32]byte
}

func newRoot(key [seal.KeySize]byte) root {
	return root{seal.New(seal.Derive(key, "jejak vault wrap 1")), numberOf(key), seal.Derive(key, "jejak audit sign 1")}
}

func numberOf(key [seal.KeySize]byte) rootNumber {
	number := seal.Derive(key, "jejak vault number 1")
	return rootNumber(number[:8])
}

// makeRoot runs while no other process can write the database, so that two first starts make one key. The file is
// durable before any key is wrapped by it.
func (v *Vault) makeRoot(ctx context.Context) error {
	return v.db.Write(ctx, func(tx *sql.Tx) error {
		if _, err := readKeyFile(v.keyFile); !errors.Is(err, fs.ErrNotExist) {
			return err // somebody was faster
		}
		if n, err := countKeys(ctx, tx); err != nil {
			return err
		} else if n > 0 {
			return fmt.Errorf("FATAL: the key file %s is missing, and %d keys in the metadata cannot be opened without it. Events, counts and charts are safe; names and identifiers cannot be read or matched. Nothing was changed.\nhint: put back your copy of the key file, or name its place", v.keyFile, n)
		}
		if err := v.checkNoPeople(); err != nil {
			return err
		}
		var key [seal.KeySize]byte
		if _, err := io.ReadFull(v.rand, key[:]); err != nil {
			return fmt.Errorf("cannot draw the root key: %w", err)
		}
		return writeRoot(v.keyFile, key)
	})
}

// checkNoPeople refuses to begin anew beside what an earlier installation left: its keys would be of no use, and new ones
// would be written among them.
func (v *Vault) checkNoPeople() error {
	list, err := os.ReadDir(v.dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(list) == 0 {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot look into the folder of the vault: %w", err)
	}
	return fmt.Errorf("FATAL: %s holds keys of people, but neither the key file nor the metadata that open them are here. Nothing was changed.\nhint: put back meta.db and the key file from your backup", v.dir)
}

// openRoot reads the root key that the metadata asks for: that of the key file, or of the one beside it that a rotation
// left when it was interrupted.
func (v *Vault) openRoot(ctx context.Context) error {
	var wanted []rootNumber
	err := v.db.Read(ctx, func(tx *sql.Tx) (err error) {
		wanted, err = rootsOf(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	return v.openWanted(wanted)
}

func (v *Vault) openWanted(wanted []rootNumber) error {
	f, err := readKeyFile(v.keyFile)
	if err != nil {
		return err
	}
	if len(wanted) > 0 && f.number != wanted[0] {
		if f, err = v.finishRotation(wanted[0]); err != nil {
			return err
		}
	}
	if len(wanted) > 1 {
		return v.foreign(wanted)
	}
	key, err := f.unlock(v.unlock)
	if err != nil {
		return fmt.Errorf("cannot open the key file %s: %w", v.keyFile, err)
	}
	r := newRoot(key)
	v.root.Store(&r)
	return nil
}

func (v *Vault) foreign(wanted []rootNumber) error {
	return fmt.Errorf("FATAL: the key file %s belongs to another installation: keys in the metadata were wrapped by root key %v. Nothing was changed.\nhint: put back the key file that belongs to this data folder, or name its place", v.keyFile, wanted)
}

// rootsOf are the numbers of the root keys that wrap the keys in the metadata: one, or none before the first.
func rootsOf(ctx context.Context, tx *sql.Tx) (all []rootNumber, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT DISTINCT root FROM vault_keys ORDER BY root")
	if err != nil {
		return nil, fmt.Errorf("cannot read the vault's keys: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			return nil, fmt.Errorf("cannot read the vault's keys: %w", err)
		}
		var n rootNumber
		copy(n[:], b)
		all = append(all, n)
	}
	return all, rows.Err()
}
