package decode

import "io"

// maxTextInText is how often JSON may stand as a text in JSON to be looked into.
const maxTextInText = 4

// nested looks into values that are JSON as text: exports carry properties like that.
type nested struct {
	readers []*jsonReader
	depth   int
}

// looksNested tells what may be an object, or a list that is more than one word in brackets.
func looksNested(text []byte) bool {
	n := len(text)
	return n > 4 && (text[0] == '{' && text[n-1] == '}' && (text[1] == '"' || text[1] <= ' ') || text[0] == '[' && text[n-1] == ']' && (text[1] == '{' || text[1] == '"'))
}

// flatten writes the members of a text that is JSON. false: it is not, and nothing was written.
func (x *nested) flatten(t *table, column int, text []byte) bool {
	if x.depth >= maxTextInText || t.more >= 0 && column == t.more {
		return false
	}
	j := x.reader()
	*j = jsonReader{w: overBytes(text, io.EOF), t: t, scratch: j.scratch, dry: true}
	if j.value(nowhere, 0) != nil || !j.isOver() {
		return false
	}
	j.w, j.dry = overBytes(text, io.EOF), false
	x.depth++
	err := j.value(t.below(column), 0)
	x.depth--
	if err != nil {
		panic("BUG: JSON that was looked through is none")
	}
	return true
}

// nowhere stands for a place where nothing is written.
var nowhere = &node{}

func (j *jsonReader) isOver() bool {
	_, more := j.space()
	return !more
}

// reader is the one of this depth: the text of an outer one must outlive the inner.
func (x *nested) reader() *jsonReader {
	for len(x.readers) <= x.depth {
		x.readers = append(x.readers, &jsonReader{})
	}
	return x.readers[x.depth]
}
