package directory

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Table is one of those that a directory is made of, with its columns. docs/format/directory.md says what stands in them.
type Table string

// The tables.
const (
	Users         Table = "users"
	Organisations Table = "organisations"
	Memberships   Table = "memberships"
)

var columnsOf = map[Table][]string{
	Users:         {"user_id", "email", "former_emails", "name", "organisation_ids", "admin_of", "locale", "country", "city", "created", "deleted", "reachable"},
	Organisations: {"organisation_id", "name", "domain", "country"},
	Memberships:   {"user_id", "organisation_id", "role", "from", "to"},
}

// required are the columns that a table must have; of users, one of the two.
var required = map[Table][]string{Organisations: {"organisation_id"}, Memberships: {"user_id", "organisation_id"}}

// Columns are those of a table, in order. Others are not read.
func (t Table) Columns() []string { return slices.Clone(columnsOf[t]) }

// Row is one row of a table: its cells in the order of the table's columns. Several values in a cell stand between semicolons.
type Row struct {
	Line  int64 // where it stands in its source, from 1
	Cells []string
}

// Rows gives the rows of a table, one after the other. Next MUST return io.EOF behind the last; a row is valid until the next one.
type Rows interface {
	Next() (Row, error)
}

// RowError is what is wrong in one row. It never holds a value.
type RowError struct {
	Table   Table  `json:"table"`
	Line    int64  `json:"line"`
	Column  string `json:"column,omitempty"`
	Problem string `json:"problem"`
}

// Refused says why a directory was not taken in: the first of its errors. Nothing of it is kept.
type Refused struct{ Errors []RowError }

func (r *Refused) Error() string {
	var b strings.Builder
	b.WriteString("cannot take the directory in; nothing of it was kept")
	for _, e := range r.Errors {
		fmt.Fprintf(&b, "\n%s, line %d", e.Table, e.Line)
		if e.Column != "" {
			fmt.Fprintf(&b, ", %s", e.Column)
		}
		fmt.Fprintf(&b, ": %s", e.Problem)
	}
	return b.String()
}

// maxErrors is how many errors are collected before an import gives up; maxCell bounds a cell, in bytes.
const (
	maxErrors = 20
	maxCell   = 64 << 10
)

// layout says where a source has a table's columns; -1: nowhere.
type layout struct {
	table Table
	at    []int
	cells []string
}

func layoutOf(t Table, head []string) (l layout, err error) {
	l = layout{table: t, at: make([]int, len(columnsOf[t])), cells: make([]string, len(columnsOf[t]))}
	for i, c := range columnsOf[t] {
		l.at[i] = slices.Index(head, c)
	}
	names := map[string]int{}
	for i, h := range head {
		names[h] = i
	}
	return l, CheckColumns(t, names)
}

// CheckColumns tells whether a source has the columns that a table must have, by their names. *Refused when it has not.
func CheckColumns(t Table, names map[string]int) error {
	has := func(c string) bool { _, is := names[c]; return is }
	for _, c := range required[t] {
		if !has(c) {
			return &Refused{[]RowError{{t, 1, c, "the column is missing"}}}
		}
	}
	if t == Users && !has("user_id") && !has("email") {
		return &Refused{[]RowError{{t, 1, "user_id", "neither this column nor email is there"}}}
	}
	return nil
}

// csvRows reads CSV with a line of names on top.
type csvRows struct {
	in *csv.Reader
	layout
}

// NewCSV reads a table from CSV (RFC 4180, UTF-8), whose first line has the names of the columns in any order.
func NewCSV(t Table, from io.Reader) (Rows, error) {
	in := csv.NewReader(from)
	in.ReuseRecord = true
	head, err := in.Read()
	if err != nil {
		return nil, csvError(t, err)
	}
	head = slices.Clone(head)
	for i, h := range head {
		head[i] = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(h, "\uFEFF")))
	}
	l, err := layoutOf(t, head)
	return &csvRows{in, l}, err
}

// Next implements Rows.
func (c *csvRows) Next() (Row, error) {
	fields, err := c.in.Read()
	if err != nil {
		return Row{}, csvError(c.table, err)
	}
	for i, at := range c.at {
		if at >= 0 {
			c.cells[i] = fields[at]
		}
	}
	line, _ := c.in.FieldPos(0)
	return Row{int64(line), c.cells}, nil
}

// csvError tells what is wrong without the words of the row.
func csvError(t Table, err error) error {
	var p *csv.ParseError
	switch {
	case errors.As(err, &p):
		return &Refused{[]RowError{{t, int64(p.StartLine), "", "this is not a row of CSV: " + p.Err.Error()}}}
	case err == io.EOF:
		return err
	}
	return fmt.Errorf("cannot read the directory: %w", err)
}

// problemOf tells what is wrong with a cell as text; "" when nothing is.
func problemOf(cell string) string {
	switch {
	case len(cell) > maxCell:
		return "too long"
	case !utf8.ValidString(cell):
		return "not UTF-8"
	case strings.IndexFunc(cell, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) >= 0:
		return "control characters"
	}
	return ""
}
