package export

import (
	"io"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"jejak/analytics/store"
	"jejak/event"
)

// lines writes a JSON object a line.
type lines struct {
	*table
	keys [][]byte // ,"name": of each column
}

func newLines(t *table) *lines {
	l := &lines{table: t}
	for _, c := range t.columns {
		l.keys = append(l.keys, append(appendQuoted([]byte{','}, c.name), ':'))
	}
	return l
}

func (l *lines) begin(io.Writer) error { return nil }
func (l *lines) end(io.Writer) error   { return nil }

func (l *lines) pieceBytes() int { return textPieceBytes }

// cut says that rows are missing.
func (l *lines) cut(w io.Writer, why string) {
	_, _ = w.Write(append(appendQuoted([]byte(`{"export_incomplete":`), why), "}\n"...)) // the client may be gone
}

func (l *lines) encoder(n *namer) encoder {
	return &textEncoder{append: l.appendRow, phrases: newPhrases(n, appendJSON)}
}

func (l *lines) appendRow(dst []byte, b *block, row int, p *phrases) []byte {
	dst = append(dst, '{')
	if l.content == Events {
		dst = append(dst, `"event":`...)
		dst = appendQuoted(dst, b.event)
		dst = append(dst, `,"time":"`...)
		dst = appendStamp(dst, b.times[row])
		dst = append(dst, `","class":"`...)
		dst = append(dst, className(b.class)...)
		dst = append(dst, `",`...)
	}
	if l.content != Answer {
		dst = append(appendQuoted(dst, l.whose()), ':')
		dst = appendQuoted(dst, string(b.persons[row]))
		dst = append(dst, `,"properties":{`...)
	}
	dst = l.appendCells(dst, b, row, p, false)
	if l.content != Answer {
		dst = append(dst, '}')
	}
	return append(dst, "}\n"...)
}

// appendCells appends the columns that are set. more says that members of the object stand before them.
func (l *lines) appendCells(dst []byte, b *block, row int, p *phrases, more bool) []byte {
	for i := range b.cells {
		c := &b.cells[i]
		code := c.codes[row]
		if code == 0 {
			continue
		}
		key := l.keys[c.column]
		if !more {
			key, more = key[1:], true
		}
		dst = append(dst, key...)
		if code == store.NumberCode {
			dst = appendNumber(dst, c.numbers[row])
		} else {
			dst = p.append(dst, c.words, code)
		}
	}
	return dst
}

func className(c event.Class) string {
	if c == event.Bot {
		return "bot"
	}
	return "person"
}

// appendStamp appends an instant as RFC 3339 has it, in UTC and to the millisecond.
func appendStamp(dst []byte, t event.Millis) []byte {
	return time.UnixMilli(int64(t)).UTC().AppendFormat(dst, "2006-01-02T15:04:05.000Z07:00")
}

// appendNumber appends the shortest decimal that is the number, as JSON and JavaScript write it.
func appendNumber(dst []byte, f float64) []byte {
	if whole := int64(f); float64(whole) == f && whole > -1e15 && whole < 1e15 {
		return strconv.AppendInt(dst, whole, 10)
	}
	form := byte('f')
	if size := math.Abs(f); size < 1e-6 || size >= 1e21 {
		form = 'e'
	}
	return strconv.AppendFloat(dst, f, form, -1, 64)
}

// appendJSON appends a value of a dictionary.
func appendJSON(dst []byte, v event.Value) []byte {
	switch v.Kind {
	case event.List, event.Object:
		return append(dst, v.Text...)
	case event.Boolean:
		return strconv.AppendBool(dst, v.Bool())
	default:
		return appendQuoted(dst, v.Text)
	}
}

const hexDigits = "0123456789abcdef"

// appendQuoted appends a text as JSON has it. Line ends, also those that only JavaScript knows, are escaped.
func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	done := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == '\u2028' || r == '\u2029' || r == utf8.RuneError && size == 1 {
				dst = append(append(dst, s[done:i]...), `\u`...)
				dst = append(dst, hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
				done = i + size
			}
			i += size
			continue
		}
		if c < ' ' || c == '"' || c == '\\' {
			dst = append(dst, s[done:i]...)
			if c < ' ' {
				dst = append(dst, `\u00`...)
				dst = append(dst, hexDigits[c>>4], hexDigits[c&15])
			} else {
				dst = append(dst, '\\', c)
			}
			done = i + 1
		}
		i++
	}
	return append(append(dst, s[done:]...), '"')
}
