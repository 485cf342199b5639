// Package lexicon keeps what a project gives a name of its own: custom events, custom properties, cohorts and lookup tables, whose names questions
// say and package question writes out; and what it says about the events and properties that are sent: its data catalogue and data
// plan.
package lexicon

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/meta"
	"jejak/question"
)

// Lexicon serves all projects. Many goroutines may use it at once. Its errors are those of access, and question.Faults for
// what cannot be saved. Reading needs Read, everything else Administer.
type Lexicon struct {
	db  *meta.DB
	log Log
	now func() time.Time

	saving sync.Mutex // held while words of any project change
	rules  sync.Map   // by project

	tables tables // of lookups, read lately
}

// New keeps its entries in the database, and records in the log what changes the fate of events. A nil clock is time.Now.
func New(db *meta.DB, log Log, now func() time.Time) (*Lexicon, error) {
	if now == nil {
		now = time.Now
	}
	l := &Lexicon{db: db, log: log, now: now}
	return l, l.loadAll(context.Background())
}

// Entry is what all that is saved has in common.
type Entry struct {
	ID               question.CustomID
	Name             string
	Created, Changed time.Time
}

// Event is a custom event.
type Event struct {
	Entry
	AnyOf []question.Selector
}

// Property is a custom property.
type Property struct {
	Entry
	Expression string
}

// The kinds of rows.
const (
	anEvent   = "event"
	aProperty = "property"
)

// row is an entry as the table has it.
type row struct {
	Entry
	definition string
}

func (r row) event() (e Event, err error) {
	if err := json.Unmarshal([]byte(r.definition), &e.AnyOf); err != nil {
		return e, fmt.Errorf("cannot read a custom event: %w", err)
	}
	e.Entry = r.Entry
	return e, nil
}

func (r row) property() Property { return Property{r.Entry, r.definition} }

// Events are the project's, oldest first.
func (l *Lexicon) Events(ctx context.Context, p event.ProjectID) (out []Event, err error) {
	rows, err := l.list(ctx, p, anEvent)
	for _, r := range rows {
		e, err := r.event()
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, err
}

// Properties are the project's, oldest first.
func (l *Lexicon) Properties(ctx context.Context, p event.ProjectID) (out []Property, err error) {
	rows, err := l.list(ctx, p, aProperty)
	for _, r := range rows {
		out = append(out, r.property())
	}
	return out, err
}

func (l *Lexicon) list(ctx context.Context, p event.ProjectID, kind string) (rows []row, err error) {
	if err := access.May(ctx, p, access.Read); err != nil {
		return nil, err
	}
	err = l.db.Read(ctx, func(tx *sql.Tx) error {
		if err := mustExist(ctx, tx, p); err != nil {
			return err
		}
		rows, err = rowsOf(ctx, tx, p, kind)
		return err
	})
	return rows, err
}

// Customs are the custom events and properties of the project, for package question. It needs Read.
func (l *Lexicon) Customs(ctx context.Context, p event.ProjectID) (c *question.Customs, err error) {
	if err := access.May(ctx, p, access.Read); err != nil {
		return nil, err
	}
	err = l.db.Read(ctx, func(tx *sql.Tx) error {
		c, err = customsOf(ctx, tx, p)
		return err
	})
	return c, err
}

func customsOf(ctx context.Context, tx *sql.Tx, p event.ProjectID) (*question.Customs, error) {
	c := &question.Customs{Events: map[question.CustomID][]question.Selector{}, Properties: map[question.CustomID]string{}, Cohorts: map[question.CustomID]question.Cohort{}}
	events, err := rowsOf(ctx, tx, p, anEvent)
	if err != nil {
		return nil, err
	}
	for _, r := range events {
		e, err := r.event()
		if err != nil {
			return nil, err
		}
		c.Events[r.ID] = e.AnyOf
	}
	properties, err := rowsOf(ctx, tx, p, aProperty)
	for _, r := range properties {
		c.Properties[r.ID] = r.definition
	}
	return c, err
}

// SaveEvent adds a custom event, or changes the one of the id when that is not 0: then an empty name and nil selectors stay as they
// are. access.ErrNotFound.
func (l *Lexicon) SaveEvent(ctx context.Context, p event.ProjectID, id question.CustomID, name string, anyOf []question.Selector) (Event, error) {
	r := row{Entry: Entry{ID: id, Name: name}}
	if anyOf != nil || id == 0 {
		text, err := json.Marshal(anyOf)
		if err != nil {
			return Event{}, fmt.Errorf("cannot write a custom event: %w", err)
		}
		r.definition = string(text)
	}
	r, err := l.save(ctx, p, anEvent, r, func(c *question.Customs, r row) error {
		e, err := r.event()
		if err != nil {
			return err
		}
		return asError(c.ValidateCustomEvent(r.ID, r.Name, e.AnyOf))
	})
	if err != nil {
		return Event{}, err
	}
	return r.event()
}

// asError is nil for no faults.
func asError(f question.Faults) error {
	if f == nil {
		return nil
	}
	return f
}

// SaveProperty is the same for a custom property.
func (l *Lexicon) SaveProperty(ctx context.Context, p event.ProjectID, id question.CustomID, name, expression string) (Property, error) {
	r, err := l.save(ctx, p, aProperty, row{Entry{ID: id, Name: name}, expression}, func(c *question.Customs, r row) error {
		return asError(c.ValidateCustomProperty(r.ID, r.Name, r.definition))
	})
	return r.property(), err
}

// save writes a row that is sound among the others of its project.
func (l *Lexicon) save(ctx context.Context, p event.ProjectID, kind string, r row, validate func(*question.Customs, row) error) (saved row, err error) {
	if err := access.May(ctx, p, access.Administer); err != nil {
		return row{}, err
	}
	err = l.db.Write(ctx, func(tx *sql.Tx) error {
		if err := mustExist(ctx, tx, p); err != nil {
			return err
		}
		if r, err = r.completed(ctx, tx, p, kind); err != nil {
			return err
		}
		others, err := withCohorts(ctx, tx, p)
		if err != nil {
			return err
		}
		if err := validate(others, r); err != nil {
			return err
		}
		saved, err = l.write(ctx, tx, p, kind, r)
		return err
	})
	return saved, err
}

// completed is a changed row with what stays as it was.
func (r row) completed(ctx context.Context, tx *sql.Tx, p event.ProjectID, kind string) (row, error) {
	if r.ID == 0 {
		return r, nil
	}
	old, err := scanRow(tx.QueryRowContext(ctx, "SELECT "+columns+" FROM customs WHERE project = $1 AND kind = $2 AND id = $3", p, kind, r.ID).Scan)
	if r.Name == "" {
		r.Name = old.Name
	}
	if r.definition == "" {
		r.definition = old.definition
	}
	return r, err
}

func (l *Lexicon) write(ctx context.Context, tx *sql.Tx, p event.ProjectID, kind string, r row) (row, error) {
	now := l.now().UnixMilli()
	if r.ID == 0 {
		return scanRow(tx.QueryRowContext(ctx, "INSERT INTO customs (project, kind, name, definition, created, changed) VALUES ($1, $2, $3, $4, $5, $5) RETURNING "+columns,
			p, kind, r.Name, r.definition, now).Scan)
	}
	return scanRow(tx.QueryRowContext(ctx, "UPDATE customs SET name = $1, definition = $2, changed = $3 WHERE project = $4 AND kind = $5 AND id = $6 RETURNING "+columns,
		r.Name, r.definition, now, p, kind, r.ID).Scan)
}

// DeleteEvent takes a custom event away: questions that name it match
// nothing from then on. access.ErrNotFound.
func (l *Lexicon) DeleteEvent(ctx context.Context, p event.ProjectID, id question.CustomID) error {
	return l.remove(ctx, p, anEvent, id)
}

// DeleteProperty is the same for a custom property: it is not set from then on.
func (l *Lexicon) DeleteProperty(ctx context.Context, p event.ProjectID, id question.CustomID) error {
	return l.remove(ctx, p, aProperty, id)
}

func (l *Lexicon) remove(ctx context.Context, p event.ProjectID, kind string, id question.CustomID) error {
	if err := access.May(ctx, p, access.Administer); err != nil {
		return err
	}
	return l.db.Write(ctx, func(tx *sql.Tx) error {
		_, err := scanRow(tx.QueryRowContext(ctx, "DELETE FROM customs WHERE project = $1 AND kind = $2 AND id = $3 RETURNING "+columns, p, kind, id).Scan)
		return err
	})
}

const columns = "id, name, definition, created, changed"

func rowsOf(ctx context.Context, tx *sql.Tx, p event.ProjectID, kind string) (out []row, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT "+columns+" FROM customs WHERE project = $1 AND kind = $2 ORDER BY id", p, kind)
	if err != nil {
		return nil, fmt.Errorf("cannot read the lexicon: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		r, err := scanRow(rows.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

func scanRow(scan func(...any) error) (r row, err error) {
	var created, changed int64
	err = scan(&r.ID, &r.Name, &r.definition, &created, &changed)
	if errors.Is(err, sql.ErrNoRows) {
		return r, access.ErrNotFound
	}
	if err != nil {
		return r, fmt.Errorf("cannot read an entry of the lexicon: %w", err)
	}
	r.Created, r.Changed = time.UnixMilli(created).UTC(), time.UnixMilli(changed).UTC()
	return r, nil
}

// mustExist is access.ErrNotFound for a project that is not there.
func mustExist(ctx context.Context, tx *sql.Tx, p event.ProjectID) error {
	var one int
	err := tx.QueryRowContext(ctx, "SELECT 1 FROM projects WHERE id = $1", p).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return access.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("cannot look for a project: %w", err)
	}
	return nil
}
