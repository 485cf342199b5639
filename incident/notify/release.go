package notify

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/approve"
	"jejak/ground/audit"
	"jejak/ground/vault"
	"jejak/incident/notify/text"
)

// The acts of the audit log.
const (
	releasedAct   audit.Act = "notice.released"
	pausedAct     audit.Act = "notice.paused"
	resumedAct    audit.Act = "notice.resumed"
	decidedAct    audit.Act = "notice.decided"
	handedAct     audit.Act = "notice.handed"
	reconciledAct audit.Act = "notice.reconciled"
	previewedAct  audit.Act = "notice.previewed"
)

// version is a row of notice_versions.
type version struct {
	Plan
	facts  text.Facts
	hash   approve.Hash
	epoch  int64
	handed int64
	entry  int64
}

func readVersion(ctx context.Context, tx *sql.Tx, i exposure.IncidentID, n int) (v version, err error) {
	var facts, hash []byte
	var made, released int64
	v.Incident, v.Version = i, n
	err = tx.QueryRowContext(ctx, `SELECT state, why, facts, hash, planned, made, released, epoch, handed, entry FROM notice_versions WHERE incident = $1 AND version = $2`, i, n).
		Scan(&v.State, &v.Why, &facts, &hash, &v.Planned, &made, &released, &v.epoch, &v.handed, &v.entry)
	if errors.Is(err, sql.ErrNoRows) {
		return v, ErrNotFound
	}
	if err != nil {
		return v, fmt.Errorf("cannot read the notices: %w", err)
	}
	if err := json.Unmarshal(facts, &v.facts); err != nil || len(hash) != len(v.hash) {
		return v, errors.New("cannot read the notices: they are damaged")
	}
	v.hash, v.Hash, v.Made = approve.Hash(hash), hex.EncodeToString(hash), time.UnixMilli(made).UTC()
	if released != 0 {
		at := time.UnixMilli(released).UTC()
		v.Released = &at
	}
	return v, nil
}

func (s *Service) version(ctx context.Context, i exposure.IncidentID, n int) (v version, err error) {
	err = s.o.DB.Read(ctx, func(tx *sql.Tx) error {
		v, err = readVersion(ctx, tx, i, n)
		return err
	})
	return v, err
}

func (v version) about() string {
	return fmt.Sprintf("notices %s version %d, %d recipients, %s", v.Incident, v.Version, v.Planned, v.Hash)
}

func (s *Service) record(ctx context.Context, act audit.Act, about string) (int64, error) {
	return s.o.Log.Record(ctx, audit.Entry{Who: access.Caller(ctx).String(), Act: act, About: about, Purpose: string(vault.Notice)})
}

// Release lets a version be sent, once a second person has allowed exactly these texts to exactly these recipients. It needs
// Respond. *approve.Waiting until then; ErrChanged when the plan is not what was planned, ErrReleased, ErrNotFound.
func (s *Service) Release(ctx context.Context, i exposure.IncidentID, n int) (Plan, error) {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return Plan{}, err
	}
	v, err := s.unchanged(ctx, i, n)
	if err != nil {
		return Plan{}, err
	}
	title := fmt.Sprintf("Send the notices of incident %s, version %d, to %d recipients. SHA-256 of all texts and recipients: %s", i, n, v.Planned, v.Hash)
	if err := s.o.Desk.Require(ctx, installation, releasedAct, v.hash, title); err != nil {
		return v.Plan, err
	}
	if s.o.Rooted != nil {
		if err := s.o.Rooted.Root(ctx, i, n, func(yield func(Leaf) error) error { return s.leaves(ctx, v, yield) }); err != nil {
			return v.Plan, fmt.Errorf("cannot fix the notices in the log: %w", err)
		}
	}
	if _, err := s.record(ctx, releasedAct, v.about()); err != nil {
		return v.Plan, err
	}
	return s.markReleased(ctx, v)
}

// unchanged reads a draft and compares it with its hash.
func (s *Service) unchanged(ctx context.Context, i exposure.IncidentID, n int) (v version, err error) {
	err = s.o.DB.Read(ctx, func(tx *sql.Tx) error {
		if v, err = readVersion(ctx, tx, i, n); err != nil {
			return err
		}
		if v.State != Draft {
			return ErrReleased
		}
		sum, err := hashOf(ctx, tx, i, n)
		if err == nil && sum != v.hash {
			err = ErrChanged
		}
		return err
	})
	return v, err
}

func (s *Service) markReleased(ctx context.Context, v version) (Plan, error) {
	now := s.o.Now().UTC().Truncate(time.Second)
	err := s.o.DB.Write(ctx, func(tx *sql.Tx) error {
		sum, err := hashOf(ctx, tx, v.Incident, v.Version)
		if err != nil {
			return err
		}
		if sum != v.hash {
			return ErrChanged
		}
		done, err := tx.ExecContext(ctx, "UPDATE notice_versions SET state = 'released', released = $1 WHERE incident = $2 AND version = $3 AND state = 'draft'",
			now.UnixMilli(), v.Incident, v.Version)
		if err != nil {
			return fmt.Errorf("cannot release the notices: %w", err)
		}
		if c, err := done.RowsAffected(); err != nil || c != 1 {
			return errors.Join(err, ErrReleased)
		}
		return nil
	})
	if err == nil {
		v.State, v.Released = Released, &now
		s.poke()
	}
	return v.Plan, err
}

// leaves gives every notice of the fixed set, and those that would go to other mailboxes of the recipients, without the recipient, in the
// order of the rows.
func (s *Service) leaves(ctx context.Context, v version, yield func(Leaf) error) error {
	k, err := s.keysOf(ctx, v.Incident)
	if err != nil {
		return err
	}
	return s.o.DB.Read(ctx, func(tx *sql.Tx) error {
		seen := map[mailboxIndex]bool{} // each mailbox has one notice at most
		err := eachRow(ctx, tx, v, func(r row) error {
			seen[r.mailbox] = true
			return nil
		})
		if err != nil {
			return err
		}
		return eachRow(ctx, tx, v, func(r row) error { return s.leavesOf(k, v, r, seen, yield) })
	})
}

func eachRow(ctx context.Context, tx *sql.Tx, v version, do func(row) error) error {
	rows, err := tx.QueryContext(ctx, rowColumns+" WHERE incident = $1 AND version = $2 ORDER BY id", v.Incident, v.Version)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		r, err := scanRow(rows)
		if err != nil {
			return err
		}
		if err := do(r); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (s *Service) leavesOf(k *keys, v version, r row, seen map[mailboxIndex]bool, yield func(Leaf) error) error {
	to, msg, err := s.read(k, v, r)
	if err != nil {
		return err
	}
	code, err := s.code(k, v.Version, r.mailbox)
	if err != nil {
		return err
	}
	if err := yield(Leaf{code, msg.Subject, msg.Body}); err != nil {
		return err
	}
	for _, other := range to.Others {
		m := k.indexOf(other)
		if seen[m] {
			continue
		}
		seen[m] = true
		if code, err = s.code(k, v.Version, m); err != nil {
			return err
		}
		if msg, err = text.Render(v.facts, to.notice(code)); err != nil {
			return err
		}
		if err := yield(Leaf{code, msg.Subject, msg.Body}); err != nil {
			return err
		}
	}
	return nil
}

// Pause stops the sending: after the mails in flight nothing goes out. It needs Respond. ErrNotReleased, ErrNotFound.
func (s *Service) Pause(ctx context.Context, i exposure.IncidentID, n int, why string) error {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return err
	}
	if why == "" || len(why) > 500 {
		return &access.Invalid{Field: "why", Code: "malformed", Message: "Say why, in up to 500 bytes."}
	}
	return s.move(ctx, i, n, pausedAct, Released, Paused, why)
}

// Resume goes on. It needs Respond. ErrNotReleased, ErrNotFound, ErrRestored.
func (s *Service) Resume(ctx context.Context, i exposure.IncidentID, n int) error {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return err
	}
	return s.move(ctx, i, n, resumedAct, Paused, Released, "")
}

func (s *Service) move(ctx context.Context, i exposure.IncidentID, n int, act audit.Act, from, to State, why string) error {
	v, err := s.version(ctx, i, n)
	if err != nil {
		return err
	}
	if v.State == Restored {
		return ErrRestored
	}
	if v.State != from {
		return ErrNotReleased
	}
	if _, err := s.record(ctx, act, v.about()); err != nil {
		return err
	}
	defer s.poke()
	return s.setState(ctx, v, from, to, why)
}

func (s *Service) setState(ctx context.Context, v version, from, to State, why string) error {
	return s.o.DB.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE notice_versions SET state = $1, why = $2 WHERE incident = $3 AND version = $4 AND state = $5", to, why, v.Incident, v.Version, from)
		if err != nil {
			return fmt.Errorf("cannot change the state of the notices: %w", err)
		}
		return nil
	})
}
