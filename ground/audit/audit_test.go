package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

var clock = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)

func options() Options {
	return Options{Origin: "jejak/test", Seed: [32]byte{7}, Now: func() time.Time { return clock }}
}

func vkey(t *testing.T) string {
	v, err := VerifierOf("jejak/test", [32]byte{7})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func open(t *testing.T, dir string) *Log {
	t.Helper()
	l, err := Open(dir, options())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func record(t *testing.T, l *Log, n int) {
	t.Helper()
	for i := range n {
		e := Entry{Who: "user:1", Act: "vault.opened", Project: 2, About: fmt.Sprint(i), Purpose: "support"}
		if _, err := l.Record(context.Background(), e); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRecord(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	if l.Size() != 0 || l.Checkpoint() != nil {
		t.Fatalf("a new log has %d entries", l.Size())
	}
	record(t, l, 300)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l = open(t, dir)
	defer l.Close()
	if l.Size() != 300 {
		t.Fatalf("%d of 300 entries are there after a restart", l.Size())
	}
	text, err := l.Entry(299)
	if err != nil {
		t.Fatal(err)
	}
	var e Entry
	if err := json.Unmarshal(text, &e); err != nil || e.About != "299" || !e.At.Equal(clock) {
		t.Errorf("entry 299 is %s", text)
	}
	if _, err := l.Entry(300); err == nil {
		t.Error("entry 300 was read")
	}
}

func TestProve(t *testing.T) {
	l := open(t, t.TempDir())
	defer l.Close()
	record(t, l, 37)
	for i := range int64(37) {
		proof, signed, err := l.Prove(i)
		if err != nil {
			t.Fatal(err)
		}
		was, err := readCheckpoint(signed, ownVerifier{l.signer})
		if err != nil {
			t.Fatal(err)
		}
		text, _ := l.Entry(i)
		if err := tlog.CheckRecord(proof, was.N, was.Hash, i, tlog.RecordHash(text)); err != nil {
			t.Errorf("entry %d: %v", i, err)
		}
		if tlog.CheckRecord(proof, was.N, was.Hash, i, tlog.RecordHash([]byte("another"))) == nil {
			t.Errorf("entry %d: another text was proved", i)
		}
	}
}

func TestTooLong(t *testing.T) {
	l := open(t, t.TempDir())
	defer l.Close()
	if _, err := l.Record(context.Background(), Entry{Purpose: strings.Repeat("x", MaxEntry)}); err == nil || errors.Is(err, ErrUnwritable) {
		t.Errorf("an entry that is too long: %v", err)
	}
	record(t, l, 1) // the log is still good
}

// verified is what Verify says about a log in dir.
func verified(t *testing.T, dir string, held ...[]byte) *Report {
	t.Helper()
	r, err := Verify(dir, vkey(t), held...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestVerifySound(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	var held [][]byte
	for range 5 {
		record(t, l, 7)
		held = append(held, l.Checkpoint())
	}
	l.Close()
	if r := verified(t, dir, held...); len(r.Problems) > 0 || r.Entries != 35 || r.Covered != 35 {
		t.Errorf("%+v", r)
	}
}

// TestVerifyEveryByte flips a bit of each byte of each file: all are noticed, and of an entry which one it is.
func TestVerifyEveryByte(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	record(t, l, 9)
	held := l.Checkpoint()
	offsets, end := l.tree.offsets, l.tree.end
	l.Close()
	for _, name := range []string{"entries", "hashes", "checkpoint"} {
		path := filepath.Join(dir, name)
		sound, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := range sound {
			b := []byte(string(sound))
			b[i] ^= 1 << (i % 8)
			write(t, path, b)
			r := verified(t, dir, held)
			if len(r.Problems) == 0 {
				t.Fatalf("a bit of byte %d of %s was flipped unseen", i, name)
			}
			if name == "entries" {
				entry := entryAt(append(offsets, end), int64(i))
				if !strings.Contains(strings.Join(r.Problems, "\n"), fmt.Sprintf("entry %d ", entry)) {
					t.Fatalf("byte %d belongs to entry %d: %q", i, entry, r.Problems)
				}
			}
		}
		write(t, path, sound)
	}
}

func entryAt(offsets []int64, at int64) int {
	i := 0
	for offsets[i+1] <= at {
		i++
	}
	return i
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestVerifyWrittenAnew lets somebody who has the key write another history that fits in itself.
func TestVerifyWrittenAnew(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	record(t, l, 10)
	first := l.Checkpoint()
	record(t, l, 10)
	second := l.Checkpoint()
	l.Close()

	forged := t.TempDir()
	l = open(t, forged)
	record(t, l, 10)
	for range 12 {
		if _, err := l.Record(context.Background(), Entry{Who: "user:1", Act: "nothing.happened"}); err != nil {
			t.Fatal(err)
		}
	}
	l.Close()
	if r := verified(t, forged, first, second); len(r.Problems) != 1 || r.Covered != 10 || !strings.Contains(r.Problems[0], "agrees up to entry 10") {
		t.Errorf("another history: %+v", r)
	}

	back := t.TempDir()
	l = open(t, back)
	record(t, l, 10)
	l.Close()
	if r := verified(t, back, first, second); len(r.Problems) != 1 || !strings.Contains(r.Problems[0], "rolled back") {
		t.Errorf("rolled back: %+v", r)
	}
	if r := verified(t, back, first); len(r.Problems) != 0 {
		t.Errorf("the first checkpoint alone: %+v", r)
	}
}

// TestReordered exchanges two entries of the same length.
func TestReordered(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	record(t, l, 5)
	held, offsets := l.Checkpoint(), l.tree.offsets
	l.Close()
	path := filepath.Join(dir, "entries")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	one, two := string(b[offsets[1]:offsets[2]]), string(b[offsets[2]:offsets[3]])
	copy(b[offsets[1]:], two+one)
	write(t, path, b)
	if r := verified(t, dir, held); len(r.Problems) == 0 || !strings.Contains(r.Problems[0], "entry 1 ") {
		t.Errorf("%+v", r)
	}
	if _, err := Open(dir, options()); err == nil || !strings.HasPrefix(err.Error(), "FATAL:") {
		t.Errorf("the log opens: %v", err)
	}
}

// TestFaults lets each call to the disk fail once: what was not recorded may be there or not after the next start, what
// was recorded is there, and no entry is taken after a failure.
func TestFaults(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for n := 1; ; n++ {
		dir := t.TempDir()
		d := &faultyDisk{failAt: n}
		o := options()
		o.open = d.open
		recorded, refused := 0, false
		l, err := Open(dir, o)
		if err != nil {
			continue
		}
		for range 4 {
			_, err := l.Record(context.Background(), Entry{Purpose: fmt.Sprint(r.IntN(1000))})
			switch {
			case err == nil && refused:
				t.Fatalf("call %d: an entry was taken after one was refused", n)
			case err == nil:
				recorded++
			case errors.Is(err, ErrUnwritable):
				refused = true
			default:
				t.Fatalf("call %d: %v", n, err)
			}
		}
		l.Close()
		if key, err := os.ReadFile(KeyPath(dir)); err == nil && len(key) > 0 { // fsck after a death
			if r := verified(t, dir); len(r.Problems) > 0 {
				t.Fatalf("call %d: before the next start: %q", n, r.Problems)
			}
		}
		again := open(t, dir)
		if got := int(again.Size()); got < recorded || got > recorded+1 {
			t.Fatalf("call %d: %d entries are there, %d were recorded", n, got, recorded)
		}
		record(t, again, 1)
		held := again.Checkpoint()
		again.Close()
		if r := verified(t, dir, held); len(r.Problems) > 0 {
			t.Fatalf("call %d: %q", n, r.Problems)
		}
		if !refused {
			t.Logf("%d calls", n-1)
			return
		}
	}
}

// faultyDisk fails one changing call; a failing write writes the first half.
type faultyDisk struct{ calls, failAt int }

var errFault = errors.New("the disk fails")

func (d *faultyDisk) step() error {
	if d.calls++; d.calls == d.failAt {
		return errFault
	}
	return nil
}

func (d *faultyDisk) open(path string) (file, error) {
	f, err := openFile(path)
	return faultyFile{f, d}, err
}

type faultyFile struct {
	file
	disk *faultyDisk
}

func (f faultyFile) WriteAt(b []byte, at int64) (int, error) {
	if err := f.disk.step(); err != nil {
		n, _ := f.file.WriteAt(b[:len(b)/2], at)
		return n, err
	}
	return f.file.WriteAt(b, at)
}

func (f faultyFile) Sync() error {
	if err := f.disk.step(); err != nil {
		return err
	}
	return f.file.Sync()
}

func (f faultyFile) Truncate(size int64) error {
	if err := f.disk.step(); err != nil {
		return err
	}
	return f.file.Truncate(size)
}

func FuzzReadCheckpoint(f *testing.F) {
	l, err := Open(f.TempDir(), options())
	if err != nil {
		f.Fatal(err)
	}
	if _, err := l.Record(context.Background(), Entry{Act: "a.b"}); err != nil {
		f.Fatal(err)
	}
	f.Add(l.Checkpoint())
	sound := string(l.Checkpoint())
	v := ownVerifier{l.signer}
	f.Fuzz(func(t *testing.T, b []byte) {
		if was, err := readCheckpoint(b, v); err == nil && (was.N != 1 || !strings.HasPrefix(string(b), sound[:20])) {
			t.Fatalf("a forged checkpoint was read: %q", b)
		}
	})
}
