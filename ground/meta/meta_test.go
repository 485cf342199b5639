package meta

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func open(t *testing.T, dir string) *DB {
	t.Helper()
	db, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func addLink(ctx context.Context, db *DB, hash string) error {
	return db.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO links (hash, purpose, login, expires) VALUES ($1, 'set-up', '', 0)", []byte(hash))
		return err
	})
}

func links(t *testing.T, db *DB) (n int) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *sql.Tx) error { return tx.QueryRow("SELECT COUNT(*) FROM links").Scan(&n) })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestRightsOfFolderAndFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "data")
	db := open(t, dir)
	if err := addLink(t.Context(), db, "x"); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, File): 0o600, filepath.Join(dir, File+"-wal"): 0o600} {
		if at, err := os.Stat(path); err != nil || at.Mode().Perm() != want {
			t.Errorf("%s: rights %v, error %v, want %v", filepath.Base(path), at.Mode().Perm(), err, want)
		}
	}
}

func TestRightsAreTightened(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, File)
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	open(t, dir)
	if at, err := os.Stat(path); err != nil || at.Mode().Perm() != 0o600 {
		t.Errorf("rights %v, error %v", at.Mode().Perm(), err)
	}
}

func TestFolderNameWithSpecialCharacters(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a b?c#d%20&e")
	if err := addLink(t.Context(), open(t, dir), "x"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, File)); err != nil {
		t.Error(err)
	}
}

func TestPragmas(t *testing.T) {
	db := open(t, t.TempDir())
	for _, pool := range []*sql.DB{db.write, db.read, db.watch} {
		for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000", "cache_size": "-256"} {
			var got string
			if err := pool.QueryRow("PRAGMA " + pragma).Scan(&got); err != nil || got != want {
				t.Errorf("%s is %s, error %v, want %s", pragma, got, err, want)
			}
		}
	}
}

func TestWriteIsAllOrNothing(t *testing.T) {
	db := open(t, t.TempDir())
	no := errors.New("no")
	err := db.Write(t.Context(), func(tx *sql.Tx) error {
		if _, err := tx.Exec("INSERT INTO links (hash, purpose, login, expires) VALUES (x'00', 'set-up', '', 0)"); err != nil {
			return err
		}
		return no
	})
	if err != no || links(t, db) != 0 {
		t.Errorf("error %v, %d links", err, links(t, db))
	}
}

func TestReadersCannotWrite(t *testing.T) {
	db := open(t, t.TempDir())
	err := db.Read(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.Exec("DELETE FROM links")
		return err
	})
	if err == nil {
		t.Error("a reader wrote")
	}
}

func TestVersionSeesEveryWriter(t *testing.T) {
	dir := t.TempDir()
	ours, theirs := open(t, dir), open(t, dir)
	seen := map[int64]bool{version(t, ours): true}
	for i, db := range []*DB{ours, theirs, ours, theirs} {
		if err := addLink(t.Context(), db, fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
		if v := version(t, ours); seen[v] {
			t.Errorf("write %d did not change the version", i)
		} else {
			seen[v] = true
		}
	}
	if !seen[version(t, ours)] {
		t.Error("the version changed without a write")
	}
}

func version(t *testing.T, db *DB) int64 {
	t.Helper()
	v, err := db.Version(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestManyFirstStartsAtOnce(t *testing.T) {
	dir := t.TempDir()
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			db, err := Open(dir)
			if err != nil {
				t.Error(err)
				return
			}
			defer db.Close()
			if err := addLink(t.Context(), db, fmt.Sprint(i)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := links(t, open(t, dir)); n != 4 {
		t.Errorf("%d links, want 4", n)
	}
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir)
	if _, err := db.write.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)"); err != nil {
		t.Fatal(err)
	}
	_, err := Open(dir)
	if err == nil || !strings.HasPrefix(err.Error(), "FATAL: ") || !strings.Contains(err.Error(), "newer Jejak") {
		t.Errorf("error %v", err)
	}
}

func TestDamagedDatabaseIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, File), []byte(strings.Repeat("no database\n", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); err == nil || !strings.HasPrefix(err.Error(), "FATAL: ") {
		t.Errorf("error %v", err)
	}
}

func TestFolderThatCannotBeMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(filepath.Join(file, "data")); err == nil || !strings.Contains(err.Error(), "hint: ") {
		t.Errorf("error %v", err)
	}
}

// TestMigrationsGoBothWays also shows that a Down exists for each Up.
func TestMigrationsGoBothWays(t *testing.T) {
	dir := t.TempDir()
	if err := open(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, File)
	pool := pool(path, 1, immediate)
	defer pool.Close()
	p, err := provider(pool)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.DownTo(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestLockedDatabaseIsExplained(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir)
	path := filepath.Join(dir, File)
	hasty := pool(path, 1, "_txlock=immediate&_pragma=busy_timeout(0)")
	defer hasty.Close()
	err := db.Write(t.Context(), func(*sql.Tx) error {
		tx, err := hasty.Begin()
		if err == nil {
			tx.Rollback()
		}
		return explain(path, err)
	})
	if err == nil || !strings.Contains(err.Error(), "hint: look for a second Jejak") {
		t.Errorf("error %v", err)
	}
}
