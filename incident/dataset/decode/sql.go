package decode

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"jejak/leak"
)

// sqlReader reads dumps as pg_dump and mysqldump write them, and never runs them. Rows of COPY and INSERT become rows of
// tables; every other statement becomes a row of a table of statements, so that nothing in the file is passed over.
type sqlReader struct {
	w         *window
	out       *out
	tables    map[string]*table
	declared  map[string][]string // columns by table, from CREATE TABLE
	others    *table
	backslash bool // escapes in plain quotes, as MySQL has them
	scratch   []byte
	cut       bool
}

// looksSQL tells a dump from the beginning of a text.
func looksSQL(head []byte) bool {
	for len(head) > 0 {
		line, rest, _ := bytes.Cut(head, []byte{'\n'})
		line = bytes.TrimSpace(line)
		switch {
		case len(line) == 0, bytes.HasPrefix(line, []byte("--")):
			head = rest
			continue
		case bytes.HasPrefix(line, []byte("/*")):
			return true
		case line[0] == '\\': // psql's own commands
			head = rest
			continue
		}
		return startsStatement(string(line[:min(len(line), 64)]))
	}
	return false
}

func startsStatement(line string) bool {
	words := strings.Fields(strings.ToUpper(line))
	if len(words) < 2 {
		return false
	}
	switch words[0] {
	case "SET", "CREATE", "DROP", "ALTER", "LOCK", "USE", "PRAGMA":
		return len(words) > 2 || strings.HasSuffix(line, ";")
	case "INSERT", "REPLACE":
		return words[1] == "INTO" || words[1] == "IGNORE"
	case "BEGIN", "START":
		return true
	case "COPY":
		return strings.Contains(strings.ToUpper(line), " FROM STDIN") || strings.Contains(line, "(")
	case "SELECT":
		return strings.HasPrefix(words[1], "PG_CATALOG")
	}
	return false
}

func (o *out) readSQL(r io.Reader, head []byte) error {
	s := &sqlReader{
		w: newWindow(r, o.limits.Cell+headSize), out: o, tables: map[string]*table{}, declared: map[string][]string{},
		backslash: bytes.Contains(head, []byte("MySQL dump")) || bytes.Contains(head, []byte("MariaDB dump")) || bytes.Contains(head, []byte{'`'}),
	}
	for {
		s.w.drop()
		c, ok := s.space()
		if !ok {
			return s.w.failure()
		}
		if c == ';' {
			s.w.at++
			continue
		}
		if err := s.statement(); err != nil {
			return s.ended(err)
		}
	}
}

// ended is how the file ends when a statement does not.
func (s *sqlReader) ended(err error) error {
	if failed := s.w.failure(); failed != nil {
		return failed
	}
	if errors.Is(err, errEnds) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (s *sqlReader) space() (byte, bool) {
	for {
		c, ok := s.w.peek()
		if !ok || c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return c, ok
		}
		s.w.at++
	}
}

// statement reads one statement.
func (s *sqlReader) statement() error {
	from := s.w.offset()
	switch start := strings.ToUpper(string(s.w.fill(32))); {
	case strings.HasPrefix(start, "INSERT "), strings.HasPrefix(start, "REPLACE "):
		return s.insert(from)
	case strings.HasPrefix(start, "COPY "):
		return s.copy(from)
	}
	text, err := s.other()
	if strings.HasPrefix(strings.ToUpper(string(text[:min(len(text), 12)])), "CREATE TABLE") {
		s.declare(text)
	}
	return errors.Join(s.keepOther(from, text), err)
}

// keepOther makes a statement that holds no rows a row of its own.
func (s *sqlReader) keepOther(from int64, text []byte) error {
	if s.others == nil {
		if s.others = s.out.table("(statements)", "text"); s.others == nil {
			return nil
		}
	}
	s.others.begin(from)
	s.others.plain(0, text)
	if s.cut {
		s.others.cutCell()
	}
	return s.others.end()
}

// other reads a comment, a command of psql, or a statement to its end.
func (s *sqlReader) other() (text []byte, err error) {
	w := s.w
	s.scratch, s.cut = s.scratch[:0], false
	b := w.fill(3)
	switch {
	case bytes.HasPrefix(b, []byte("--")), b[0] == '\\', b[0] == '#':
		return s.through([]byte{'\n'})
	case bytes.HasPrefix(b, []byte("/*")) && !bytes.HasPrefix(b, []byte("/*!")):
		return s.through([]byte("*/"))
	}
	for {
		c, ok := w.peek()
		if !ok {
			return s.scratch, nil
		}
		if c == '\'' || c == '"' || c == '`' {
			if err := s.quotedRaw(c); err != nil {
				return s.scratch, err
			}
			continue
		}
		if c == '$' {
			if tag := dollarTag(w.fill(64)); tag != nil {
				s.add(tag)
				w.at += len(tag)
				if _, err := s.through(bytes.Clone(tag)); err != nil {
					return s.scratch, err
				}
				continue
			}
		}
		w.at++
		w.drop()
		if c == ';' {
			return s.scratch, nil
		}
		s.add([]byte{c})
	}
}

// add adds to the text that is being read.
func (s *sqlReader) add(text []byte) {
	if room := s.out.limits.Cell - len(s.scratch); len(text) > room {
		s.cut = true
		text = text[:max(room, 0)]
	}
	s.scratch = append(s.scratch, text...)
}

// through reads up to an end mark, and it.
func (s *sqlReader) through(end []byte) ([]byte, error) {
	w := s.w
	for {
		b := w.fill(len(end))
		if len(b) < len(end) {
			s.add(b)
			w.at += len(b)
			if end[0] == '\n' {
				return s.scratch, nil
			}
			return s.scratch, errEnds
		}
		chunk := w.buf[w.at:w.end]
		if i := bytes.Index(chunk, end); i >= 0 {
			s.add(chunk[:i+len(end)])
			w.at += i + len(end)
			return s.scratch, nil
		}
		n := len(chunk) - len(end) + 1
		s.add(chunk[:n])
		w.at += n
	}
}

// quotedRaw adds a quoted text with its quotes to what is being read.
func (s *sqlReader) quotedRaw(quote byte) error {
	w := s.w
	s.add([]byte{quote})
	w.at++
	for {
		w.drop()
		c, ok := w.peek()
		if !ok {
			return errEnds
		}
		w.at++
		s.add([]byte{c})
		switch {
		case c == '\\' && s.backslash && quote != '`':
			if c, ok = w.peek(); ok {
				s.add([]byte{c})
				w.at++
			}
		case c == quote:
			return nil
		}
	}
}

// dollarTag is $tag$ at the front.
func dollarTag(b []byte) []byte {
	for i, c := range b[1:] {
		switch {
		case c == '$':
			return b[:i+2]
		case c != '_' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z'):
			return nil
		}
	}
	return nil
}

// table is the table of a name; a dump may come back to it.
func (s *sqlReader) table(name string, columns []string) *table {
	if t, ok := s.tables[name]; ok && (columns == nil || sameStart(t.names, columns)) {
		return t
	}
	if columns == nil {
		columns = s.declared[name]
	}
	t := s.out.table(name, columns...)
	s.tables[name] = t
	return t
}

func sameStart(names, columns []string) bool {
	if len(columns) > len(names) {
		return false
	}
	for i, c := range columns {
		if names[i] != printable(c) {
			return false
		}
	}
	return true
}

// declare takes the names of columns from CREATE TABLE.
func (s *sqlReader) declare(text []byte) {
	p := &sqlWords{text: text}
	p.skipWords(2)
	if p.is("IF") {
		p.skipWords(3)
	}
	name := p.name()
	if name == "" || !p.open() || len(s.declared) >= s.out.limits.Tables {
		return
	}
	var columns []string
	for len(columns) < s.out.limits.Columns {
		column, quoted := p.identifier()
		if column == "" {
			break
		}
		if quoted || !isTableWord(column) {
			columns = append(columns, column)
		}
		if !p.nextEntry() {
			break
		}
	}
	s.declared[name] = columns
}

func isTableWord(s string) bool {
	switch strings.ToUpper(s) {
	case "PRIMARY", "KEY", "UNIQUE", "CONSTRAINT", "INDEX", "FULLTEXT", "SPATIAL", "CHECK", "FOREIGN", "EXCLUDE", "LIKE":
		return true
	}
	return false
}

// skipStatement reads on behind a statement that is not what it should be, and says so.
func (s *sqlReader) skipStatement(from int64) error {
	s.scratch, s.cut = s.scratch[:0], false
	text, err := s.other()
	s.out.gap(leak.Gap{Why: leak.RowDamaged, Row: s.out.member.Rows, From: from, To: s.w.offset()})
	return errors.Join(s.keepOther(from, text), err)
}
