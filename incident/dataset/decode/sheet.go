package decode

import (
	"encoding/xml"
	"io"
	"strconv"

	"jejak/leak"
)

// sheet reads the rows of a sheet.
type sheet struct {
	w      *workbook
	t      *table
	waits  []sheetRow // rows before it is known whether the first names the columns
	opened bool
	row    sheetRow
	cell   sheetCell
	in     string // the element whose text comes
	bytes  int    // of cells that are kept
}

type sheetRow struct {
	number int64
	cells  []sheetCell
}

type sheetCell struct {
	column        int
	kind          string
	text, formula []byte
}

func (w *workbook) sheet(name string, x *xml.Decoder) error {
	s := &sheet{w: w, t: w.out.table(name)}
	err := s.read(x)
	if err == io.EOF || err == nil {
		s.open()
		return w.out.failed
	}
	s.open()
	return err
}

func (s *sheet) read(x *xml.Decoder) error {
	for {
		token, err := x.RawToken()
		if err != nil {
			return err
		}
		switch e := token.(type) {
		case xml.StartElement:
			s.begin(e)
		case xml.EndElement:
			s.end(e.Name.Local)
		case xml.CharData:
			s.chars(e)
		}
		if s.w.out.failed != nil {
			return s.w.out.failed
		}
	}
}

func (s *sheet) begin(e xml.StartElement) {
	switch e.Name.Local {
	case "row":
		n, err := strconv.ParseInt(attribute(e, "r"), 10, 64)
		if err != nil {
			n = s.row.number + 1
		}
		s.row = sheetRow{number: n, cells: s.row.cells[:0]}
	case "c":
		column, ok := columnOf(attribute(e, "r"))
		if !ok {
			column = s.cell.column + 1
			if len(s.row.cells) == 0 {
				column = 0
			}
		}
		s.cell = sheetCell{column: column, kind: attribute(e, "t")}
	case "v", "t", "f":
		s.in = e.Name.Local
	case "hyperlink":
		s.in = ""
	}
}

// columnOf is the place of the column in a name such as AB12, from 0.
func columnOf(name string) (int, bool) {
	n := 0
	for i, c := range name {
		if c < 'A' || c > 'Z' {
			return n - 1, i > 0
		}
		if n = n*26 + int(c-'A') + 1; n > 1<<20 {
			return 0, false
		}
	}
	return 0, false
}

func (s *sheet) chars(text []byte) {
	room := s.t.limitOr(Default.Cell) + 1
	switch s.in {
	case "v", "t":
		s.cell.text = append(s.cell.text, text[:min(len(text), max(0, room-len(s.cell.text)))]...)
	case "f":
		s.cell.formula = append(s.cell.formula, text[:min(len(text), max(0, room-len(s.cell.formula)))]...)
	}
}

func (s *sheet) end(element string) {
	switch element {
	case "v", "t", "f":
		s.in = ""
	case "c":
		s.endCell()
	case "row":
		s.endRow()
	}
}

func (s *sheet) endCell() {
	if s.cell.kind == "s" {
		text, ok := s.w.shared.text(string(s.cell.text))
		if !ok {
			s.w.out.gap(leak.Gap{Why: leak.RowDamaged, Row: s.w.out.member.Rows + 1, Note: "a text that the workbook does not have"})
		}
		s.cell.text = text
	}
	if len(s.cell.text)+len(s.cell.formula) > 0 {
		s.row.cells = append(s.row.cells, s.cell)
		s.bytes += len(s.cell.text) + len(s.cell.formula)
		if len(s.row.cells) > pieceCells || s.bytes > pieceSize { // no row of people: it goes in pieces
			s.endRow()
			s.open()
			s.bytes = 0
		}
	}
}

// endRow writes the row, or keeps it while it is not known what the first row is.
func (s *sheet) endRow() {
	if s.opened {
		s.write(s.row)
		s.row.cells = s.row.cells[:0]
		return
	}
	if len(s.row.cells) > 0 {
		s.waits = append(s.waits, s.row)
		s.row.cells = nil
	}
	if len(s.waits) >= sheetSample {
		s.open()
	}
}

// open decides about the first row and writes those that wait.
func (s *sheet) open() {
	if s.opened {
		return
	}
	s.opened = true
	if len(s.waits) == 0 {
		return
	}
	if s.firstIsHeader() {
		s.name(s.waits[0])
		s.waits = s.waits[1:]
	}
	for _, r := range s.waits {
		s.write(r)
	}
	s.waits = nil
}

func (s *sheet) firstIsHeader() bool {
	rows := make([][]string, 0, len(s.waits))
	for _, r := range s.waits {
		var texts []string
		for _, c := range r.cells {
			for len(texts) < min(c.column, Default.Columns) {
				texts = append(texts, "")
			}
			texts = append(texts, string(c.text[:min(len(c.text), maxName)]))
		}
		rows = append(rows, texts)
	}
	return isHeader(rows, len(rows[0]))
}

// name takes the names of columns from a row.
func (s *sheet) name(r sheetRow) {
	if s.t == nil {
		return
	}
	used := map[string]bool{}
	for _, c := range r.cells {
		for len(s.t.names) < min(c.column, s.w.out.limits.Columns) {
			s.t.add(numbered(len(s.t.names)))
		}
		name := wholeName(c.text, len(s.t.names))
		if used[name] {
			name += " (" + numbered(len(s.t.names)) + ")"
		}
		used[name] = true
		s.t.add(name)
	}
	s.t.tell()
}

func (s *sheet) write(r sheetRow) {
	s.t.begin(r.number)
	for _, c := range r.cells {
		column := s.t.column(c.column)
		if len(c.text) > 0 {
			s.t.cell(column, c.text)
		}
		if len(c.formula) > 0 {
			s.t.plain(column, append([]byte("="), c.formula...))
		}
	}
	_ = s.t.end() // failed is asked for
}
