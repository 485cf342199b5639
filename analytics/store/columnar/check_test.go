package columnar

import (
	"errors"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jejak/analytics/store/columnar/internal/disk"
)

// files lists every file below the folder.
func files(t *testing.T, m *disk.Memory, dir string) (all []string) {
	t.Helper()
	names, err := m.List(dir)
	if err != nil {
		return []string{dir} // no folder
	}
	for _, name := range names {
		all = append(all, files(t, m, filepath.Join(dir, name))...)
	}
	return all
}

// settledHistory is a closed store with parts of both kinds, ledgers and a log.
func settledHistory(t *testing.T, seed uint64) *history {
	h := newHistory(t, seed)
	for range 60 {
		if err := h.step(); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		if err := errors.Join(h.append(1), h.append(2)); err != nil {
			t.Fatal(err)
		}
	}
	h.disk = h.disk.Kill()
	return h
}

// TestCheckFindsEveryFlip changes single bits of every file: fsck says so, or the bit was none of the store's.
func TestCheckFindsEveryFlip(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	h := settledHistory(t, seed)
	h.check()
	found, kinds := 0, map[string]bool{}
	for _, path := range files(t, h.disk, root) {
		content, err := disk.ReadAll(h.disk, path)
		if err != nil {
			t.Fatal(err)
		}
		for range 40 {
			if len(content) == 0 {
				break
			}
			at := h.r.IntN(len(content))
			flip(t, h.disk, path, at)
			if _, err := check(h.disk, root, Witness{}); err != nil {
				found++
				kinds[filepath.Ext(path)] = true
			} else if strings.HasSuffix(path, ".part") || strings.HasSuffix(path, manifestName) {
				t.Errorf("%s: a bit changed at %d of %d and fsck is content", path, at, len(content))
			}
			flip(t, h.disk, path, at)
		}
	}
	h.check()
	for _, kind := range []string{".part", ".log", ".ledger", ""} {
		if !kinds[kind] {
			t.Errorf("no damage was found in files %q", kind)
		}
	}
}

func flip(t *testing.T, m *disk.Memory, path string, at int) {
	t.Helper()
	f, err := m.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	var b [1]byte
	_, _ = f.ReadAt(b[:], int64(at))
	b[0] ^= 1 << (at % 8)
	if _, err := f.WriteAt(b[:], int64(at)); err != nil {
		t.Fatal(err)
	}
}

// TestCheckMissesNoFile takes away one file after the other.
func TestCheckMissesNoFile(t *testing.T) {
	h := settledHistory(t, 3)
	for _, path := range files(t, h.disk, root) {
		if filepath.Base(path) == lockName || strings.HasSuffix(path, newSuffix) {
			continue
		}
		without := h.disk.Kill()
		if err := without.Remove(path); err != nil {
			t.Fatal(err)
		}
		_, err := check(without, root, Witness{})
		if logs, _ := h.disk.List(filepath.Join(root, "log")); strings.HasSuffix(path, ".log") && (filepath.Base(path) == logs[0] || filepath.Base(path) == slices.Max(logs)) {
			continue // the oldest goes first in good order, and the newest leaves no trace
		}
		var d *Damage
		if !errors.As(err, &d) || !strings.HasPrefix(d.Error(), "FATAL: ") {
			t.Errorf("without %s: %v", path, err)
		}
	}
}

// TestOpenRefusesDamage: a start tells damage as fsck does, and gives the lock back.
func TestOpenRefusesDamage(t *testing.T) {
	h := settledHistory(t, 4)
	o := h.store.options
	o.disk = h.disk
	flip(t, h.disk, filepath.Join(root, "p", "1", manifestName), 60)
	var d *Damage
	if _, err := Open(root, o); !errors.As(err, &d) {
		t.Fatalf("opened a damaged store: %v", err)
	}
	flip(t, h.disk, filepath.Join(root, "p", "1", manifestName), 60)
	h.start()
	if _, err := Open(root, o); err == nil {
		t.Error("two have the store open at once")
	}
	if _, err := check(h.disk, root, Witness{}); err == nil {
		t.Error("fsck looks at an open store")
	}
	h.adopt()
	h.stop()
}

func TestGuardTurnsDamageIntoErrors(t *testing.T) {
	h := settledHistory(t, 5)
	h.start()
	h.noted, h.tried = nil, nil
	s, err := h.store.Snapshot(1)
	if err != nil {
		t.Fatal(err)
	}
	r := s.(*snapshot).runs[0]
	for i := range r.mapping.Bytes[64:] {
		r.mapping.Bytes[64+i] ^= 0x55
	}
	if err := Guard(r.part.Verify); err == nil {
		t.Error("spoiled bytes were read")
	}
	defer func() {
		if recover() != "other" {
			t.Error("another panic was swallowed")
		}
	}()
	_ = Guard(func() error { panic("other") })
}

// TestCheckFindsEveryByte changes each byte of a small folder, one at a time: of parts of both kinds, manifests, ledgers,
// the log and the store's key.
func TestCheckFindsEveryByte(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	h := newHistory(t, seed)
	for range 12 {
		if err := h.step(); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		if err := errors.Join(h.append(1), h.append(2)); err != nil {
			t.Fatal(err)
		}
	}
	h.stop()
	kinds := map[string]int{}
	for _, path := range files(t, h.disk, root) {
		content, err := disk.ReadAll(h.disk, path)
		if err != nil {
			t.Fatal(err)
		}
		for at := range content {
			flip(t, h.disk, path, at)
			if _, err := check(h.disk, root, Witness{}); err == nil {
				t.Errorf("%s: byte %d of %d changed and fsck is content", path, at, len(content))
			}
			flip(t, h.disk, path, at)
			kinds[filepath.Ext(path)]++
		}
	}
	h.check()
	t.Log(kinds)
	for _, kind := range []string{".part", ".log", ".ledger", ""} {
		if kinds[kind] < 100 {
			t.Errorf("only %d bytes of files %q were changed", kinds[kind], kind)
		}
	}
}
