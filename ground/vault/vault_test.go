package vault

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"jejak/event"
	"jejak/ground/meta"
)

// house is a data folder with its key file beside it.
type house struct {
	t    *testing.T
	data string
	key  string
}

func newHouse(t *testing.T) house {
	dir := t.TempDir()
	return house{t, filepath.Join(dir, "data"), filepath.Join(dir, "data.key")}
}

func (h house) db() *meta.DB {
	h.t.Helper()
	db, err := meta.Open(h.data)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { db.Close() })
	return db
}

func (h house) options(db *meta.DB) Options {
	return Options{DB: db, KeyFile: h.key, Dir: filepath.Join(h.data, "identity"), Audit: filepath.Join(h.data, "audit"), Rand: rand.Reader}
}

func (h house) vault() *Vault {
	h.t.Helper()
	v, err := Open(h.options(h.db()))
	if err != nil {
		h.t.Fatal(err)
	}
	return v
}

// refuses starts, and expects to be told why.
func (h house) refuses(with ...string) {
	h.t.Helper()
	_, err := Open(h.options(h.db()))
	if err == nil || !slices.ContainsFunc(with, func(w string) bool { return strings.Contains(err.Error(), w) }) {
		h.t.Errorf("error %v, want one with %q", err, with)
	}
}

func TestBlindIndexesOutliveARestart(t *testing.T) {
	h := newHouse(t)
	first := h.vault().Blind(1, "user", "ani@example.com")
	again := h.vault().Blind(1, "user", "ani@example.com")
	if first != again {
		t.Error("the same value has another index after a restart")
	}
}

func TestBlindIndexesDifferByProjectFieldAndValue(t *testing.T) {
	v := newHouse(t).vault()
	seen := map[[16]byte]string{}
	for _, p := range []event.ProjectID{1, 2} {
		for _, field := range []string{"user", "device", ""} {
			for _, value := range []string{"a", "b", "", strings.Repeat("x", 3*maxKept)} {
				index := v.Blind(p, field, value)
				if other, ok := seen[index]; ok {
					t.Errorf("project %d, %q, %q has the index of %s", p, field, value, other)
				}
				seen[index] = value
				if index != v.Blind(p, field, value) {
					t.Errorf("project %d, %q, %q has two indexes", p, field, value)
				}
			}
		}
	}
}

// TestBlindKnownAnswer ties the index to its drawing: a change would make all earlier ones worthless.
func TestBlindKnownAnswer(t *testing.T) {
	k := newKeys([32]byte{1, 2, 3})
	if got, want := k.blind("user", "ani"), knownBlind([32]byte{1, 2, 3}, "user", "ani"); got != want {
		t.Errorf("index %x, want %x", got, want)
	}
}

func TestSealedOpensOnlyAsItWasSealed(t *testing.T) {
	h := newHouse(t)
	v, plain := h.vault(), []byte("Ani, +62 812")
	sealed, err := v.Seal(1, "profile", plain)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, plain) || len(sealed) != len(plain)+45 {
		t.Errorf("sealed to %d bytes, or not at all", len(sealed))
	}
	if got, err := h.vault().open(1, "profile", sealed); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("opened to %q, error %v", got, err)
	}
	if _, err := v.open(2, "profile", sealed); err == nil {
		t.Error("it opens for another project")
	}
	if _, err := v.open(1, "export", sealed); err == nil {
		t.Error("it opens for another purpose")
	}
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 1
		if _, err := v.open(1, "profile", bad); err == nil {
			t.Errorf("it opens with byte %d changed", i)
		}
	}
	for n := range sealed {
		if _, err := v.open(1, "profile", sealed[:n]); err == nil {
			t.Errorf("it opens with %d of its bytes", n)
		}
	}
}

func TestSealingTwiceLooksDifferent(t *testing.T) {
	v := newHouse(t).vault()
	a, _ := v.Seal(1, "profile", []byte("x"))
	b, _ := v.Seal(1, "profile", []byte("x"))
	if bytes.Equal(a, b) {
		t.Error("equal values can be seen to be equal")
	}
}

func TestSealFailsWithoutRandomness(t *testing.T) {
	v := newHouse(t).vault()
	if err := v.Prepare(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	v.rand = iotest.ErrReader(io.ErrUnexpectedEOF)
	if _, err := v.Seal(1, "profile", []byte("x")); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error %v", err)
	}
}

func TestNoKeyInTheDataFolder(t *testing.T) {
	h := newHouse(t)
	known := bytes.Repeat([]byte("0123456789abcdef"), 2)
	o := h.options(h.db())
	o.Rand = io.MultiReader(bytes.NewReader(known), bytes.NewReader(known), strings.NewReader(strings.Repeat("n", 24)), bytes.NewReader(known), rand.Reader)
	v, err := Open(o) // draws the root key, the key of project 1, the nonce it is wrapped with, the key of ann
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Prepare(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if k, _ := v.keysOf(t.Context(), 1); !bytes.Equal(k.blinders.key[:], known) {
		t.Fatal("the test does not know the project's key")
	}
	sealFor(t, v, ann, "user", "ann")
	files := 0
	err = filepath.WalkDir(h.data, func(path string, f fs.DirEntry, err error) error {
		if err != nil || f.IsDir() {
			return err
		}
		files++
		if text, err := os.ReadFile(path); err != nil || bytes.Contains(text, known[:16]) {
			t.Errorf("%s holds a key, or cannot be read: %v", path, err)
		}
		return nil
	})
	if err != nil || files < 4 {
		t.Errorf("%d files were looked through, error %v", files, err)
	}
}

func TestTwoFirstStartsMakeOneKey(t *testing.T) {
	h := newHouse(t)
	var all sync.WaitGroup
	indexes := make([][16]byte, 6)
	for i := range indexes {
		db := h.db()
		all.Go(func() {
			v, err := Open(h.options(db))
			if err != nil {
				t.Error(err)
				return
			}
			indexes[i] = v.Blind(7, "user", "ani")
		})
	}
	all.Wait()
	for _, index := range indexes {
		if index != indexes[0] {
			t.Error("two processes blind with different keys")
		}
	}
}

func TestManyGoroutinesShareAVault(t *testing.T) {
	v := newHouse(t).vault()
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for n := range 50 {
				p := event.ProjectID(n%5 + 1)
				if first, again := v.Blind(p, "user", "ani"), v.Blind(p, "user", "ani"); first != again {
					t.Error("two indexes of one value")
				}
				if sealed, err := v.Seal(p, "profile", []byte{byte(i)}); err != nil {
					t.Error(err)
				} else if plain, err := v.open(p, "profile", sealed); err != nil || plain[0] != byte(i) {
					t.Errorf("opened to %v, error %v", plain, err)
				}
			}
		})
	}
	all.Wait()
}

func TestBlindPanicsWithoutItsKey(t *testing.T) {
	h := newHouse(t)
	db := h.db()
	v, err := Open(h.options(db))
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	if err := v.Prepare(t.Context(), 1); err == nil {
		t.Error("a key out of a closed database")
	}
	defer func() {
		if recover() == nil {
			t.Error("an index under no key")
		}
	}()
	v.Blind(1, "user", "ani")
}

func TestDamagedWrappedKeyIsRefused(t *testing.T) {
	h := newHouse(t)
	h.vault().Blind(1, "user", "ani")
	err := h.db().Write(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.Exec("UPDATE vault_keys SET wrapped = zeroblob(72)")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.vault().Prepare(t.Context(), 1); err == nil || !strings.HasPrefix(err.Error(), "FATAL: ") {
		t.Errorf("error %v", err)
	}
}

// A key wrapped for one project must not serve another, even for who can write the database.
func TestWrappedKeysCannotChangePlaces(t *testing.T) {
	h := newHouse(t)
	v := h.vault()
	v.Blind(1, "user", "ani")
	v.Blind(2, "user", "ani")
	err := h.db().Write(context.Background(), func(tx *sql.Tx) error {
		_, err := tx.Exec("UPDATE vault_keys SET wrapped = (SELECT wrapped FROM vault_keys WHERE project = 1) WHERE project = 2")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.vault().Prepare(t.Context(), 2); err == nil {
		t.Error("project 2 works with the key of project 1")
	}
}

func BenchmarkBlind(b *testing.B) {
	k := newKeys([32]byte{1})
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			k.blind("user", "018f2c3a-5c1e-7b1e-9d4f-2a6b8c0d1e2f")
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	k := newKeys([32]byte{1})
	plain := make([]byte, 36)
	for b.Loop() {
		if _, err := k.seal(rand.Reader, 1, "identifier", plain); err != nil {
			b.Fatal(err)
		}
	}
}
