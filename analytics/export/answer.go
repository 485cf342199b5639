package export

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"jejak/analytics/query"
	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// maxAnswerRows is how many rows a table of an answer has at most.
const maxAnswerRows = 2_000_000

// questionOf is the question of a spec, with what is saved written out.
func (d *Desk) questionOf(ctx context.Context, p event.ProjectID, s *Spec) (question.Question, error) {
	q, err := question.Parse(s.Question)
	if err != nil {
		return nil, err
	}
	return q, question.Expand(q, d.customs(ctx, p))
}

// settleAnswer says how many rows an answer may have, and whether they are of single people: those need a second person where the rows of
// events do.
func (d *Desk) settleAnswer(ctx context.Context, p event.ProjectID, s *Spec) (c Content, maxRows int64, err error) {
	q, err := d.questionOf(ctx, p, s)
	if err != nil {
		return "", 0, err
	}
	switch q := q.(type) {
	case *question.Timeline:
		return People, int64(q.LimitOrDefault()), nil
	case *question.People:
		q.Limit = 1
		a, err := d.ask(ctx, p, q)
		if err != nil {
			return "", 0, err
		}
		n := a.(*question.PeopleAnswer).Count
		return People, min(n+n/10+maxCanaries, maxAnswerRows), nil
	}
	return Answer, maxAnswerRows, nil
}

func (d *Desk) ask(ctx context.Context, p event.ProjectID, q question.Question) (a question.Answer, err error) {
	o, err := d.queryOf(ctx, p, q)
	if err != nil {
		return nil, err
	}
	err = d.look(p, func(snap store.Snapshot) error {
		a, err = query.Ask(ctx, snap, q, o)
		return err
	})
	return a, err
}

// writeAnswer writes the table of an answer.
func (r *Run) writeAnswer(snap store.Snapshot, out io.Writer) (writer, error) {
	q, err := r.desk.questionOf(r.asking, r.Project, &r.spec)
	if err != nil {
		return nil, err
	}
	sheet, err := r.answer(snap, q)
	if err != nil {
		return nil, err
	}
	if int64(len(sheet.rows)) > r.MaxRows {
		return nil, ErrLimit
	}
	t := sheet.table()
	w := r.writerOf(t)
	if err := w.begin(out); err != nil {
		return w, err
	}
	b := sheet.block()
	e := w.encoder(newNamer(r.key, r.Mark))
	for from := 0; from < b.rows; from += chunk {
		to := min(b.rows, from+chunk)
		if err := e.add(b, from, to); err != nil {
			return w, err
		}
		piece, err := e.take()
		if err != nil {
			return w, err
		}
		if err := r.writePiece(finished{piece: piece, rows: int64(to - from)}, out); err != nil {
			return w, err
		}
	}
	return w, w.end(out)
}

// answer asks the question; of people it asks for all pages, and puts them into the order of their pseudonyms: that of their numbers would
// join two exports.
func (r *Run) answer(snap store.Snapshot, q question.Question) (*sheet, error) {
	o, err := r.desk.queryOf(r.asking, r.Project, q)
	if err != nil {
		return nil, err
	}
	people, are := q.(*question.People)
	if !are {
		a, err := query.Ask(r.ctx, snap, q, o)
		if err != nil {
			return nil, err
		}
		return r.sheetOf(a), nil
	}
	s, n := newSheet("person"), newNamer(r.key, r.Mark)
	people.Limit = question.MaxPeople
	for more := true; more && int64(len(s.rows)) <= r.MaxRows; {
		a, err := query.Ask(r.ctx, snap, people, o)
		if err != nil {
			return nil, err
		}
		page := a.(*question.PeopleAnswer)
		for _, who := range page.People {
			s.add(string(n.appendPerson(nil, event.Actor(who))))
		}
		people.After, more = page.Next, page.Next != 0
	}
	slices.SortFunc(s.rows, func(a, b []event.Value) int { return strings.Compare(a[0].Text, b[0].Text) })
	return s, nil
}

// sheet is a table in memory.
type sheet struct {
	names []string
	rows  [][]event.Value
}

func newSheet(names ...string) *sheet { return &sheet{names: names} }

// add appends a row of Go values, as answers hold them.
func (s *sheet) add(values ...any) {
	row := make([]event.Value, len(values))
	for i, v := range values {
		row[i] = valueOf(v)
	}
	s.rows = append(s.rows, row)
}

// valueOf is a value of an answer; nil, and pointers to nothing, are not set.
func valueOf(v any) event.Value {
	switch v := v.(type) {
	case nil:
		return event.Value{}
	case string:
		return event.StringOf(v)
	case bool:
		return event.BooleanOf(v)
	case float64:
		return event.NumberOf(v)
	case int64:
		return event.NumberOf(float64(v))
	case int:
		return event.NumberOf(float64(v))
	case *float64:
		if v == nil {
			return event.Value{}
		}
		return event.NumberOf(*v)
	}
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("BUG: a part of an answer cannot be written: %v", err))
	}
	return event.ObjectOf(string(text))
}

// table is its shape.
func (s *sheet) table() *table {
	t := &table{content: Answer}
	for at, name := range s.names {
		c := column{name: name}
		for _, row := range s.rows {
			switch row[at].Kind {
			case event.None:
			case event.Number:
				c.kinds.numbers = true
			case event.Boolean:
				c.kinds.booleans = true
			default:
				c.kinds.texts = true
			}
		}
		t.columns = append(t.columns, c)
	}
	return t
}

// block is all its rows.
func (s *sheet) block() *block {
	b := &block{rows: len(s.rows), cells: make([]cells, len(s.names))}
	for at := range s.names {
		b.cells[at].column = at
		for _, row := range s.rows {
			b.cells[at].add(row[at])
		}
	}
	return b
}
