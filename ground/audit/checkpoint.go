package audit

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// signerOf makes the key of a log (Ed25519) from its seed.
func signerOf(origin string, seed [32]byte) (note.Signer, error) {
	skey, _, err := note.GenerateKey(bytes.NewReader(seed[:]), origin)
	if err != nil {
		return nil, fmt.Errorf("cannot make the key of the audit log: %w", err)
	}
	return note.NewSigner(skey)
}

// VerifierOf is the public key of a log, as text: whoever holds checkpoints holds it too.
func VerifierOf(origin string, seed [32]byte) (string, error) {
	_, vkey, err := note.GenerateKey(bytes.NewReader(seed[:]), origin)
	return vkey, err
}

// sign writes the checkpoint of a tree: origin, size, root, and the signature (C2SP tlog-checkpoint).
func (l *Log) sign(t tlog.Tree) ([]byte, error) {
	text := fmt.Sprintf("%s\n%d\n%s\n", l.origin, t.N, base64.StdEncoding.EncodeToString(t.Hash[:]))
	return note.Sign(&note.Note{Text: text}, l.signer)
}

// maxCheckpoint bounds a checkpoint in bytes, signatures of witnesses included.
const maxCheckpoint = 1 << 16

// readCheckpoint opens a signed checkpoint of the log that the verifier belongs to.
func readCheckpoint(signed []byte, v note.Verifier) (t tlog.Tree, err error) {
	if len(signed) > maxCheckpoint {
		return t, fmt.Errorf("cannot read a checkpoint: it is too long")
	}
	n, err := note.Open(signed, note.VerifierList(v))
	if err != nil {
		return t, fmt.Errorf("cannot read a checkpoint: %w", err)
	}
	for _, sig := range n.Sigs { // two texts must not be the same checkpoint
		if _, err := base64.StdEncoding.Strict().DecodeString(sig.Base64); err != nil {
			return t, fmt.Errorf("cannot read a checkpoint: its signature is not written as it should be")
		}
	}
	lines := strings.SplitN(n.Text, "\n", 4)
	if len(lines) < 4 || lines[0] != v.Name() {
		return t, fmt.Errorf("cannot read a checkpoint: it is not one of this log")
	}
	if t.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil || t.N < 0 {
		return t, fmt.Errorf("cannot read a checkpoint: it has no size")
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return t, fmt.Errorf("cannot read a checkpoint: it has no root")
	}
	copy(t.Hash[:], root)
	return t, nil
}

// ownVerifier checks the log's own signatures by making them again: Ed25519 always gives the same.
type ownVerifier struct{ note.Signer }

// Verify implements note.Verifier.
func (v ownVerifier) Verify(msg, sig []byte) bool {
	again, err := v.Sign(msg)
	return err == nil && bytes.Equal(again, sig)
}
