package decode

import (
	"bytes"
	"errors"
	"strings"
)

// maxStatementHead is how long what stands before the values of an INSERT or the rows of a COPY may be, in bytes.
const maxStatementHead = 256 << 10

// errValues: the values of an INSERT are not what they should be.
var errValues = errors.New("not a list of values")

// insert reads INSERT INTO table (columns) VALUES (…), (…).
func (s *sqlReader) insert(from int64) error {
	p := &sqlWords{text: s.w.fill(maxStatementHead)}
	p.word()
	for !p.is("INTO") {
		if p.word() == "" {
			return s.skipStatement(from)
		}
	}
	p.word()
	name := p.name()
	columns := p.names()
	if p.is("OVERRIDING") {
		p.skipWords(3)
	}
	if name == "" || !p.is("VALUES") && !p.is("VALUE") {
		return s.skipStatement(from)
	}
	p.word()
	s.w.at += p.at
	t := s.table(name, columns)
	for {
		err := s.tuple(t)
		if errors.Is(err, errValues) {
			return s.skipStatement(from)
		}
		if err != nil {
			return err
		}
		if done, err := s.nextTuple(); done || err != nil {
			return err
		}
	}
}

// nextTuple moves to the next row of an INSERT, or behind its end.
func (s *sqlReader) nextTuple() (done bool, err error) {
	s.w.drop()
	c, ok := s.space()
	switch {
	case !ok, c == ';':
		s.w.at += min(1, s.w.end-s.w.at)
		return true, nil
	case c == ',':
		s.w.at++
		return false, nil
	}
	s.scratch, s.cut = s.scratch[:0], false // ON CONFLICT and the like
	from := s.w.offset()
	text, err := s.other()
	return true, errors.Join(s.keepOther(from, text), err)
}

// tuple reads one row of an INSERT.
func (s *sqlReader) tuple(t *table) error {
	s.w.drop()
	if c, ok := s.space(); !ok {
		return errEnds
	} else if c != '(' {
		return errValues
	}
	t.begin(s.w.offset())
	s.w.at++
	for i := 0; ; i++ {
		isNull, err := s.sqlValue()
		if err != nil {
			return errors.Join(err, t.end())
		}
		if !isNull {
			t.cell(t.column(i), s.scratch)
			if s.cut {
				t.cutCell()
			}
		}
		c, _ := s.w.peek()
		s.w.at++
		if c == ')' {
			return t.end()
		}
	}
}

// sqlValue reads an expression up to the comma or bracket behind it. Texts are taken out of their quotes; of functions and
// casts the whole is kept as it stands.
func (s *sqlReader) sqlValue() (isNull bool, err error) {
	w := s.w
	s.scratch, s.cut = s.scratch[:0], false
	depth, texts := 0, 0
	for {
		w.drop()
		c, ok := w.peek()
		switch {
		case !ok:
			return false, errEnds
		case c == ',' && depth == 0, c == ')' && depth == 0:
			word := bytes.TrimSpace(s.scratch)
			if texts == 0 {
				s.scratch = append(s.scratch[:0], word...)
			}
			return texts == 0 && strings.EqualFold(string(word), "NULL"), nil
		case c == '\'' || c == '"' && s.backslash:
			if word := strings.ToUpper(string(bytes.TrimSpace(s.scratch))); depth == 0 && (word == "" || word[0] == '_' || word == "E" || word == "N") {
				s.scratch = s.scratch[:0]
				if err := s.string(c, s.backslash || word == "E"); err != nil {
					return false, err
				}
				texts++
				continue
			}
			if err := s.quotedRaw(c); err != nil {
				return false, err
			}
			continue
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ';' && depth == 0:
			return false, errValues
		case depth == 0 && texts > 0 && (c == ' ' || c == ':' || c == '\n' || c == '\r' || c == '\t'):
			if c == ':' { // a cast says nothing
				s.skipCast()
				continue
			}
			w.at++
			continue
		}
		w.at++
		s.add([]byte{c})
	}
}

// skipCast moves behind ::type.
func (s *sqlReader) skipCast() {
	for depth := 0; ; s.w.at++ {
		s.w.drop()
		c, ok := s.w.peek()
		switch {
		case !ok, depth == 0 && (c == ',' || c == ')'):
			return
		case c == '(':
			depth++
		case c == ')':
			depth--
		}
	}
}

// string adds a text without its quotes and escapes to what is being read.
func (s *sqlReader) string(quote byte, backslash bool) error {
	w := s.w
	w.at++
	for {
		w.drop()
		if _, ok := w.peek(); !ok {
			return errEnds
		}
		i := w.at
		for i < w.end && w.buf[i] != quote && (w.buf[i] != '\\' || !backslash) {
			i++
		}
		s.add(w.buf[w.at:i])
		w.at = i
		if i == w.end {
			continue
		}
		b := w.fill(2)
		switch {
		case b[0] == '\\':
			if len(b) < 2 {
				return errEnds
			}
			s.add([]byte{mysqlEscape(b[1])})
			w.at += 2
		case len(b) == 2 && b[1] == quote: // doubled: one
			s.add(b[:1])
			w.at += 2
		default:
			w.at++
			return nil
		}
	}
}

func mysqlEscape(c byte) byte {
	switch c {
	case 'n':
		return '\n'
	case 't':
		return '\t'
	case 'r':
		return '\r'
	case '0':
		return 0
	case 'b':
		return '\b'
	case 'Z':
		return 0x1a
	}
	return c
}

// copy reads COPY table (columns) FROM stdin and the lines behind it, up to \.
func (s *sqlReader) copy(from int64) error {
	p := &sqlWords{text: s.w.fill(maxStatementHead)}
	p.word()
	name := p.name()
	columns := p.names()
	if name == "" || !p.is("FROM") {
		return s.skipStatement(from)
	}
	p.skipWords(1)
	if !p.is("STDIN") {
		return s.skipStatement(from)
	}
	s.w.at += p.at
	if !s.w.skipPast('\n') {
		return errEnds
	}
	t := s.table(name, columns)
	for {
		if done, err := s.copyRow(t); done || err != nil {
			return err
		}
	}
}

// copyRow reads one line: texts with a tab between, and backslashes before what is special.
func (s *sqlReader) copyRow(t *table) (done bool, err error) {
	s.w.drop()
	b := s.w.fill(3)
	if len(b) == 0 {
		return false, errEnds
	}
	if string(b[:min(len(b), 2)]) == `\.` && (len(b) == 2 || b[2] == '\n' || b[2] == '\r') {
		s.w.skipPast('\n')
		return true, nil
	}
	t.begin(s.w.offset())
	for i := 0; ; i++ {
		text, last, err := s.copyField()
		if err != nil {
			return false, errors.Join(err, t.end())
		}
		if len(text) > 0 && (len(text) != 1 || text[0] != copyNull) {
			t.cell(t.column(i), text)
		}
		if s.cut {
			t.cutCell()
		}
		if last {
			return false, t.end()
		}
	}
}

// copyNull stands for \N until the field is written; the byte occurs in no UTF-8.
const copyNull = 0xff

// copyField reads up to the next tab or the end of the line.
func (s *sqlReader) copyField() (text []byte, last bool, err error) {
	w := s.w
	s.scratch, s.cut = s.scratch[:0], false
	w.drop()
	i := w.at
	for {
		for i < w.end && w.buf[i] != '\t' && w.buf[i] != '\n' && w.buf[i] != '\\' {
			i++
		}
		if i < w.end && w.buf[i] != '\\' && len(s.scratch) == 0 && !s.cut { // most fields: where they lie
			text = w.buf[w.keep:i]
			w.at = i + 1
			return text, w.buf[i] == '\n', nil
		}
		s.add(w.buf[w.at:i])
		w.at = i
		w.drop()
		c, ok := w.peek()
		if !ok {
			return s.scratch, true, errEnds
		}
		i = w.at
		switch c {
		case '\t', '\n':
			w.at++
			return s.scratch, c == '\n', nil
		case '\\':
			s.copyEscape()
			w.drop()
			i = w.at
		}
	}
}

func (s *sqlReader) copyEscape() {
	b := s.w.fill(2)
	s.w.at += len(b)
	if len(b) < 2 {
		return
	}
	switch c := b[1]; c {
	case 'N':
		s.add([]byte{copyNull})
	case 'v':
		s.add([]byte{'\v'})
	case 'f':
		s.add([]byte{'\f'})
	case '0', 'Z':
		s.add([]byte{c})
	default:
		s.add([]byte{mysqlEscape(c)})
	}
}
