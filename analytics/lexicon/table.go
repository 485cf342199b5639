package lexicon

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"jejak/event"
	"jejak/ground/detect"
	"jejak/question"
)

// Limits of a lookup table.
const (
	MaxTableBytes   = 16 << 20 // of its CSV
	MaxTableRows    = 200_000
	MaxTableColumns = 100 // the key's included
	MaxTableCells   = 1_000_000
	MaxKeyBytes     = 1024
	MaxTables       = 50 // of a project
)

// The codes of faults of a lookup table.
const (
	BadTable       = "bad_table"
	DuplicateKey   = "duplicate_key"
	KeyRequired    = "key_required"
	PersonalValues = "personal_values"
	TooManyTables  = "too_many_tables"
)

// ColumnType is what the values of a column are.
type ColumnType string

// The types. A column has numbers when all its values are, written as in JSON; the same goes for booleans.
const (
	Texts    ColumnType = "string"
	Numbers  ColumnType = "number"
	Booleans ColumnType = "boolean"
)

// Column is a column of a lookup table.
type Column struct {
	Name string     `json:"name"`
	Type ColumnType `json:"type"`
}

// Table is a lookup table that was read. Many goroutines may use it at once.
type Table struct {
	columns []Column
	rows    map[string]int
	cells   [][]string // by column, by row; empty is not set
	bytes   int64      // about what it takes
}

// Value is what the row of a key has in a column; not set where there is none.
func (t *Table) Value(key, column string) event.Value {
	row, has := t.rows[key]
	at := slices.IndexFunc(t.columns, func(c Column) bool { return c.Name == column })
	if !has || at < 0 || t.cells[at][row] == "" {
		return event.Value{}
	}
	text := t.cells[at][row]
	switch t.columns[at].Type {
	case Numbers:
		f, _ := strconv.ParseFloat(text, 64)
		return event.NumberOf(f)
	case Booleans:
		return event.BooleanOf(text == "true")
	}
	return event.StringOf(text)
}

func faulty(location, code, format string, args ...any) error {
	return question.Faults{{Location: location, Code: code, Message: fmt.Sprintf(format, args...)}}
}

// readTable reads a CSV: the first line names the columns, the first column holds the keys. The error is question.Faults.
func readTable(text []byte) (*Table, error) {
	if len(text) > MaxTableBytes {
		return nil, faulty("", BadTable, "a table has at most %d MB", MaxTableBytes>>20)
	}
	if !utf8.Valid(text) {
		return nil, faulty("", BadTable, "a table is UTF-8")
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	head, err := r.Read()
	if err != nil {
		return nil, faulty("line 1", BadTable, "a table begins with a line that names its columns, divided by commas")
	}
	t := &Table{rows: map[string]int{}, bytes: int64(len(text))}
	if err := t.readHead(head); err != nil {
		return nil, err
	}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, faulty(lineOf(err), BadTable, "this is no line of a CSV with %d columns", len(head))
		}
		line, _ := r.FieldPos(0)
		if err := t.add(record, line); err != nil {
			return nil, err
		}
	}
	for i := range t.columns {
		t.columns[i].Type = typeOf(t.cells[i])
	}
	return t, nil
}

// lineOf is where a CSV is wrong.
func lineOf(err error) string {
	var wrong *csv.ParseError
	if errors.As(err, &wrong) {
		return fmt.Sprint("line ", wrong.Line)
	}
	return ""
}

func (t *Table) readHead(head []string) error {
	if len(head) < 2 || len(head) > MaxTableColumns {
		return faulty("line 1", BadTable, "a table has 2 to %d columns", MaxTableColumns)
	}
	for i, name := range head {
		if n := utf8.RuneCountInString(name); n == 0 || n > question.MaxCustomName || slices.Contains(head[:i], name) {
			return faulty("line 1", question.BadName, "each column has a name of its own, of at most %d characters", question.MaxCustomName)
		}
	}
	for _, name := range head[1:] {
		t.columns = append(t.columns, Column{Name: name})
	}
	t.cells = make([][]string, len(t.columns))
	return nil
}

// add adds a row. It holds no more than the text does: fields share it.
func (t *Table) add(record []string, line int) error {
	at := fmt.Sprint("line ", line)
	key := record[0]
	_, again := t.rows[key]
	switch {
	case key == "":
		return faulty(at, KeyRequired, "the first column holds the key and is never empty")
	case len(key) > MaxKeyBytes:
		return faulty(at, BadTable, "a key has at most %d bytes", MaxKeyBytes)
	case again:
		return faulty(at, DuplicateKey, "an earlier line has this key")
	case len(t.rows) == MaxTableRows || (len(t.rows)+1)*len(t.columns) > MaxTableCells:
		return faulty(at, BadTable, "a table has at most %d rows, and %d values", MaxTableRows, MaxTableCells)
	}
	t.rows[key] = len(t.rows)
	for i, cell := range record[1:] {
		t.cells[i] = append(t.cells[i], cell)
	}
	t.bytes += cellBytes*int64(len(record)) + rowBytes
	return nil
}

const (
	cellBytes = 16
	rowBytes  = 48
)

// typeOf is what all the cells that are not empty are.
func typeOf(cells []string) ColumnType {
	is := map[ColumnType]bool{Numbers: true, Booleans: true}
	some := false
	for _, cell := range cells {
		if cell == "" {
			continue
		}
		some = true
		is[Numbers] = is[Numbers] && isNumber(cell)
		is[Booleans] = is[Booleans] && (cell == "true" || cell == "false")
	}
	switch {
	case some && is[Numbers]:
		return Numbers
	case some && is[Booleans]:
		return Booleans
	}
	return Texts
}

func isNumber(cell string) bool {
	if strings.Trim(cell, "0123456789.+-eE") != "" || !json.Valid([]byte(cell)) {
		return false
	}
	f, err := strconv.ParseFloat(cell, 64)
	return err == nil && !math.IsInf(f, 0)
}

// checkPersonal refuses a table with personal values: what is known of people stands in their profiles, sealed. The message says in
// which columns, never what.
func (t *Table) checkPersonal(head string) error {
	counts := map[string]int{}
	look := func(column, text string) {
		for _, f := range detect.Value(column, text, nil) {
			if f.Confidence >= detect.Likely {
				counts[fmt.Sprintf("%q: %s", column, f.Class)]++
				return
			}
		}
	}
	for key := range t.rows {
		look(head, key)
	}
	for i, c := range t.columns {
		for _, cell := range t.cells[i] {
			look(c.Name, cell)
		}
	}
	for _, name := range append([]string{head}, columnNames(t.columns)...) {
		if len(detect.Value("", name, nil)) > 0 {
			return faulty("line 1", PersonalValues, "a column is named like a personal value")
		}
	}
	if len(counts) == 0 {
		return nil
	}
	var parts []string
	for what, n := range counts {
		parts = append(parts, fmt.Sprintf("%s in %d", what, n))
	}
	slices.Sort(parts)
	return faulty("", PersonalValues, "a table holds no personal values, and rows have some (%s): leave these columns or rows out, or set them in people's profiles", strings.Join(parts, ", "))
}

func columnNames(columns []Column) (names []string) {
	for _, c := range columns {
		names = append(names, c.Name)
	}
	return names
}
