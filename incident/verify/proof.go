package verify

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"jejak/ground/audit"
)

// Proof shows its holder, without asking us, that a notice is one of a number of notices that was fixed before any was sent.
// It is drawn in docs/format/notice-code.md.
type Proof struct {
	Fixed
	Code    string      `json:"code"`
	Subject string      `json:"subject"`
	Text    string      `json:"text"`
	Index   int64       `json:"index"`
	Hashes  []tlog.Hash `json:"proof"` // from the notice to the root (RFC 6962)
	Log     audit.Proof `json:"log"`   // that the root is in the audit log
}

// ErrProof says that a proof does not prove its notice.
var ErrProof = errors.New("this is no proof: the notice is not among those that were fixed, or something of it was changed")

// Check holds a proof against the public key of the audit log, which was kept elsewhere. ErrProof.
func (p Proof) Check(vkey string) error {
	code, err := ParseCode(p.Code)
	if err != nil {
		return ErrProof
	}
	leaf := LeafOf(code, p.Subject, p.Text).hash()
	if p.Index < 0 || p.Index >= p.Size || tlog.CheckRecord(p.Hashes, p.Size, p.Root, p.Index, leaf) != nil {
		return ErrProof
	}
	if err := p.Log.Check(vkey); err != nil {
		return fmt.Errorf("%w: %w", ErrProof, err)
	}
	var e audit.Entry
	if json.Unmarshal(p.Log.Entry, &e) != nil || e.Act != "notices.fixed" || e.About != p.about() {
		return ErrProof
	}
	return nil
}

// prove makes the proof of a notice. ErrNotFixed also when its text is not what was fixed.
func (d *Desk) prove(ctx context.Context, code Code, n Notice) (p Proof, err error) {
	f, s, err := d.sets.of(ctx, d, n)
	if err != nil {
		return p, err
	}
	p = Proof{Fixed: f, Code: code.String(), Subject: oneLine(n.Subject), Text: strings.TrimSuffix(lines(n.Text), "\n")}
	var found bool
	p.Index, p.Hashes, found, err = s.prove(LeafOf(code, n.Subject, n.Text).hash())
	if err != nil || !found {
		return p, errors.Join(err, ErrNotFixed)
	}
	p.Log, err = proveEntry(d.o.Log, f.Entry)
	return p, err
}

func proveEntry(log Log, index int64) (p audit.Proof, err error) {
	p.Index = index
	if p.Entry, err = log.Entry(index); err != nil {
		return p, err
	}
	hashes, signed, err := log.Prove(index)
	p.Hashes, p.Checkpoint = hashes, string(signed)
	return p, err
}

// sets keeps the tree that was asked for last: in an incident it is nearly always the same one.
type sets struct {
	mu    sync.Mutex
	fixed Fixed
	set   *set
}

func (c *sets) of(ctx context.Context, d *Desk, n Notice) (Fixed, *set, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.set != nil && c.fixed.Incident == n.Incident && c.fixed.Version == n.Version {
		return c.fixed, c.set, nil
	}
	var f Fixed
	var leaves []byte
	err := d.o.DB.Read(ctx, func(tx *sql.Tx) (err error) {
		f, leaves, err = readSet(ctx, tx, n.Incident, n.Version)
		return err
	})
	if err != nil {
		return f, nil, err
	}
	s, err := setOf(leaves)
	if err != nil {
		return f, nil, err
	}
	if root, err := s.root(); err != nil || root != f.Root {
		return f, nil, errDamaged
	}
	c.fixed, c.set = f, s
	return f, s, nil
}
