package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"jejak/ground/access"
	"jejak/ground/audit"
	"jejak/ground/meta"
)

var ann = Subject{Project: 1, Kind: Person, Number: 65}

func sealFor(t *testing.T, v *Vault, s Subject, field, plain string) []byte {
	t.Helper()
	sealed, err := v.SealFor(s, field, []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Settle(s.Project); err != nil {
		t.Fatal(err)
	}
	return sealed
}

func TestSealForOpensOnlyAsItWasSealed(t *testing.T) {
	h := newHouse(t)
	v := h.vault()
	sealed := sealFor(t, v, ann, "user", "ann@example.org")
	if bytes.Contains(sealed, []byte("ann")) {
		t.Fatal("the value stands in what was sealed")
	}
	sealFor(t, v, Subject{1, Person, 66}, "user", "ben")
	sealFor(t, v, Subject{1, Group, 65}, "user", "org")
	sealFor(t, v, Subject{2, Person, 65}, "user", "cem")
	for name, open := range map[string]func() ([]byte, error){
		"another person":  func() ([]byte, error) { return v.openFor(Subject{1, Person, 66}, "user", sealed) },
		"a group":         func() ([]byte, error) { return v.openFor(Subject{1, Group, 65}, "user", sealed) },
		"another project": func() ([]byte, error) { return v.openFor(Subject{2, Person, 65}, "user", sealed) },
		"another field":   func() ([]byte, error) { return v.openFor(ann, "device", sealed) },
		"nobody":          func() ([]byte, error) { return v.openFor(Subject{1, Person, 900}, "user", sealed) },
	} {
		if plain, err := open(); err == nil {
			t.Errorf("%s reads %q", name, plain)
		}
	}
	for i := range sealed {
		b := bytes.Clone(sealed)
		b[i] ^= 1
		if _, err := v.openFor(ann, "user", b); err == nil {
			t.Errorf("byte %d may be changed", i)
		}
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	plain, err := h.vault().openFor(ann, "user", sealed)
	if err != nil || string(plain) != "ann@example.org" {
		t.Errorf("after a restart: %q, %v", plain, err)
	}
}

// TestSlotsCannotChangePlaces: a key is bound to its subject.
func TestSlotsCannotChangePlaces(t *testing.T) {
	h := newHouse(t)
	v := h.vault()
	sealFor(t, v, ann, "user", "ann")
	ben := Subject{1, Person, 66}
	sealed := sealFor(t, v, ben, "user", "ben")
	_, f, err := v.of(ann)
	if err != nil {
		t.Fatal(err)
	}
	x, err := f.read(ann.Number)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.write(ben.Number, x); err != nil {
		t.Fatal(err)
	}
	if _, err := v.openFor(ben, "user", sealed); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("a key in another's place: %v", err)
	}
	if _, err := v.SealFor(ben, "user", []byte("x")); err == nil {
		t.Error("a damaged key was written over")
	}
}

func TestErase(t *testing.T) {
	h := newHouse(t)
	v := h.vault()
	sealed := sealFor(t, v, ann, "user", "ann")
	path := keyringOf{1, Person}.path(filepath.Join(h.data, "identity"))
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Erase(ann); err != nil {
		t.Fatal(err)
	}
	if _, err := v.openFor(ann, "user", sealed); !errors.Is(err, ErrErased) {
		t.Errorf("opening gives %v", err)
	}
	if _, err := v.SealFor(ann, "user", []byte("again")); !errors.Is(err, ErrErased) {
		t.Errorf("sealing gives %v", err)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	again := h.vault()
	if erased, err := again.IsErased(ann); err != nil || !erased {
		t.Errorf("after a restart: %v, %v", erased, err)
	}
	after, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := (int(ann.Number) + 1) * slotSize
	if bytes.Contains(after, before[at+slotHead:at+slotSize]) {
		t.Error("the wrapped key is still in the file")
	}
}

func TestOpenForIsRecordedFirst(t *testing.T) {
	h := newHouse(t)
	v := h.vault()
	sealed := []Sealed{{"user", sealFor(t, v, ann, "user", "ann@example.org")}}
	reader := access.With(context.Background(), access.Identity{Kind: access.User, ID: "AB", Role: access.IdentityReader})
	owner := access.With(context.Background(), access.Identity{Kind: access.User, ID: "CD", Role: access.Owner})

	if _, err := v.OpenFor(owner, ann, Support, sealed); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("an owner: %v", err)
	}
	if _, err := v.OpenFor(reader, ann, "curiosity", sealed); !errors.Is(err, ErrPurpose) {
		t.Errorf("no purpose: %v", err)
	}
	if v.Log().Size() != 0 {
		t.Fatal("a refused act is in the log")
	}
	plain, err := v.OpenFor(reader, ann, Support, sealed)
	if err != nil || string(plain[0]) != "ann@example.org" {
		t.Fatalf("%q, %v", plain, err)
	}
	entry, err := v.Log().Entry(0)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(entry); !strings.Contains(text, `"who":"user:AB"`) || !strings.Contains(text, `"purpose":"support"`) || strings.Contains(text, "ann") {
		t.Errorf("the log says %s", text)
	}
	if err := v.Log().Close(); err != nil {
		t.Fatal(err)
	}
	if plain, err := v.OpenFor(reader, ann, Support, sealed); !errors.Is(err, audit.ErrUnwritable) || plain != nil {
		t.Errorf("with a log that cannot be written: %q, %v", plain, err)
	}
}

// faultyRing fails syncs, or writes.
type faultyRing struct {
	ringFile
	sync, write *error
}

func (f faultyRing) Sync() error {
	if *f.sync != nil {
		return *f.sync
	}
	return f.ringFile.Sync()
}

func (f faultyRing) WriteAt(b []byte, at int64) (int, error) {
	if *f.write != nil {
		n, _ := f.ringFile.WriteAt(b[:len(b)/2], at)
		return n, *f.write
	}
	return f.ringFile.WriteAt(b, at)
}

func TestSettleFails(t *testing.T) {
	h := newHouse(t)
	var syncFault, writeFault error
	o := h.options(h.db())
	o.openFile = func(path string) (ringFile, error) {
		f, err := openFile(path)
		return faultyRing{f, &syncFault, &writeFault}, err
	}
	v, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	sealed := sealFor(t, v, ann, "user", "ann")
	writeFault = errors.New("the disk fails")
	if _, err := v.SealFor(Subject{1, Person, 66}, "user", nil); !errors.Is(err, writeFault) {
		t.Errorf("a failing write gives %v", err)
	}
	writeFault = nil
	sealFor(t, v, Subject{1, Person, 70}, "user", "behind it")
	if _, err := v.SealFor(Subject{1, Person, 66}, "user", nil); err == nil {
		t.Error("half a key was taken for one")
	}
	if _, err := v.SealNew(Subject{1, Person, 66}, "user", nil); err != nil {
		t.Errorf("half a key of nobody is not written over: %v", err)
	}
	syncFault = errors.New("the disk fails")
	if _, err := v.SealFor(Subject{1, Person, 67}, "user", nil); err != nil {
		t.Fatal(err)
	}
	if err := v.Settle(1); !errors.Is(err, syncFault) {
		t.Errorf("a failing sync gives %v", err)
	}
	if err := v.Settle(1); !errors.Is(err, syncFault) {
		t.Errorf("it is forgotten that a sync failed: %v", err)
	}
	syncFault = nil
	if err := v.Settle(1); err != nil {
		t.Errorf("after the disk has recovered: %v", err)
	}
	if plain, err := v.openFor(ann, "user", sealed); err != nil || string(plain) != "ann" {
		t.Errorf("who was known before: %q, %v", plain, err)
	}
}

// TestManySettle lets many goroutines make keys and wait; each finds its own durable in a copy of the file.
func TestManySettle(t *testing.T) {
	h := newHouse(t)
	v := h.vault()
	var wait sync.WaitGroup
	for w := range uint32(8) {
		wait.Go(func() {
			for i := range uint32(50) {
				s := Subject{1, Person, 64 + w*50 + i}
				sealed, err := v.SealFor(s, "user", fmt.Append(nil, s.Number))
				if err == nil {
					err = v.Settle(1)
				}
				if err != nil {
					t.Error(err)
					return
				}
				if plain, err := v.openFor(s, "user", sealed); err != nil || string(plain) != fmt.Sprint(s.Number) {
					t.Errorf("%q, %v", plain, err)
				}
			}
		})
	}
	wait.Wait()
	_, f, _ := v.of(ann)
	if len(f.pending) > 0 {
		t.Errorf("%d keys are not durable", len(f.pending))
	}
}

func BenchmarkSealNew(b *testing.B) { benchmarkSeal(b, (*Vault).SealNew, 1<<20) }
func BenchmarkSealFor(b *testing.B) { benchmarkSeal(b, (*Vault).SealFor, 1000) }

func benchmarkSeal(b *testing.B, seal func(*Vault, Subject, string, []byte) ([]byte, error), people int) {
	dir := b.TempDir()
	db, err := meta.Open(filepath.Join(dir, "data"))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	v, err := Open(Options{DB: db, KeyFile: filepath.Join(dir, "key"), Dir: filepath.Join(dir, "data", "identity"), Audit: filepath.Join(dir, "data", "audit")})
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for b.Loop() {
		if _, err := seal(v, Subject{1, Person, uint32(64 + n%people)}, "user", []byte("ann@example.org")); err != nil {
			b.Fatal(err)
		}
		n++
	}
}
