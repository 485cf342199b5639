package app

import (
	"database/sql"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jejak/ground/access"
	"jejak/ground/meta"
)

// TestDamagedVault damages or takes away each thing that identities hang on. Whatever it is: either the start is refused
// with a reason and a way out, or events of people who are known go on; fsck names it; nothing is overwritten, so that with
// the sound file back everything is as before.
func TestDamagedVault(t *testing.T) {
	persons := filepath.Join("data", "identity", "1", "persons")
	for _, c := range []struct {
		name    string
		path    string // below the house's folder
		spoil   func(t *testing.T, path string)
		refused string // at the start; empty: the server runs
		fsck    string
		known   bool // events of people who are known are taken
		fresh   bool // and those of new people, too
	}{
		{"the key file is missing", "data.key", remove, "key file", "key file", false, false},
		{"the key file is empty", "data.key", write(""), "is damaged", "is damaged", false, false},
		{"the key file is cut", "data.key", cutTo(120), "is damaged", "is damaged", false, false},
		{"the key file is another's", "data.key", write("jejak-root-key-1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8 045cb8ff\n"), "another installation", "another installation", false, false},
		{"everybody reads the key file", "data.key", chmod(0o644), "everybody", "everybody", false, false},
		{"the metadata is missing", "data/meta.db", remove, "meta.db", "meta.db", false, false},
		{"a wrapped key is damaged", "data/meta.db", edit("UPDATE vault_keys SET wrapped = zeroblob(72)"), "", "does not open", false, false},
		{"a wrapped key is gone", "data/meta.db", edit("DELETE FROM vault_keys"), "", "no key of project", false, false},
		{"the keys of people are missing", "data/identity", removeAll, "", "is missing", true, false},
		{"the file of keys is missing", persons, remove, "", "is missing", true, false},
		{"the head of the keys is damaged", persons, flip(3), "", "is not the file", true, false},
		{"the file of keys is empty", persons, write(""), "", "no key", true, true},
		{"the keys are cut", persons, cutTo(500), "", "no key", true, true},
		{"each key is damaged", persons, flipSlots(50), "", "keys are damaged", true, true},
		{"each state is damaged", persons, flipSlots(0), "", "keys are damaged", true, true},
		{"each key's version is damaged", persons, flipSlots(7), "", "keys are damaged", true, true},
		{"the audit log is changed", "data/audit/entries", flip(20), "audit log", "audit log", false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			h.track("view", `,"$user_id":"ann"`)
			h.track("view", `,"$user_id":"ben"`)
			if _, err := h.ground.vault.RotateProject(access.AtConsole(t.Context()), 1); err != nil { // an entry in the log
				t.Fatal(err)
			}
			h.stop()
			if _, err := Check(h.data(), ""); err != nil {
				t.Fatalf("before: %v", err)
			}
			path := filepath.Join(h.folder, c.path)
			sound := filepath.Join(t.TempDir(), "sound")
			copyAll(t, path, sound)
			c.spoil(t, path)
			if _, err := Check(h.data(), ""); err == nil || !strings.Contains(err.Error(), c.fsck) {
				t.Errorf("fsck says %v, want something about %q", err, c.fsck)
			}
			h.goesOn(c.refused, c.known, c.fresh)
			if err := os.RemoveAll(path); err != nil {
				t.Fatal(err)
			}
			copyAll(t, sound, path)
			if c.fresh {
				return // keys of new people are in the damaged file
			}
			if _, err := Check(h.data(), ""); err != nil {
				t.Errorf("with the sound file back: %v", err)
			}
			h.open()
			h.track("view", `,"$user_id":"cem"`)
			if n := h.total("view", "unique"); n != 3 {
				t.Errorf("with the sound file back there are %v people, want 3", n)
			}
		})
	}
}

// goesOn starts the server on the damaged folder and sends events of somebody known and of somebody new.
func (h *house) goesOn(refused string, known, fresh bool) {
	h.t.Helper()
	if refused != "" {
		a, err := New(Options{Data: h.data(), Listen: "127.0.0.1:0"})
		if err == nil {
			_ = a.Stop(h.t.Context())
		}
		if err == nil || !strings.Contains(err.Error(), refused) || !strings.Contains(err.Error(), "hint: ") {
			h.t.Errorf("the start gives %v, want %q and a hint", err, refused)
		}
		return
	}
	h.open()
	for id, taken := range map[string]bool{"ann": known, "new": fresh} {
		body := fmt.Sprintf(`[{"event":"view","properties":{"token":%q,"$user_id":%q,"note":"mail %s@example.org"}}]`, h.project.Token, id, id)
		a := h.ask("POST", "/track", body, "Content-Type", "application/json")
		if want := map[bool]int{true: http.StatusOK, false: http.StatusServiceUnavailable}[taken]; a.status != want {
			h.t.Errorf("an event of %s is answered %d, want %d", id, a.status, want)
		}
	}
	h.stop()
}

func remove(t *testing.T, path string) { must(t, os.Remove(path)) }

func removeAll(t *testing.T, path string) { must(t, os.RemoveAll(path)) }

func write(text string) func(*testing.T, string) {
	return func(t *testing.T, path string) { must(t, os.WriteFile(path, []byte(text), 0o600)) }
}

func cutTo(size int64) func(*testing.T, string) {
	return func(t *testing.T, path string) { must(t, os.Truncate(path, size)) }
}

func chmod(mode os.FileMode) func(*testing.T, string) {
	return func(t *testing.T, path string) { must(t, os.Chmod(path, mode)) }
}

func flip(at int) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		b, err := os.ReadFile(path)
		must(t, err)
		b[at] ^= 0x10
		must(t, os.WriteFile(path, b, 0o600))
	}
}

// flipSlots changes a byte of each slot that is not empty.
func flipSlots(at int) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		b, err := os.ReadFile(path)
		must(t, err)
		for i := 80; i+80 <= len(b); i += 80 {
			if b[i] != 0 {
				b[i+at] ^= 0x10
			}
		}
		must(t, os.WriteFile(path, b, 0o600))
	}
}

func edit(statement string) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		db, err := meta.Open(filepath.Dir(path))
		must(t, err)
		must(t, db.Write(t.Context(), func(tx *sql.Tx) error { _, err := tx.Exec(statement); return err }))
		must(t, db.Close())
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// copyAll copies a file or a folder; of a database its log, too.
func copyAll(t *testing.T, from, to string) {
	t.Helper()
	at, err := os.Stat(from)
	must(t, err)
	if at.IsDir() {
		must(t, os.CopyFS(to, os.DirFS(from)))
		return
	}
	b, err := os.ReadFile(from)
	must(t, err)
	for _, more := range []string{"-wal", "-shm"} {
		_ = os.Remove(to + more)
	}
	must(t, os.WriteFile(to, b, 0o600))
}
