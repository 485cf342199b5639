package directory

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/valyala/fastjson"
)

// maxLine bounds a line of JSON, in bytes.
const maxLine = 1 << 20

// jsonRows reads an object a line.
type jsonRows struct {
	in     *bufio.Scanner
	parser fastjson.Parser
	layout
	line int64
}

// NewJSONLines reads a table from JSON lines: an object a line, with the names of the columns as keys. Several values are a list.
func NewJSONLines(t Table, from io.Reader) Rows {
	l, err := layoutOf(t, columnsOf[t])
	if err != nil {
		panic("BUG: a table lacks its own columns")
	}
	in := bufio.NewScanner(from)
	in.Buffer(nil, maxLine)
	return &jsonRows{in: in, layout: l}
}

// Next implements Rows.
func (j *jsonRows) Next() (Row, error) {
	for j.in.Scan() {
		j.line++
		if len(strings.TrimSpace(j.in.Text())) == 0 {
			continue
		}
		return j.row(j.in.Bytes())
	}
	switch err := j.in.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return Row{}, j.refused("", fmt.Sprintf("longer than %d bytes", maxLine))
	case err != nil:
		return Row{}, fmt.Errorf("cannot read the directory: %w", err)
	}
	return Row{}, io.EOF
}

func (j *jsonRows) refused(column, problem string) error {
	return &Refused{[]RowError{{j.table, j.line, column, problem}}}
}

func (j *jsonRows) row(text []byte) (Row, error) {
	v, err := j.parser.ParseBytes(text)
	if err != nil || v.Type() != fastjson.TypeObject {
		return Row{}, j.refused("", "this is not an object of JSON") // the parser's error would quote the line
	}
	for i, name := range columnsOf[j.table] {
		var ok bool
		if j.cells[i], ok = cellOf(v.Get(name)); !ok {
			return Row{}, j.refused(name, "neither a text, a number nor a list of them; or a semicolon in a list")
		}
	}
	return Row{j.line, j.cells}, nil
}

// cellOf is a value as it would stand in a cell.
func cellOf(v *fastjson.Value) (cell string, ok bool) {
	if v == nil {
		return "", true
	}
	switch v.Type() {
	case fastjson.TypeNull:
		return "", true
	case fastjson.TypeString:
		return string(v.GetStringBytes()), true
	case fastjson.TypeArray:
		return listOf(v.GetArray())
	case fastjson.TypeObject:
		return "", false
	}
	return v.String(), true // a number as it was written, or a boolean
}

func listOf(values []*fastjson.Value) (cell string, ok bool) {
	var all []string
	for _, v := range values {
		one, ok := cellOf(v)
		if !ok || v.Type() == fastjson.TypeArray || strings.Contains(one, ";") {
			return "", false
		}
		all = append(all, one)
	}
	return strings.Join(all, ";"), true
}

// NewRows reads a table from JSON lines or from CSV, as its first byte says.
func NewRows(t Table, from io.Reader) (Rows, error) {
	in := bufio.NewReaderSize(from, 1<<16)
	for {
		first, err := in.Peek(1)
		if err != nil {
			return NewCSV(t, in)
		}
		switch first[0] {
		case ' ', '\t', '\r', '\n':
			_, _ = in.Discard(1) // it is there
			continue
		case '{':
			return NewJSONLines(t, in), nil
		}
		return NewCSV(t, in)
	}
}
