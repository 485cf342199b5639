package meta

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// File is the database's name in the data folder.
const File = "meta.db"

// readers is how many connections read at once; each costs about its page cache.
const readers = 3

const (
	patience  = "&_pragma=busy_timeout(5000)" // milliseconds that a writer waits for another
	immediate = "_txlock=immediate" + patience
	readOnly  = "_pragma=query_only(1)" + patience
)

// prepare makes folder and file with the rights they need: SQLite would take them from the umask, and gives its log the
// rights of the file.
func prepare(dir string) (path string, err error) {
	dir, err = filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("cannot find the data folder: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("cannot make the data folder: %w\nhint: name another folder, or make it and give it to the user that runs Jejak", err)
	}
	path = filepath.Join(dir, File)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", fmt.Errorf("cannot write in the data folder: %w\nhint: the folder and what is in it must belong to the user that runs Jejak", err)
	}
	return path, errors.Join(tighten(f), f.Close())
}

func tighten(f *os.File) error {
	if err := f.Chmod(0o600); err != nil {
		return fmt.Errorf("cannot keep others from reading the metadata: %w", err)
	}
	return nil
}

// pool opens up to n connections; nothing happens before the first is used. WAL lets others read while one writes;
// FULL makes each commit survive power loss; the cache is 256 KiB per connection.
func pool(path string, n int, option string) *sql.DB {
	u := url.URL{Scheme: "file", Path: path, RawQuery: "_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=foreign_keys(1)&_pragma=cache_size(-256)" +
		"&_pragma=journal_size_limit(4194304)&" + option}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		panic("BUG: cannot name the database: " + err.Error()) // sql.Open only looks the driver up
	}
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	return db
}

// explain says what to do about the failures an operator can mend.
func explain(path string, err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff { // the rest of the code is detail
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fmt.Errorf("cannot open the metadata: another process has kept %s locked: %w\nhint: look for a second Jejak, a backup or an open sqlite3 on this folder", path, err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return fmt.Errorf("cannot write in the data folder: %w\nhint: the folder and what is in it must belong to the user that runs Jejak", err)
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("FATAL: %s is damaged: %w\nEvents are kept elsewhere and are safe. Nothing was changed.\nhint: keep a copy of the file and put back meta.db, meta.db-wal and the key file from your backup", path, err)
	}
	return err
}
