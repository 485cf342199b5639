package audit

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Proof shows to whoever holds the log's public key that an entry is in the log of a checkpoint.
type Proof struct {
	Index      int64           `json:"index"`
	Entry      json.RawMessage `json:"entry"`      // to the byte
	Hashes     []tlog.Hash     `json:"proof"`      // from the entry to the root (RFC 6962)
	Checkpoint string          `json:"checkpoint"` // a signed note
}

// ErrProof says that a proof does not prove its entry.
var ErrProof = errors.New("this is no proof: the entry is not in the log of the checkpoint, or one of them was changed")

// ProveIn makes the proof from a log's folder, or from a copy of one. A server may run on it.
func ProveIn(dir string, index int64) (p Proof, err error) {
	text, err := os.ReadFile(filepath.Join(dir, "entries"))
	if err != nil {
		return p, fmt.Errorf("cannot read the audit log: %w", err)
	}
	signed, err := os.ReadFile(CheckpointPath(dir))
	if err != nil {
		return p, fmt.Errorf("cannot read the checkpoint of the audit log: %w", err)
	}
	var t tree
	t.addAll(text)
	covered, err := sizeOf(signed)
	if err != nil {
		return p, err
	}
	if index < 0 || index >= min(covered, t.size) {
		return p, fmt.Errorf("cannot prove an audit entry: there are %d, from 0", min(covered, t.size))
	}
	entry, _, _ := nextEntry(text[t.offsets[index]:])
	hashes, err := tlog.ProveRecord(covered, index, t)
	if err != nil {
		return p, fmt.Errorf("cannot prove an audit entry: %w", err)
	}
	return Proof{index, entry, hashes, string(signed)}, nil
}

// sizeOf is how many entries a checkpoint covers. It believes the signature: the proof is checked with it.
func sizeOf(signed []byte) (n int64, err error) {
	var origin string
	if _, err := fmt.Sscanf(string(signed), "%s\n%d\n", &origin, &n); err != nil {
		return 0, errors.New("cannot read the checkpoint of the audit log: it has no size")
	}
	return n, nil
}

// Check holds the proof against the log's public key, which was kept elsewhere. ErrProof.
func (p Proof) Check(vkey string) error {
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return fmt.Errorf("cannot read the public key of the log: %w", err)
	}
	was, err := readCheckpoint([]byte(p.Checkpoint), v)
	if err != nil {
		return err
	}
	if p.Index < 0 || p.Index >= was.N || tlog.CheckRecord(p.Hashes, was.N, was.Hash, p.Index, tlog.RecordHash(p.Entry)) != nil {
		return ErrProof
	}
	return nil
}
