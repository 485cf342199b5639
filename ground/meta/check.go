package meta

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrNoData says that a folder holds no metadata: it is not a data folder.
var ErrNoData = errors.New("there is no " + File)

// Check reads the database in the folder dir as a whole and holds it against its structure and its foreign keys. It
// changes nothing, and a server may run meanwhile. ErrNoData when there is none; nil means sound.
func Check(dir string) error {
	path := filepath.Join(dir, File)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return ErrNoData
	}
	db := pool(path, 1, readOnly)
	err := errors.Join(
		checkRows(db, "PRAGMA integrity_check", func(rows *sql.Rows) error {
			var said string
			if err := rows.Scan(&said); err != nil || said == "ok" {
				return err
			}
			return fmt.Errorf("the metadata is damaged: %s", said)
		}),
		checkRows(db, "PRAGMA foreign_key_check", func(rows *sql.Rows) error {
			var table, parent string
			var row, key sql.NullInt64
			if err := rows.Scan(&table, &row, &parent, &key); err != nil {
				return err
			}
			return fmt.Errorf("the metadata is damaged: row %d of %s names a row of %s that is not there", row.Int64, table, parent)
		}),
	)
	return errors.Join(explain(path, err), db.Close())
}

// checkRows asks and joins what is wrong with each row.
func checkRows(db *sql.DB, question string, wrong func(*sql.Rows) error) error {
	rows, err := db.QueryContext(context.Background(), question)
	if err != nil {
		return fmt.Errorf("cannot check the metadata: %w", err)
	}
	defer rows.Close()
	var faults []error
	for rows.Next() {
		faults = append(faults, wrong(rows))
	}
	return errors.Join(append(faults, rows.Err())...)
}

// Look reads the database in the folder dir as it is, whatever version of the program made it, and changes nothing. ErrNoData
// when there is none.
func Look(dir string, f func(*sql.Tx) error) error {
	path := filepath.Join(dir, File)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return ErrNoData
	}
	db := pool(path, 1, readOnly)
	tx, err := db.BeginTx(context.Background(), nil)
	if err != nil {
		return errors.Join(explain(path, err), db.Close())
	}
	return errors.Join(f(tx), tx.Rollback(), db.Close())
}
