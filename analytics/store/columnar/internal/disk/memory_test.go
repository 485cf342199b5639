package disk

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"syscall"
	"testing"
)

var errFault = errors.New("fault")

// durableFolder is a file system with the folder /d, which survives.
func durableFolder(t *testing.T) *Memory {
	t.Helper()
	m := NewMemory(1 << 20)
	if err := errors.Join(m.MakeDir("/d"), m.SyncDir("/")); err != nil {
		t.Fatal(err)
	}
	return m
}

func mustCreate(t *testing.T, m *Memory, path, content string) File {
	t.Helper()
	f, err := m.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	mustWrite(t, f, content, 0)
	return f
}

func mustWrite(t *testing.T, f File, content string, at int64) {
	t.Helper()
	if _, err := f.WriteAt([]byte(content), at); err != nil {
		t.Fatal(err)
	}
}

// afterCrashes counts what is found at the path after crashes with different luck; "-" is no file.
func afterCrashes(m *Memory, path string) map[string]int {
	found := map[string]int{}
	for seed := range uint64(200) {
		b, err := ReadAll(m.Crash(rand.New(rand.NewPCG(seed, 1))), path)
		if err != nil {
			b = []byte("-")
		}
		found[string(b)]++
	}
	return found
}

func TestCrashForgetsUnsyncedBytes(t *testing.T) {
	m := durableFolder(t)
	f := mustCreate(t, m, "/d/a", "old")
	if err := errors.Join(f.Sync(), m.SyncDir("/d")); err != nil {
		t.Fatal(err)
	}
	mustWrite(t, f, "new and longer", 0)
	found := afterCrashes(m, "/d/a")
	if found["old"] == 0 || found["new and longer"] == 0 || len(found) < 3 {
		t.Errorf("want the old, the new and torn ones, found %v", found)
	}
	if err := f.Sync(); err != nil {
		t.Fatal(err)
	}
	if found := afterCrashes(m, "/d/a"); found["new and longer"] != 200 {
		t.Errorf("what was synced is gone: %v", found)
	}
}

func TestCrashForgetsUnsyncedNames(t *testing.T) {
	m := durableFolder(t)
	if err := mustCreate(t, m, "/d/a", "a").Sync(); err != nil {
		t.Fatal(err)
	}
	if found := afterCrashes(m, "/d/a"); found["-"] == 0 || found["a"] == 0 {
		t.Errorf("a name that was not synced: %v", found)
	}
	if err := errors.Join(m.SyncDir("/d"), m.Rename("/d/a", "/d/b")); err != nil {
		t.Fatal(err)
	}
	if found := afterCrashes(m, "/d/a"); found["a"] == 0 {
		t.Errorf("a rename that was not synced never went back: %v", found)
	}
	if err := errors.Join(m.SyncDir("/d"), m.Remove("/d/b")); err != nil {
		t.Fatal(err)
	}
	if found := afterCrashes(m, "/d/b"); found["-"] == 0 || found["a"] == 0 {
		t.Errorf("a removal that was not synced: %v", found)
	}
}

func TestFailedSyncForgetsDirtyBlocks(t *testing.T) {
	m := durableFolder(t)
	f := mustCreate(t, m, "/d/a", "lost")
	m.Fail(func(c Call) error {
		if c.Op == "sync" {
			return errFault
		}
		return nil
	})
	if err := f.Sync(); !errors.Is(err, errFault) {
		t.Fatal(err)
	}
	m.Fail(nil)
	if err := errors.Join(f.Sync(), m.SyncDir("/d")); err != nil {
		t.Fatal(err)
	}
	if found := afterCrashes(m, "/d/a"); found["\x00\x00\x00\x00"] == 0 {
		t.Errorf("a second sync brought back what the first lost: %v", found)
	}
	mustWrite(t, f, "kept", 0)
	if err := f.Sync(); err != nil {
		t.Fatal(err)
	}
	if found := afterCrashes(m, "/d/a"); found["kept"] != 200 {
		t.Errorf("what was written again is gone: %v", found)
	}
}

func TestFailNthCall(t *testing.T) {
	m := durableFolder(t)
	m.Fail(func(c Call) error {
		if c.N == 2 {
			return errFault
		}
		return nil
	})
	f, err := m.Create("/d/a")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := f.WriteAt([]byte("abcd"), 0); n != 2 || !errors.Is(err, errFault) {
		t.Errorf("the second call wrote %d bytes: %v", n, err)
	}
	if err := f.Sync(); err != nil || m.Calls() != 3 {
		t.Errorf("call %d: %v", m.Calls(), err)
	}
}

func TestFull(t *testing.T) {
	m := durableFolder(t)
	m.Resize(6)
	f := mustCreate(t, m, "/d/a", "abcd")
	if n, err := f.WriteAt([]byte("efgh"), 4); n != 2 || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("wrote %d bytes: %v", n, err)
	}
	if free, _ := m.Free("/d"); free != 0 {
		t.Errorf("%d bytes are free", free)
	}
	if err := m.Remove("/d/a"); err != nil {
		t.Fatal(err)
	}
	if free, _ := m.Free("/d"); free != 6 {
		t.Errorf("%d bytes are free", free)
	}
}

func TestKillKeepsWhatWasWritten(t *testing.T) {
	m := durableFolder(t)
	mustCreate(t, m, "/d/a", "a")
	if _, err := m.Lock("/d/LOCK"); err != nil {
		t.Fatal(err)
	}
	k := m.Kill()
	if b, err := ReadAll(k, "/d/a"); err != nil || string(b) != "a" {
		t.Errorf("found %q, %v", b, err)
	}
	if _, err := k.Lock("/d/LOCK"); err != nil {
		t.Error(err)
	}
	if found := afterCrashes(k, "/d/a"); found["-"] == 0 {
		t.Errorf("a kill made a name durable: %v", found)
	}
}

func TestSpoiledAfterClose(t *testing.T) {
	m := durableFolder(t)
	mustCreate(t, m, "/d/a", "a")
	mapping, err := m.Map("/d/a")
	if err != nil {
		t.Fatal(err)
	}
	b := mapping.Bytes
	if err := errors.Join(mapping.Close(), mapping.Close()); err != nil || b[0] == 'a' {
		t.Errorf("read %q after close, %v", b, err)
	}
	if _, err := m.Map("/d/b"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}
