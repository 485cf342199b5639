package decode

import (
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

var (
	// errSyntax: this is not JSON.
	errSyntax = errors.New("not JSON")
	// errEnds: the stream is over in the middle of a value.
	errEnds = errors.New("it ends in the middle")
)

// jsonReader reads values and writes them into a table: nested ones under the path of their keys. It takes memory for
// one text at most, however large a value is.
type jsonReader struct {
	w       *window
	t       *table
	scratch []byte
	dry     bool // looks only, writes nothing
	cut     bool // the text read last was cut
	doc     *document
}

// space moves to the next byte that is no white space and returns it; false at the end.
func (j *jsonReader) space() (byte, bool) {
	for {
		c, ok := j.w.peek()
		if !ok || c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return c, ok
		}
		j.w.at++
	}
}

// expect is space, which finds a byte or else the stream ends early.
func (j *jsonReader) expect() (byte, error) {
	j.w.drop()
	c, ok := j.space()
	if !ok {
		return 0, errEnds
	}
	return c, nil
}

// row reads a value that is a row: the members of an object, the items of a list by their places, or a single value.
func (j *jsonReader) row() error {
	c, err := j.expect()
	if err != nil {
		return err
	}
	switch c {
	case '{':
		return j.object(&j.t.root, 0)
	case '[':
		return j.places()
	default:
		return j.value(j.childOf(&j.t.root, []byte("value")), 0)
	}
}

// places reads a list whose items are the columns.
func (j *jsonReader) places() error {
	j.w.at++
	for i := 0; ; i++ {
		c, err := j.expect()
		if err != nil {
			return err
		}
		if c == ']' && i == 0 {
			j.w.at++
			return nil
		}
		n := &j.t.root
		if !j.dry {
			n = j.t.below(j.t.column(i))
		}
		if err := j.value(n, 1); err != nil {
			return err
		}
		if done, err := j.comma(']'); done || err != nil {
			return err
		}
	}
}

// value reads any value into a place.
func (j *jsonReader) value(n *node, depth int) error {
	c, err := j.expect()
	if err != nil {
		return err
	}
	switch {
	case (c == '{' || c == '[') && depth >= maxNesting:
		return j.raw(n)
	case c == '{':
		return j.object(n, depth)
	case c == '[':
		return j.list(n, depth)
	case c == '"':
		text, err := j.text()
		if err == nil {
			j.put(n, text)
		}
		return err
	default:
		return j.literal(n)
	}
}

func (j *jsonReader) childOf(n *node, key []byte) *node {
	if j.dry {
		return n
	}
	return j.t.child(n, key)
}

func (j *jsonReader) put(n *node, text []byte) {
	if j.dry {
		return
	}
	j.t.put(n, text)
	if j.cut {
		j.t.cutCell()
	}
}

func (j *jsonReader) object(n *node, depth int) error {
	j.w.at++
	n.next = 0
	for first := true; ; first = false {
		c, err := j.expect()
		if err != nil {
			return err
		}
		if c == '}' && first {
			j.w.at++
			return nil
		}
		if c != '"' {
			return errSyntax
		}
		key, err := j.text()
		if err != nil {
			return err
		}
		k := j.childOf(n, key)
		if c, err = j.expect(); err != nil {
			return err
		} else if c != ':' {
			return errSyntax
		}
		j.w.at++
		if err := j.member(k, depth+1); err != nil {
			return err
		}
		if done, err := j.comma('}'); done || err != nil {
			return err
		}
	}
}

// member reads what stands under a key.
func (j *jsonReader) member(k *node, depth int) error {
	if j.doc != nil && depth <= maxDocument {
		rows, err := j.startsRows()
		if err != nil {
			return err
		}
		if rows {
			return j.doc.rows(j, k.name)
		}
	}
	return j.value(k, depth)
}

func (j *jsonReader) list(n *node, depth int) error {
	j.w.at++
	if !j.dry {
		n = j.t.item(n)
	}
	for first := true; ; first = false {
		c, err := j.expect()
		if err != nil {
			return err
		}
		if c == ']' && first {
			j.w.at++
			return nil
		}
		if err := j.value(n, depth+1); err != nil {
			return err
		}
		if done, err := j.comma(']'); done || err != nil {
			return err
		}
	}
}

// comma moves behind a comma, or behind the end of what is listed.
func (j *jsonReader) comma(end byte) (done bool, err error) {
	c, err := j.expect()
	if err != nil {
		return false, err
	}
	j.w.at++
	switch c {
	case ',':
		return false, nil
	case end:
		return true, nil
	}
	j.w.at--
	return false, errSyntax
}

// literal reads a number, true, false or null.
func (j *jsonReader) literal(n *node) error {
	w := j.w
	w.drop()
	i := w.at
	for {
		for i < w.end && isLiteral[w.buf[i]] {
			i++
		}
		if i < w.end {
			break
		}
		length := i - w.keep
		w.at = w.end
		if !w.more() {
			if w.err == nil {
				return errSyntax
			}
			break
		}
		i = w.keep + length
	}
	text := w.buf[w.keep:i]
	w.at = i
	switch {
	case string(text) == "null":
		return nil
	case string(text) == "true", string(text) == "false", len(text) > 0 && (text[0] == '-' || text[0] >= '0' && text[0] <= '9') && isNumber(text):
		j.cut = false
		j.put(n, text)
		return nil
	}
	return errSyntax
}

var isLiteral = func() (set [256]bool) {
	for _, c := range "+-.0123456789eEtrufalsn" {
		set[c] = true
	}
	return set
}()

// isNumber is lenient: it tells numbers from words, not good numbers from bad ones.
func isNumber(text []byte) bool {
	for _, c := range text {
		if (c < '0' || c > '9') && c != '-' && c != '+' && c != '.' && c != 'e' && c != 'E' {
			return false
		}
	}
	return true
}

// text reads a string. The result is valid until more is read; cut says that it is not all.
func (j *jsonReader) text() ([]byte, error) {
	w := j.w
	w.at++
	w.drop()
	j.cut = false
	from := w.at // what is before it was looked at
	for {
		chunk := w.buf[from:w.end]
		quote := indexByte(chunk, '"')
		if quote >= 0 {
			chunk = chunk[:quote]
		}
		if indexByte(chunk, '\n') >= 0 {
			return nil, errSyntax
		}
		if back := indexByte(chunk, '\\'); back >= 0 {
			return j.escaped(from + back)
		}
		if quote >= 0 {
			text := w.buf[w.keep : from+quote]
			w.at = from + quote + 1
			return text, nil
		}
		length := w.end - w.keep
		w.at = w.end
		if !w.more() {
			if w.isFull() {
				return j.escaped(w.end)
			}
			return nil, errEnds
		}
		from = w.keep + length
	}
}

// escaped reads the rest of a string from i on, where the first escape is or the window ends, into a buffer.
func (j *jsonReader) escaped(i int) ([]byte, error) {
	w := j.w
	j.scratch = j.append(j.scratch[:0], w.buf[w.keep:i])
	w.at = i
	for {
		w.drop()
		c, ok := w.peek()
		switch {
		case !ok:
			return nil, errEnds
		case c == '"':
			w.at++
			return j.scratch, nil
		case c == '\n':
			return nil, errSyntax
		case c == '\\':
			if err := j.escape(); err != nil {
				return nil, err
			}
		default:
			i := w.at
			for i < w.end && w.buf[i] != '"' && w.buf[i] != '\\' && w.buf[i] != '\n' {
				i++
			}
			j.scratch = j.append(j.scratch, w.buf[w.at:i])
			w.at = i
		}
	}
}

// append adds text up to the limit of a cell, and a little so that what is cut can be told.
func (j *jsonReader) append(to, text []byte) []byte {
	if room := j.t.cellLimit() - len(to); len(text) > room {
		j.cut = true
		text = text[:max(room, 0)]
	}
	return append(to, text...)
}

// escape reads what follows a backslash.
func (j *jsonReader) escape() error {
	b := j.w.fill(6)
	if len(b) < 2 {
		return errEnds
	}
	if b[1] == 'u' {
		return j.unicode(b)
	}
	c := unescape[b[1]]
	if c == 0 {
		return errSyntax
	}
	j.w.at += 2
	j.scratch = j.append(j.scratch, []byte{c})
	return nil
}

var unescape = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (j *jsonReader) unicode(b []byte) error {
	r, ok := hex4(b)
	if !ok {
		return errSyntax
	}
	j.w.at += 6
	if utf16.IsSurrogate(r) {
		r = utf8.RuneError
		first, _ := hex4(b)
		if b := j.w.fill(6); len(b) == 6 && b[0] == '\\' && b[1] == 'u' {
			if second, ok := hex4(b); ok && utf16.DecodeRune(first, second) != utf8.RuneError {
				r = utf16.DecodeRune(first, second)
				j.w.at += 6
			}
		}
	}
	var text [utf8.UTFMax]byte
	j.scratch = j.append(j.scratch, text[:utf8.EncodeRune(text[:], r)])
	return nil
}

// hex4 reads the four digits of \uXXXX.
func hex4(b []byte) (r rune, ok bool) {
	if len(b) < 6 {
		return 0, false
	}
	for _, c := range b[2:6] {
		d, ok := hexDigit(c)
		if !ok {
			return 0, false
		}
		r = r<<4 | rune(d)
	}
	return r, true
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// raw reads an object or a list as it stands: for what is nested too deep.
func (j *jsonReader) raw(n *node) error {
	w := j.w
	text := []byte{}
	j.cut = false
	depth, quoted, escaped := 0, false, false
	for {
		c, ok := w.peek()
		if !ok {
			return errEnds
		}
		w.at++
		w.drop()
		text = j.append(text, []byte{c})
		switch {
		case escaped:
			escaped = false
		case c == '\\':
			escaped = quoted
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{', c == '[':
			depth++
		case c == '}', c == ']':
			if depth--; depth == 0 {
				if !j.dry {
					j.t.plain(j.columnOf(n), text)
				}
				return nil
			}
		}
	}
}

func (j *jsonReader) columnOf(n *node) int {
	if n.column < 0 {
		n.column = j.t.add(n.name)
	}
	return n.column
}

// overBytes is a window on bytes that are all there.
func overBytes(b []byte, err error) *window { return &window{buf: b, end: len(b), err: err} }

// looksJSON tells whether a head is the beginning of JSON, or all of it.
func looksJSON(head []byte, whole bool) bool {
	if i := firstNonSpace(head); i < 0 || head[i] != '{' && head[i] != '[' {
		return false
	}
	j := &jsonReader{w: overBytes(head, io.EOF), t: dryTable, dry: true}
	err := j.row()
	return err == nil || errors.Is(err, errEnds) && !whole
}

// dryTable stands where nothing is written.
var dryTable = &table{out: &out{limits: Default}}

func firstNonSpace(b []byte) int {
	for i, c := range b {
		if c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return i
		}
	}
	return -1
}
