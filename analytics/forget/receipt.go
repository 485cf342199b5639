package forget

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"jejak/event"
	"jejak/ground/audit"
)

// Statement is what was done. It holds no personal value: the numbers mean nobody any more.
type Statement struct {
	Erasure string          `json:"erasure" doc:"32 hexadecimal digits."`
	Project event.ProjectID `json:"project"`
	Kind    string          `json:"kind" enum:"person,group"`
	Numbers []event.Actor   `json:"numbers" nullable:"false" doc:"The numbers that the identifiers had."`
	Ordered time.Time       `json:"ordered"`
}

// Receipt proves with the public key of the audit log alone that an erasure was recorded as done.
type Receipt struct {
	Statement
	Hash  string      `json:"hash" doc:"SHA-256 of the statement, hexadecimal; the entry of the log names it."`
	Proof audit.Proof `json:"proof" doc:"That the entry is in the audit log."`
}

func (s Statement) hash() (string, error) {
	text, err := json.Marshal(s)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}

func doneAbout(s Statement, hash string) string {
	return fmt.Sprintf("erasure %s: %s", s.Erasure, hash)
}

const doneAct audit.Act = "erasure.done"

func (e *Eraser) receipt(ctx context.Context, o Order, who string) (r Receipt, err error) {
	r.Statement = Statement{o.ID, o.Project, kindWords[o.Kind], o.Numbers, o.At}
	if r.Hash, err = r.hash(); err != nil {
		return r, err
	}
	entry := audit.Entry{Who: who, Act: doneAct, Project: o.Project, About: doneAbout(r.Statement, r.Hash)}
	index, err := e.o.Log.Record(ctx, entry)
	if err != nil {
		return r, err
	}
	r.Proof, err = audit.ProveIn(e.o.Audit, index)
	return r, err
}

// Check holds a receipt against the public key of the audit log. ErrReceipt, audit.ErrProof.
func (r Receipt) Check(vkey string) error {
	hash, err := r.hash()
	if err != nil {
		return err
	}
	var entry audit.Entry
	if json.Unmarshal(r.Proof.Entry, &entry) != nil || hash != r.Hash || entry.Act != doneAct || entry.Project != r.Project ||
		entry.About != doneAbout(r.Statement, hash) {
		return ErrReceipt
	}
	return r.Proof.Check(vkey)
}
