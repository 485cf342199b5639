package collect

import (
	"bytes"
	"errors"
	"unicode/utf8"

	"jejak/event"
)

// ErrTooMany says that a payload holds more records than one request may.
var ErrTooMany = errors.New("the request holds too many records")

// Limits of the records in a payload. They keep the decoder's memory and stack small and are wider than what guard
// allows: what passes here is refused there with a better message.
type Limits struct {
	Records int // in one payload
	Bytes   int // of one record
	Depth   int // of nesting, the record itself included
	Values  int // in one record, all levels together
}

// EventLimits are the limits of a payload of events; the first two are the wire's.
var EventLimits = Limits{Records: 2000, Bytes: 1 << 20, Depth: 32, Values: 1 << 14}

// Record is one record of a payload, still as JSON text inside the payload.
type Record struct {
	Text  []byte
	Fault event.Reason // why it is refused undecoded; empty when it is not
}

// Payload is a JSON text with records: an array of them, a single one, or one a line.
type Payload struct {
	Text  []byte
	Lines bool // the sender says: one a line
	Cut   bool // the end is missing
}

// Split tells the records of a payload apart without decoding them, so that one bad record does not spoil its
// neighbours. It looks at brackets and quotes only; what it takes for a record may still be no JSON. It appends to dst,
// and stops with ErrTooMany.
func (p Payload) Split(dst []Record, l Limits) ([]Record, error) {
	s := splitter{text: bytes.TrimPrefix(p.Text, []byte("\ufeff")), limits: l, records: dst}
	s.skipBlanks()
	switch {
	case s.done():
	case s.text[s.at] == '[':
		s.array()
	case p.Lines || s.isLines():
		s.lines()
	default:
		s.add(s.rest(), measure(s.rest(), false))
	}
	if p.Cut && !s.broken && !s.tooMany() {
		s.fault(event.NotJSON)
	}
	if s.tooMany() {
		return s.records, ErrTooMany
	}
	return s.records, nil
}

// splitter walks over a payload once.
type splitter struct {
	text    []byte
	at      int
	limits  Limits
	records []Record
	broken  bool // the text ended inside a record
}

func (s *splitter) done() bool    { return s.at >= len(s.text) }
func (s *splitter) rest() []byte  { return s.text[s.at:] }
func (s *splitter) tooMany() bool { return len(s.records) > s.limits.Records }

func (s *splitter) skipBlanks() {
	for !s.done() && isBlank(s.text[s.at]) {
		s.at++
	}
}

// array takes the elements of the array that begins at s.at. After the array only blanks may follow.
func (s *splitter) array() {
	s.at++
	for first := true; !s.tooMany(); first = false {
		s.skipBlanks()
		if s.done() {
			s.broken = true
			s.fault(event.NotJSON)
			return
		}
		if first && s.text[s.at] == ']' {
			break
		}
		m := measure(s.rest(), true)
		s.add(s.text[s.at:s.at+m.length], m)
		if s.at += m.length; s.done() {
			if s.broken = true; m.whole {
				s.fault(event.NotJSON) // for what is missing: this record is all there
			}
			return
		}
		if s.text[s.at] != ',' {
			break
		}
		s.at++
	}
	s.at++
	if s.skipBlanks(); !s.done() && !s.tooMany() {
		s.fault(event.NotJSON)
	}
}

// isLines: the first value is an object, more follows, and another line begins with an object too.
func (s *splitter) isLines() bool {
	m := measure(s.rest(), false)
	if m.whole && len(bytes.TrimSpace(s.rest()[m.length:])) == 0 {
		return false
	}
	return bytes.Contains(s.rest(), []byte("\n{"))
}

func (s *splitter) lines() {
	for !s.done() && !s.tooMany() {
		line, length := s.rest(), len(s.rest())
		if n := bytes.IndexByte(line, '\n'); n >= 0 {
			line, length = line[:n], n+1
		}
		s.at += length
		if line = bytes.TrimSpace(line); len(line) > 0 {
			m := measure(line, false)
			s.broken = !m.whole
			s.add(line, m)
		}
	}
}

func (s *splitter) fault(r event.Reason) { s.records = append(s.records, Record{Fault: r}) }

func (s *splitter) add(text []byte, m measures) {
	s.records = append(s.records, Record{Text: bytes.TrimSpace(text), Fault: s.why(text, m)})
}

func (s *splitter) why(text []byte, m measures) event.Reason {
	switch {
	case !m.whole:
		return event.NotJSON
	case len(text) > s.limits.Bytes, m.values > s.limits.Values:
		return event.TooLarge
	case m.depth > s.limits.Depth:
		return event.TooDeep
	case !m.ascii && !utf8.Valid(text):
		return event.NotUTF8
	}
	return ""
}

// measures are what brackets and quotes tell of a value.
type measures struct {
	length int
	depth  int
	values int // at most so many values are in it
	ascii  bool
	whole  bool // its end was seen
}

// measure walks over the value at the start of text. As an element it ends before the comma or bracket that follows it;
// otherwise with its own last bracket, or with the text when it has none.
func measure(text []byte, element bool) measures {
	m := measures{values: 1}
	depth, closed := 0, false
	var bits byte
	i := 0
walk:
	for ; i < len(text); i++ {
		c := text[i]
		switch c {
		case '"':
			var seen byte
			i, seen = stringEnd(text, i+1)
			bits |= seen
		case '{', '[':
			depth++
			m.values++
			m.depth = max(m.depth, depth)
		case '}', ']':
			if depth == 0 && element {
				break walk
			}
			depth--
			if closed = depth == 0; depth <= 0 && !element {
				i++
				break walk
			}
		case ',':
			if depth == 0 && element {
				break walk
			}
			m.values++
		default:
			bits |= c
		}
	}
	m.length, m.ascii = min(i, len(text)), bits < utf8.RuneSelf
	m.whole = closed || element && m.length < len(text)
	return m
}

// stringEnd is the place of the quote that ends the string whose inside begins at i, or len(text); seen is all its bytes
// or-ed together.
func stringEnd(text []byte, i int) (end int, seen byte) {
	for ; i < len(text); i++ {
		c := text[i]
		seen |= c
		if c == '"' {
			return i, seen
		}
		if c == '\\' && i+1 < len(text) {
			i++
			seen |= text[i]
		}
	}
	return len(text), seen
}

func isBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }
