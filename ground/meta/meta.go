// Package meta keeps what is neither event nor personal value in the clear: projects, users, sessions and wrapped keys,
// in one SQLite database.
package meta

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// DB is DATA/meta.db. Many goroutines and several processes may use it at once.
type DB struct {
	read  *sql.DB // a few readers that cannot write
	write *sql.DB // one connection; its transactions are immediate
	watch *sql.DB // one connection that never writes: SQLite counts the changes of others per connection
}

// Open opens the database in the folder dir; both are made when missing (folder 0700, file 0600) and brought to this
// program's version. The caller MUST Close it. An error that starts with FATAL says what is safe and what to do.
func Open(dir string) (*DB, error) {
	path, err := prepare(dir)
	if err != nil {
		return nil, err
	}
	db := &DB{read: pool(path, readers, readOnly), write: pool(path, 1, immediate), watch: pool(path, 1, readOnly)}
	if err := db.start(path); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// start migrates and asks each pool once, so that what is wrong shows now.
func (db *DB) start(path string) error {
	ctx := context.Background()
	if err := migrate(ctx, db.write, path); err != nil {
		return explain(path, err)
	}
	if _, err := db.Version(ctx); err != nil {
		return explain(path, err)
	}
	return explain(path, db.read.PingContext(ctx))
}

// Read runs f in a transaction that sees one state of the database. It returns f's error as it is.
func (db *DB) Read(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := db.read.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("cannot read the metadata: %w", err)
	}
	defer tx.Rollback() // nothing was written
	return f(tx)
}

// Write runs f in an immediate transaction: no other writer is at work meanwhile, in any process. When it returns nil,
// what f wrote survives power loss. When f returns an error, nothing of it stays and Write returns that error.
func (db *DB) Write(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("cannot begin to write the metadata: %w", err)
	}
	defer tx.Rollback() // no effect after Commit
	if err := f(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("cannot write the metadata: %w", err)
	}
	return nil
}

// Version changes whenever any process, this one included, has written. It means nothing after a restart.
func (db *DB) Version(ctx context.Context) (version int64, err error) {
	if err := db.watch.QueryRowContext(ctx, "PRAGMA data_version").Scan(&version); err != nil {
		return 0, fmt.Errorf("cannot watch the metadata: %w", err)
	}
	return version, nil
}

// Close frees everything. No call may follow.
func (db *DB) Close() error {
	return errors.Join(db.watch.Close(), db.read.Close(), db.write.Close()) // the writer last: it tidies the log away
}
