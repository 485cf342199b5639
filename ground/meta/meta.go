// Package meta keeps what is neither event nor personal value in the clear: projects, users, sessions and wrapped keys,
// in one SQLite database.
package meta

import (
	"context"
	"database/sql"
)

// DB is DATA/meta.db. Many goroutines and several processes may use it at once.
type DB struct {
	read  *sql.DB // any number of readers, never a writer
	write *sql.DB // one connection; its transactions are immediate
	watch *sql.DB // one connection that never writes: data_version counts per connection
}

// Open opens the database in the folder dir; both are made when missing (folder 0700, file 0600) and brought to this
// program's version. The caller MUST Close it.
func Open(dir string) (*DB, error) { return nil, nil }

// Read runs f in a transaction that sees one state of the database.
func (db *DB) Read(ctx context.Context, f func(*sql.Tx) error) error { return nil }

// Write runs f in an immediate transaction. When it returns nil, what f wrote survives power loss. When f returns an
// error, nothing of it stays and Write returns that error.
func (db *DB) Write(ctx context.Context, f func(*sql.Tx) error) error { return nil }

// Version changes whenever any process, this one included, has written. It means nothing after a restart.
func (db *DB) Version(ctx context.Context) (int64, error) { return 0, nil }

// Close frees everything. No call may follow.
func (db *DB) Close() error { return nil }
