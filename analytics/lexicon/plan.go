package lexicon

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"jejak/analytics/plan"
	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/audit"
	"jejak/question"
)

// Log takes the record of a privileged act.
type Log interface {
	// Record MUST NOT return nil before the entry survives power loss.
	Record(ctx context.Context, e audit.Entry) (index int64, err error)
}

// rules are what the words of a project come to.
type rules struct {
	plan *plan.Plan // nil: the project has no word
	past *Past      // nil: nothing is changed for the past
}

// Plan is the data plan of a project now, nil when it has none. It is for the road, and asks nobody's rights.
func (l *Lexicon) Plan(p event.ProjectID) *plan.Plan { return l.rulesOf(p).plan }

// Past is what answers about the past leave out and rename, nil when that is nothing. It asks nobody's rights.
func (l *Lexicon) Past(p event.ProjectID) *Past { return l.rulesOf(p).past }

func (l *Lexicon) rulesOf(p event.ProjectID) rules {
	r, _ := l.rules.Load(p)
	known, _ := r.(rules)
	return known
}

// loadAll reads the words of all projects into memory: the road asks for each request.
func (l *Lexicon) loadAll(ctx context.Context) error {
	return l.db.Read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT project FROM words UNION SELECT project FROM plans")
		if err != nil {
			return fmt.Errorf("cannot read the data plans: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var p event.ProjectID
			if err := rows.Scan(&p); err != nil {
				return fmt.Errorf("cannot read the data plans: %w", err)
			}
			r, err := rulesIn(ctx, tx, p)
			if err != nil {
				return err
			}
			l.rules.Store(p, r)
		}
		return rows.Err()
	})
}

// changePlan changes words of a project and lets the road know. It MUST be called by one at a time.
func (l *Lexicon) changePlan(ctx context.Context, p event.ProjectID, change func(*sql.Tx) error) error {
	var now rules
	err := l.db.Write(ctx, func(tx *sql.Tx) error {
		err := mustExist(ctx, tx, p)
		if err == nil {
			err = change(tx)
		}
		if err == nil {
			now, err = rulesIn(ctx, tx, p)
		}
		return err
	})
	if err == nil {
		l.rules.Store(p, now)
	}
	return err
}

func rulesIn(ctx context.Context, tx *sql.Tx, p event.ProjectID) (rules, error) {
	words, err := wordsOf(ctx, tx, p)
	if err != nil {
		return rules{}, err
	}
	strict, err := strictOf(ctx, tx, p)
	if err != nil || len(words) == 0 && strict == plan.Open {
		return rules{}, err
	}
	r := rules{plan: &plan.Plan{Strict: strict, Events: map[string]plan.Rule{}, Properties: map[string]plan.Rule{}}, past: pastOf(words)}
	for _, w := range words {
		if w.Kind == OfEvent {
			r.plan.Events[w.Name] = w.Rule
		} else {
			r.plan.Properties[w.Name] = w.ruleOfTokens()
		}
	}
	return r, nil
}

// ruleOfTokens: what somebody says the values are is what their tokens say.
func (w Word) ruleOfTokens() plan.Rule {
	if w.Rule.Do == plan.Seal && w.Rule.Class == "" {
		w.Rule.Class = w.Class
	}
	return w.Rule
}

func strictOf(ctx context.Context, tx *sql.Tx, p event.ProjectID) (s plan.Strict, err error) {
	err = tx.QueryRowContext(ctx, "SELECT strict FROM plans WHERE project = $1", p).Scan(&s)
	if errors.Is(err, sql.ErrNoRows) {
		return plan.Open, nil
	}
	if err != nil {
		return s, fmt.Errorf("cannot read a data plan: %w", err)
	}
	return s, nil
}

// Strict is how strict the project's data plan is. It needs Read.
func (l *Lexicon) Strict(ctx context.Context, p event.ProjectID) (s plan.Strict, err error) {
	if err := access.May(ctx, p, access.Read); err != nil {
		return s, err
	}
	err = l.db.Read(ctx, func(tx *sql.Tx) error {
		if err := mustExist(ctx, tx, p); err != nil {
			return err
		}
		s, err = strictOf(ctx, tx, p)
		return err
	})
	return s, err
}

// SetStrict changes it. It needs Administer.
func (l *Lexicon) SetStrict(ctx context.Context, p event.ProjectID, s plan.Strict) error {
	if err := access.May(ctx, p, access.Administer); err != nil {
		return err
	}
	if s != plan.Open && s != plan.Count && s != plan.Closed {
		return question.Faults{{Location: "strict", Code: BadWord, Message: "it is empty, count or closed"}}
	}
	l.saving.Lock()
	defer l.saving.Unlock()
	return l.changePlan(ctx, p, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO plans (project, strict) VALUES ($1, $2)", p, s)
		return err
	})
}
