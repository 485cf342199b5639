package decode

import (
	"io"

	"jejak/leak"
)

// csvReader reads separated values. It takes memory for one cell.
type csvReader struct {
	w       *window
	t       *table
	dialect dialect
	scratch []byte
	rewinds int
	cut     bool
}

// readCSV reads separated values of the dialect that head shows.
func (o *out) readCSV(r io.Reader, head []byte, whole bool) error {
	d := sniffCSV(head, whole)
	c := &csvReader{w: newWindow(r, o.limits.Cell+headSize), dialect: d}
	if d.header {
		c.t = o.table("")
		if err := c.header(); err != nil {
			return err
		}
	} else {
		c.t = o.table("", numberedColumns(d.columns)...)
	}
	for {
		if more, err := c.row(); err != nil || !more {
			return err
		}
	}
}

func numberedColumns(n int) []string {
	names := make([]string, min(n, Default.Columns))
	for i := range names {
		names[i] = numbered(i)
	}
	return names
}

// header reads the first row as the names of columns.
func (c *csvReader) header() error {
	used := map[string]bool{}
	for i := 0; ; i++ {
		text, last, ok := c.field()
		if !ok {
			return c.w.failure()
		}
		if len(c.t.names) < c.t.out.limits.Columns {
			name := wholeName(text, i)
			if used[name] {
				name += " (" + numbered(i) + ")"
			}
			used[name] = true
			c.t.add(name)
		} else {
			c.t.shared()
		}
		if last {
			c.t.tell()
			return nil
		}
	}
}

func wholeName(text []byte, place int) string {
	if len(text) == 0 {
		return numbered(place)
	}
	return printable(string(text[:min(len(text), maxName)]))
}

// row reads one row; false when there is none.
func (c *csvReader) row() (bool, error) {
	c.w.drop()
	c.t.begin(c.w.offset())
	for i := 0; ; i++ {
		text, last, ok := c.field()
		if !ok {
			if i > 0 {
				return false, c.t.end()
			}
			return false, c.w.failure()
		}
		if i == 0 && last && len(text) == 0 && !c.cut { // an empty line
			return true, nil
		}
		if len(text) > 0 {
			c.t.cell(c.t.column(i), text)
		}
		if c.cut {
			c.t.cutCell()
		}
		if last {
			return true, c.t.end()
		}
	}
}

// field reads the next field and what ends it. The text is valid until the next call. last: the row ends with it. ok is
// false when the stream is over.
func (c *csvReader) field() (text []byte, last, ok bool) {
	c.w.drop()
	c.cut = false
	first, ok := c.w.peek()
	if !ok {
		return nil, false, false
	}
	if first == c.dialect.quote && c.rewinds < maxRewinds {
		if text, last, ok := c.quoted(); ok {
			return text, last, true
		}
		c.rewinds++
		c.t.out.gap(leak.Gap{Why: leak.Quotes, Row: c.t.out.member.Rows + 1, From: c.w.offset()})
	}
	text, last = c.plain()
	return text, last, true
}

// plain reads up to the next separator.
func (c *csvReader) plain() (text []byte, last bool) {
	w, i := c.w, c.w.at
	separator, newline := c.dialect.separator, c.dialect.newline
	for {
		for buf := w.buf[:w.end]; i < len(buf); i++ {
			if b := buf[i]; b == separator || b == newline {
				w.at = i + 1
				return c.trim(buf[w.keep:i], b == newline), b == newline
			}
		}
		length := i - w.keep
		w.at = w.end
		if w.more() {
			i = w.keep + length
			continue
		}
		if w.err == nil {
			return c.endless()
		}
		w.at = w.end
		return c.trim(w.buf[w.keep:w.end], true), true
	}
}

// trim cuts the carriage return off the end of a line.
func (c *csvReader) trim(text []byte, last bool) []byte {
	if n := len(text); last && n > 0 && text[n-1] == '\r' {
		return text[:n-1]
	}
	return text
}

// endless cuts a field that fills the window, and skips the rest of it.
func (c *csvReader) endless() (text []byte, last bool) {
	w := c.w
	c.cut = true
	c.scratch = append(c.scratch[:0], w.buf[w.keep:min(w.end, w.keep+c.t.cellLimit())]...)
	for {
		for i := w.at; i < w.end; i++ {
			if b := w.buf[i]; b == c.dialect.separator || b == c.dialect.newline {
				w.at = i + 1
				return c.scratch, b == c.dialect.newline
			}
		}
		w.at = w.end
		w.drop()
		if !w.more() {
			return c.scratch, true
		}
	}
}

// quoted reads a field in quotes. ok is false, and nothing was read, when its end cannot be found.
func (c *csvReader) quoted() (text []byte, last, ok bool) {
	w, quote := c.w, c.dialect.quote
	i := w.at + 1
	c.scratch = c.scratch[:0]
	copied, from := false, 1 // of the text: where what is not yet copied begins, counted from the quote
	for {
		n := indexByte(w.buf[i:w.end], quote)
		if n < 0 {
			length := w.end - w.keep
			w.at = w.keep
			if w.err != nil || !w.more() {
				return nil, false, false
			}
			i = w.keep + length
			continue
		}
		end := i + n
		length := end - w.keep
		next, more := c.at(end + 1)
		end = w.keep + length
		switch {
		case more && next == quote: // doubled: one
			c.scratch = append(c.scratch, w.buf[w.keep+from:end+1]...)
			copied, from = true, length+2
			i = end + 2
			continue
		case !more, next == c.dialect.separator, next == c.dialect.newline:
			last = !more || next == c.dialect.newline
			w.at = min(end+2, w.end)
		case next == '\r' && c.isLineEnd(end+2):
			end = w.keep + length
			last = true
			w.at = min(end+3, w.end)
		default: // a quote in the middle of a text
			end = w.keep + length
			i = end + 1
			continue
		}
		text = w.buf[w.keep+from : end]
		if copied {
			c.scratch = append(c.scratch, text...)
			text = c.scratch
		}
		return text, last, true
	}
}

// at is the byte at an index of the window, read when need be; false at the end of the stream. It may move the window's
// content: indexes count from keep before and after.
func (c *csvReader) at(i int) (byte, bool) {
	w := c.w
	if i >= w.end {
		length := i - w.keep
		w.at = w.keep
		if !w.more() {
			return 0, false
		}
		i = w.keep + length
	}
	return w.buf[i], true
}

// isLineEnd tells whether a line ends at an index.
func (c *csvReader) isLineEnd(i int) bool {
	b, more := c.at(i)
	return !more || b == '\n'
}
