package lexicon

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"jejak/event"
	"jejak/ground/access"
	"jejak/question"
)

// Cohort is a saved cohort.
type Cohort struct {
	Entry
	Definition question.Cohort
}

const aCohort = "cohort"

func (r row) cohort() (c Cohort, err error) {
	if err := json.Unmarshal([]byte(r.definition), &c.Definition); err != nil {
		return c, fmt.Errorf("cannot read a cohort: %w", err)
	}
	c.Entry = r.Entry
	return c, nil
}

// Cohorts are the project's, oldest first.
func (l *Lexicon) Cohorts(ctx context.Context, p event.ProjectID) (out []Cohort, err error) {
	rows, err := l.list(ctx, p, aCohort)
	for _, r := range rows {
		c, err := r.cohort()
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, err
}

// SaveCohort adds a cohort, or changes the one of the id when that is not 0: then an empty name and a nil definition stay as they are.
// access.ErrNotFound.
func (l *Lexicon) SaveCohort(ctx context.Context, p event.ProjectID, id question.CustomID, name string, definition *question.Cohort) (Cohort, error) {
	r := row{Entry: Entry{ID: id, Name: name}}
	if definition != nil || id == 0 {
		if definition == nil {
			definition = new(question.Cohort) // which is not sound
		}
		text, err := json.Marshal(definition)
		if err != nil {
			return Cohort{}, fmt.Errorf("cannot write a cohort: %w", err)
		}
		r.definition = string(text)
	}
	r, err := l.save(ctx, p, aCohort, r, func(c *question.Customs, r row) error {
		saved, err := r.cohort()
		if err != nil {
			return err
		}
		return asError(c.ValidateCohort(r.ID, r.Name, &saved.Definition))
	})
	if err != nil {
		return Cohort{}, err
	}
	return r.cohort()
}

// DeleteCohort takes a cohort away: nobody is in it from then on. access.ErrNotFound.
func (l *Lexicon) DeleteCohort(ctx context.Context, p event.ProjectID, id question.CustomID) error {
	return l.remove(ctx, p, aCohort, id)
}

// WithCohorts is Customs, and the cohorts too. It needs Read.
func (l *Lexicon) WithCohorts(ctx context.Context, p event.ProjectID) (c *question.Customs, err error) {
	if err := access.May(ctx, p, access.Read); err != nil {
		return nil, err
	}
	err = l.db.Read(ctx, func(tx *sql.Tx) error {
		c, err = withCohorts(ctx, tx, p)
		return err
	})
	return c, err
}

func withCohorts(ctx context.Context, tx *sql.Tx, p event.ProjectID) (*question.Customs, error) {
	c, err := customsOf(ctx, tx, p)
	if err != nil {
		return nil, err
	}
	rows, err := rowsOf(ctx, tx, p, aCohort)
	for _, r := range rows {
		saved, err := r.cohort()
		if err != nil {
			return nil, err
		}
		c.Cohorts[r.ID] = saved.Definition
	}
	return c, err
}
