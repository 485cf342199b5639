package notify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/incident/notify/mail"
)

// Settle asks the witness about doubts that are older than Options.Grace. What the relay has is accepted; what it never got is sent
// again; what nobody can tell stays in doubt. It is for the program itself.
func (s *Service) Settle(ctx context.Context, i exposure.IncidentID, n int) error {
	if s.o.Witness == nil {
		return nil
	}
	doubts, err := s.doubts(ctx, i, n)
	if err != nil || len(doubts) == 0 {
		return err
	}
	tokens := make([]mail.Token, 0, len(doubts))
	for t := range doubts {
		tokens = append(tokens, t)
	}
	told, err := s.o.Witness.Ask(ctx, tokens)
	if err != nil {
		return fmt.Errorf("cannot ask the witness: %w", err)
	}
	return s.o.DB.Write(ctx, func(tx *sql.Tx) error {
		for t, id := range doubts {
			to := inDoubt
			switch told[t] {
			case mail.Held:
				to = accepted
			case mail.Never:
				to = planned
			}
			if err := s.resolve(ctx, tx, id, to, "the witness knows"); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) resolve(ctx context.Context, tx *sql.Tx, id int64, to rowState, why string) error {
	if to == inDoubt {
		return nil
	}
	_, err := tx.ExecContext(ctx, "UPDATE notices SET state = $1, why = $2, due = 0, changed = $3 WHERE id = $4 AND state = 'in_doubt'", to, why, s.o.Now().UnixMilli(), id)
	if err != nil {
		return fmt.Errorf("cannot settle a doubt: %w", err)
	}
	return nil
}

// doubts are those that the witness may be asked about.
func (s *Service) doubts(ctx context.Context, i exposure.IncidentID, n int) (list map[mail.Token]int64, err error) {
	list = map[mail.Token]int64{}
	err = s.o.DB.Read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT id, token FROM notices WHERE incident = $1 AND version = $2 AND state = 'in_doubt' AND changed <= $3",
			i, n, s.o.Now().Add(-s.o.Grace).UnixMilli())
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id int64
			var t []byte
			if err := rows.Scan(&id, &t); err != nil {
				return err
			}
			if len(t) != len(mail.Token{}) {
				return errors.New("a notice is damaged")
			}
			list[mail.Token(t)] = id
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("cannot list what is in doubt: %w", err)
	}
	return list, nil
}

// Decision is what a person makes of what stays in doubt.
type Decision string

// The decisions.
const (
	TreatAsSent Decision = "sent"
	RiskDouble  Decision = "again"
)

// Decide ends every doubt that neither witness nor report has settled in half an hour: a person takes the risk that nobody is told,
// or that somebody is told twice. It returns how many. It needs Respond. ErrNotFound.
func (s *Service) Decide(ctx context.Context, i exposure.IncidentID, n int, d Decision) (count int64, err error) {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return 0, err
	}
	to, why := accepted, "a person treats it as sent"
	switch d {
	case TreatAsSent:
	case RiskDouble:
		to, why = planned, "a person risks a double"
	default:
		return 0, &access.Invalid{Field: "decision", Code: "malformed", Message: "The decision is sent or again."}
	}
	v, err := s.version(ctx, i, n)
	if err != nil {
		return 0, err
	}
	if _, err := s.record(ctx, decidedAct, v.about()+", what is in doubt: "+string(d)); err != nil {
		return 0, err
	}
	defer s.poke()
	err = s.o.DB.Write(ctx, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE notices SET state = $1, why = $2, due = 0, changed = $3
			WHERE incident = $4 AND version = $5 AND state = 'in_doubt' AND changed < $6`,
			to, why, s.o.Now().UnixMilli(), i, n, s.o.Now().Add(-s.o.Grace-undecidedAfter).UnixMilli())
		if err != nil {
			return fmt.Errorf("cannot keep the decision: %w", err)
		}
		count, err = done.RowsAffected()
		return err
	})
	return count, err
}

// Known implements mail.Heard.
func (s *Service) Known(ctx context.Context, t mail.Token) (bool, error) {
	_, err := s.find(ctx, "token", t[:])
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// Hear implements mail.Heard: a report of success settles a doubt, one of failure ends the row and tries another mailbox. A row that
// a sender has in its hands is that sender's.
func (s *Service) Hear(ctx context.Context, r mail.Report) error {
	is, err := s.find(ctx, "token", r.Token[:])
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot find what a report is about: %w", err)
	}
	v, err := s.version(ctx, is.incident, is.version)
	if err != nil {
		return err
	}
	k, err := s.keysOf(ctx, is.incident)
	if err != nil {
		return err
	}
	defer s.poke()
	return s.o.DB.Write(ctx, func(tx *sql.Tx) error {
		var state rowState
		if err := tx.QueryRowContext(ctx, "SELECT state FROM notices WHERE id = $1", is.id).Scan(&state); err != nil {
			return fmt.Errorf("cannot find what a report is about: %w", err)
		}
		switch {
		case state == claimed || state == handing:
			return errBusy
		case r.Action == mail.Failed && (state == accepted || state == inDoubt || state == planned):
			return s.fail(ctx, tx, v.facts, k, is.id, state, fmt.Sprintf("report %d.%d.%d", r.Status[0], r.Status[1], r.Status[2]))
		case r.Action == mail.Delivered || r.Action == mail.Relayed || r.Action == mail.Expanded:
			_, err := tx.ExecContext(ctx, "UPDATE notices SET state = 'accepted', why = 'a report says so', changed = $1 WHERE id = $2 AND state IN ('in_doubt', 'planned')",
				s.o.Now().UnixMilli(), is.id)
			return err
		}
		return nil
	})
}

// errBusy makes the mail server bring the report again later.
var errBusy = errors.New("the notice is being sent")

// Reconcile compares a ledger that was put back from a backup with what the relay knows: every open notice becomes a doubt, which the
// witness settles, or a report, or a person. Only then sending goes on. It needs Respond. ErrNotFound, ErrNotReleased.
func (s *Service) Reconcile(ctx context.Context, i exposure.IncidentID, n int) error {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return err
	}
	v, err := s.version(ctx, i, n)
	if err != nil {
		return err
	}
	if v.State != Restored {
		return ErrNotReleased
	}
	dots, size, err := s.dotsInLog(v)
	if err != nil {
		return err
	}
	if _, err := s.record(ctx, reconciledAct, v.about()); err != nil {
		return err
	}
	err = s.o.DB.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE notices SET state = 'in_doubt', why = 'put back from a backup', changed = $1
			WHERE incident = $2 AND version = $3 AND state IN ('planned', 'claimed', 'handing', 'in_doubt')`, s.o.Now().UnixMilli(), i, n)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE notice_versions SET state = 'released', why = '', handed = $1, entry = $2, epoch = epoch + 1 WHERE incident = $3 AND version = $4 AND state = 'restored'",
			max(dots, v.handed), size, i, n)
		return err
	})
	if err != nil {
		return fmt.Errorf("cannot reconcile the ledger: %w", err)
	}
	s.poke()
	return nil
}
