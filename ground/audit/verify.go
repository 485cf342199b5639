package audit

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Report is what Verify saw.
type Report struct {
	Entries int64     `json:"entries"`
	Root    tlog.Hash `json:"root"`
	// Covered is how many entries the checkpoints held elsewhere vouch for; 0 without one: then the log may have been
	// rolled back or written anew.
	Covered int64 `json:"covered"`
	// Pending is true when something behind the log's own checkpoint was being written when a process died: it was never
	// acknowledged, and the next start takes it up or cuts it off.
	Pending bool `json:"pending"`
	// Problems name what is wrong, the first entry first; none: the log is what the checkpoints say.
	Problems []string `json:"problems"`
}

// maxProblems bounds the problems that a report names.
const maxProblems = 20

func (r *Report) add(format string, args ...any) {
	if len(r.Problems) < maxProblems {
		r.Problems = append(r.Problems, fmt.Sprintf(format, args...))
	}
}

// Verify reads a log that nobody writes, or a copy of one, and compares it with its own hashes and checkpoint and with
// checkpoints that were kept elsewhere. vkey is the log's public key. The error says that it could not look.
func Verify(dir, vkey string, held ...[]byte) (*Report, error) {
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, fmt.Errorf("cannot read the public key of the log: %w", err)
	}
	r := Report{Problems: []string{}}
	t, rest, err := readEntries(dir)
	if err != nil {
		return nil, err
	}
	r.Entries, r.Root = t.size, t.root
	var own Report
	sure := own.compareOwn(dir, v, t, rest)
	r.Pending = own.Pending
	if rest > 0 && !r.Pending {
		r.add("entry %d is not whole (byte %d of the entries): %d bytes are left", t.size, t.end, rest)
	}
	if err := r.compareHashes(dir, t, sure); err != nil { // first: they name the entry
		return nil, err
	}
	for _, problem := range own.Problems {
		r.add("%s", problem)
	}
	r.compareHeld(held, v, t)
	return &r, nil
}

// compareOwn holds the tree against the log's own checkpoint, and returns of how many entries the hashes must be there.
func (r *Report) compareOwn(dir string, v note.Verifier, t tree, rest int) (sure int64) {
	var was tlog.Tree
	own, err := os.ReadFile(CheckpointPath(dir))
	switch {
	case errors.Is(err, fs.ErrNotExist) && t.size <= 1:
		// nothing was acknowledged yet
	case err != nil:
		r.add("the checkpoint of the log cannot be read: %v", err)
		return t.size
	default:
		if was, err = readCheckpoint(own, v); err != nil {
			r.add("the checkpoint of the log: %v", err)
			return t.size
		}
		if !r.compareWith("the log's own checkpoint", was, t) {
			return t.size
		}
	}
	behind := t.size - was.N
	r.Pending = behind == 1 && rest == 0 || behind == 0 && rest > 0
	if r.Pending {
		return was.N
	}
	return t.size
}

// compareHeld narrows down where a log was written anew with hashes that fit: behind what the last agreeing checkpoint
// covers.
func (r *Report) compareHeld(held [][]byte, v note.Verifier, t tree) {
	var known []tlog.Tree
	for i, signed := range held {
		was, err := readCheckpoint(signed, v)
		if err != nil {
			r.add("held checkpoint %d: %v", i+1, err)
			continue
		}
		known = append(known, was)
	}
	slices.SortFunc(known, func(a, b tlog.Tree) int { return cmp.Compare(a.N, b.N) })
	for _, was := range known {
		if !r.compareWith(fmt.Sprintf("a checkpoint held elsewhere, which agrees up to entry %d,", r.Covered), was, t) {
			return
		}
		r.Covered = was.N
	}
}

// Err is nil when there are no problems.
func (r *Report) Err() error {
	if len(r.Problems) == 0 {
		return nil
	}
	return fmt.Errorf("the audit log is damaged or was changed: %s", strings.Join(r.Problems, "; "))
}

// readEntries builds the tree; rest is how many bytes at the end are no whole entry.
func readEntries(dir string) (t tree, rest int, err error) {
	text, err := os.ReadFile(filepath.Join(dir, "entries"))
	if err != nil {
		return t, 0, fmt.Errorf("cannot read the audit log: %w", err)
	}
	return t, t.addAll(text), nil
}

// compareHashes names the first entry, of so many, whose hash is not the one kept beside it. Those behind were being written.
func (r *Report) compareHashes(dir string, t tree, sure int64) error {
	kept, err := os.ReadFile(filepath.Join(dir, "hashes"))
	if err != nil {
		return fmt.Errorf("cannot read the audit log's hashes: %w", err)
	}
	want := bytesOf(t.hashes[:tlog.StoredHashCount(sure)])
	if r.Pending && len(kept) > len(want) {
		kept = kept[:len(want)]
	}
	if len(kept) != len(want) {
		r.add("there are %d bytes of hashes, %d entries have %d", len(kept), sure, len(want))
	}
	for n := range sure {
		if !sameAt(kept, want, tlog.StoredHashIndex(0, n)) {
			r.add("entry %d is not the one that was written (byte %d of the entries), or its hash was changed", n, t.offsets[n])
			return nil // those behind it may be shifted
		}
	}
	for at := range tlog.StoredHashCount(sure) {
		if level, n := tlog.SplitStoredHashIndex(at); !sameAt(kept, want, at) {
			first := n << level
			r.add("the hash over entries %d to %d is not theirs", first, min(first+1<<level, sure)-1)
		}
	}
	return nil
}

func sameAt(a, b []byte, index int64) bool {
	lo, hi := index*tlog.HashSize, (index+1)*tlog.HashSize
	return hi <= int64(len(a)) && hi <= int64(len(b)) && bytes.Equal(a[lo:hi], b[lo:hi])
}

// compareWith holds the tree against a checkpoint and tells whether it agrees.
func (r *Report) compareWith(name string, was tlog.Tree, t tree) bool {
	if was.N > t.size {
		r.add("%s covers %d entries, the log has %d: it was rolled back or cut", name, was.N, t.size)
		return false
	}
	if root, err := t.rootAt(was.N); err != nil || root != was.Hash {
		r.add("%s covers %d entries; the first %d of the log are not those", name, was.N, was.N)
		return false
	}
	return true
}
