package evidence

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"jejak/ground/audit"
)

type log struct{ *audit.Log }

// Prove implements Log.
func (l log) Prove(index int64) (audit.Proof, error) {
	hashes, signed, err := l.Log.Prove(index)
	if err != nil {
		return audit.Proof{}, err
	}
	entry, err := l.Entry(index)
	return audit.Proof{Index: index, Entry: entry, Hashes: hashes, Checkpoint: string(signed)}, err
}

var now = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)

func parts() []Part {
	return []Part{
		{"scope/report.json", "scope", []byte(`{"rows":3}`), []int64{1}},
		{"notice/person.en.txt", "notice", []byte("Your e-mail address was in the file.\n"), nil},
		{"method/method.txt", "method", []byte("How.\n"), nil},
	}
}

// packed is a package and the key of its log.
func packed(t *testing.T) ([]byte, string) {
	t.Helper()
	seed := [32]byte{1}
	l, err := audit.Open(t.TempDir(), audit.Options{Origin: "jejak/test", Seed: seed, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	key, err := audit.VerifierOf("jejak/test", seed)
	if err != nil {
		t.Fatal(err)
	}
	d, err := New("2026-01", now, parts())
	if err != nil {
		t.Fatal(err)
	}
	var entry int64
	for _, e := range []audit.Entry{{Who: "console", Act: "a"}, {Who: "console", Act: "scope.made"}, {Who: "console", Act: Made, About: d.About()}} {
		if entry, err = l.Record(context.Background(), e); err != nil {
			t.Fatal(err)
		}
	}
	var a, b bytes.Buffer
	for _, to := range []*bytes.Buffer{&a, &b} {
		if err := d.Pack(to, log{l}, entry, key); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the same parts made different packages")
	}
	return a.Bytes(), key
}

func verify(t *testing.T, text []byte, key string) *Report {
	t.Helper()
	r, err := Verify(bytes.NewReader(text), int64(len(text)), key)
	if err != nil {
		return &Report{Problems: []string{err.Error()}}
	}
	return r
}

func TestVerifyWhole(t *testing.T) {
	text, key := packed(t)
	for _, held := range []string{"", key} {
		r := verify(t, text, held)
		if r.Err() != nil || r.Parts != 3 || r.Entries != 2 || r.KeyHeld != (held != "") {
			t.Errorf("%+v", r)
		}
		if !slices.Equal(r.Missing, []Kind{"custody", "certificate", "register", "filing", "reconciliation", "page"}) {
			t.Errorf("missing: %v", r.Missing)
		}
	}
}

// TestVerifyNamesTheFile: one changed part is named, and no other.
func TestVerifyNamesTheFile(t *testing.T) {
	text, key := packed(t)
	for _, p := range parts() {
		bad := bytes.Clone(text)
		bad[bytes.Index(bad, p.Body)] ^= 1
		r := verify(t, bad, key)
		if len(r.Problems) == 0 || !strings.HasPrefix(r.Problems[0], p.Path+" ") {
			t.Errorf("%s: %v", p.Path, r.Problems)
		}
		for _, q := range parts() {
			if q.Path != p.Path && strings.Contains(strings.Join(r.Problems, "; "), q.Path) {
				t.Errorf("%s was changed, and %s is named: %v", p.Path, q.Path, r.Problems)
			}
		}
	}
}

// TestVerifyEveryByte: no byte of a package can be changed, and none taken away or added.
func TestVerifyEveryByte(t *testing.T) {
	text, key := packed(t)
	for at := range text {
		bad := bytes.Clone(text)
		bad[at] ^= 1 << (at % 8)
		if verify(t, bad, key).Err() == nil {
			t.Errorf("byte %d of %d was changed unseen", at, len(text))
		}
	}
	if verify(t, append(bytes.Clone(text), 0), key).Err() == nil || verify(t, append([]byte{0}, text...), key).Err() == nil {
		t.Error("a byte was added unseen")
	}
}

// TestVerifyForged: a package made anew, with a log of its own, is told by the key that was kept elsewhere.
func TestVerifyForged(t *testing.T) {
	text, _ := packed(t)
	other, err := audit.VerifierOf("jejak/test", [32]byte{2})
	if err != nil {
		t.Fatal(err)
	}
	if r := verify(t, text, other); r.Err() == nil {
		t.Errorf("a log of somebody else passed: %+v", r)
	}
}

func TestHostilePaths(t *testing.T) {
	for _, path := range []string{"", "a", "../a", "a/../b", "/a/b", "a//b", "log/key.txt", `a\b/c`, "a/b\x00", "a/.b"} {
		if _, err := New("2026-01", now, []Part{{Path: path}}); err == nil {
			t.Errorf("%q was packed", path)
		}
	}
}
