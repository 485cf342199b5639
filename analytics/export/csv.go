package export

import (
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"jejak/analytics/store"
	"jejak/event"
)

// commas writes CSV as RFC 4180 has it: a line of names, then a line a row. What is not set is empty; an empty text is "". No cell is a
// formula to a spreadsheet: a text that would be one has an apostrophe before it.
type commas struct{ *table }

// propertyPrefix stands before the name of a property, so that none can take the place of another column.
const propertyPrefix = "properties."

// heads are the names of all columns.
func (t *table) heads() (names []string) {
	switch t.content {
	case Events:
		names = []string{"event", "time", "class", "person"}
	case Profiles:
		names = []string{t.whose()}
	}
	prefix := propertyPrefix
	if t.content == Answer {
		prefix = ""
	}
	for _, c := range t.columns {
		names = append(names, prefix+c.name)
	}
	return names
}

// whose is the column of the pseudonyms.
func (t *table) whose() string {
	if t.group {
		return "group"
	}
	return "person"
}

func (c *commas) begin(w io.Writer) error {
	var line []byte
	for i, name := range c.heads() {
		if i > 0 {
			line = append(line, ',')
		}
		line = appendCell(line, name)
	}
	_, err := w.Write(append(line, "\r\n"...))
	return err
}

func (c *commas) end(io.Writer) error { return nil }

func (c *commas) pieceBytes() int { return textPieceBytes }

func (c *commas) cut(w io.Writer, why string) {
	_, _ = w.Write(append(appendCell(nil, "export incomplete: "+why), "\r\n"...)) // the client may be gone
}

func (c *commas) encoder(n *namer) encoder {
	return &textEncoder{append: c.appendRow, phrases: newPhrases(n, appendValue)}
}

func (c *commas) appendRow(dst []byte, b *block, row int, p *phrases) []byte {
	from := len(dst)
	if c.content == Events {
		dst = append(appendCell(dst, b.event), ',')
		dst = append(appendStamp(dst, b.times[row]), ',')
		dst = append(append(dst, className(b.class)...), ',')
	}
	if c.content != Answer {
		dst = append(appendCell(dst, string(b.persons[row])), ',')
	}
	at := 0
	for i := range b.cells {
		x := &b.cells[i]
		code := x.codes[row]
		if code == 0 {
			continue
		}
		for ; at < x.column; at++ {
			dst = append(dst, ',')
		}
		if code == store.NumberCode {
			dst = appendNumber(dst, x.numbers[row])
		} else {
			dst = p.append(dst, x.words, code)
		}
	}
	for ; at+1 < len(c.columns); at++ {
		dst = append(dst, ',')
	}
	if len(c.columns) == 0 && len(dst) > from {
		dst = dst[:len(dst)-1] // nothing follows the comma
	}
	return append(dst, "\r\n"...)
}

// appendValue appends a value of a dictionary as a cell.
func appendValue(dst []byte, v event.Value) []byte {
	if v.Kind == event.Boolean {
		return strconv.AppendBool(dst, v.Bool())
	}
	return appendCell(dst, v.Text)
}

// appendCell appends a text as a cell.
func appendCell(dst []byte, s string) []byte {
	formula := isFormula(s)
	if s != "" && !formula && !strings.ContainsAny(s, ",;\"\r\n\t") {
		return append(dst, s...)
	}
	dst = append(dst, '"')
	if formula {
		dst = append(dst, '\'')
	}
	for {
		before, after, found := strings.Cut(s, `"`)
		dst = append(dst, before...)
		if !found {
			return append(dst, '"')
		}
		dst, s = append(dst, `""`...), after
	}
}

// isFormula tells whether a spreadsheet may take a cell for a formula. What already has apostrophes before that gets one more, so that
// taking one away gives the text in every case.
func isFormula(s string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, "' \u00a0\ufeff"))
	switch r {
	case '=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠':
		return true
	}
	return false
}
