package decode

import (
	"errors"
	"io"

	"jejak/leak"
)

// maxDocument is how deep in a document lists are looked for whose items are rows.
const maxDocument = 4

// document is a JSON file that is one value: lists of objects in it are tables, each named by its path, and what stands
// beside them is a row.
type document struct {
	out    *out
	main   *table
	tables map[string]*table
}

// readJSON reads a file of JSON: one value after another, each a row, or a document.
func (o *out) readJSON(r io.Reader) error {
	w := newWindow(r, o.limits.Cell+headSize)
	j := &jsonReader{w: w}
	head := w.fill(o.limits.Cell)
	main := o.table("")
	j.t = main
	if isDocument(head, w.err == io.EOF) {
		j.doc = &document{out: o, main: main, tables: map[string]*table{"": main}}
	}
	return j.all()
}

// isDocument tells whether the head's first value is a list, or an object with nothing behind it.
func isDocument(head []byte, whole bool) bool {
	i := firstNonSpace(head)
	if i < 0 || head[i] == '[' {
		return true
	}
	j := &jsonReader{w: overBytes(head, io.EOF), t: dryTable, dry: true}
	if j.row() != nil {
		return !whole
	}
	_, more := j.space()
	return !more
}

// all reads values to the end.
func (j *jsonReader) all() error {
	for {
		j.w.drop()
		c, ok := j.space()
		if !ok {
			return j.w.failure()
		}
		if c == ',' { // some write one between rows
			j.w.at++
			continue
		}
		if c == '[' && j.doc != nil {
			if rows, err := j.startsRows(); rows && err == nil {
				if err := j.doc.rows(j, ""); err != nil {
					return j.stop(err)
				}
				continue
			}
		}
		if err := j.oneRow(); err != nil {
			return err
		}
	}
}

// oneRow reads a row into the table. Of one that is damaged it keeps what can be read, and goes on with the next line.
func (j *jsonReader) oneRow() error {
	from := j.w.offset()
	j.t.begin(from)
	err := j.row()
	if err == nil {
		return j.t.end()
	}
	if endErr := j.t.end(); endErr != nil {
		return endErr
	}
	if !errors.Is(err, errSyntax) {
		return j.stop(err)
	}
	more := j.w.skipPast('\n')
	j.t.out.gap(leak.Gap{Why: leak.RowDamaged, Row: j.t.out.member.Rows, From: from, To: j.w.offset()})
	if !more {
		return j.w.failure()
	}
	return nil
}

// stop is how reading ends when a value does not.
func (j *jsonReader) stop(err error) error {
	if failed := j.w.failure(); failed != nil {
		return failed
	}
	if errors.Is(err, errEnds) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// startsRows tells whether a list of objects or lists comes next.
func (j *jsonReader) startsRows() (bool, error) {
	if c, err := j.expect(); c != '[' || err != nil {
		return false, err
	}
	b := j.w.fill(256)
	if i := firstNonSpace(b[1:]); i >= 0 {
		return b[1+i] == '{' || b[1+i] == '[', nil
	}
	return false, nil
}

// rows reads a list whose items are rows of a table of their own.
func (d *document) rows(j *jsonReader, name string) error {
	outer := j.t
	j.t, j.doc = d.table(name), nil
	defer func() { j.t, j.doc = outer, d }()
	j.w.at++
	for {
		c, err := j.expect()
		if err != nil {
			return err
		}
		switch c {
		case ',':
			j.w.at++
			continue
		case ']':
			j.w.at++
			return nil
		}
		if err := j.oneRow(); err != nil {
			return err
		}
	}
}

// table is the one of a path. Where there are too many, rows go to the main one.
func (d *document) table(path string) *table {
	if t, ok := d.tables[path]; ok {
		return t
	}
	t := d.out.table(path)
	if t == nil {
		return d.main
	}
	d.tables[path] = t
	return t
}
