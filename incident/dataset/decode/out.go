package decode

import (
	"bytes"
	"unicode/utf8"

	"jejak/leak"
)

var indexByte = bytes.IndexByte

// out is the way of one member's rows to the sink.
type out struct {
	sink   leak.Sink
	limits Limits
	member *leak.Member
	skip   int64 // rows that were delivered before

	batch  leak.Batch
	filled *table // whose rows the batch holds
	seen   map[leak.Why]int
	failed error // of the sink: nothing goes on after it
	alive  func(int64)
	nested nested
}

// table is a table that rows are written into. All methods work on nil: then nothing is kept.
type table struct {
	leak.Table
	out     *out
	root    node
	nodes   int
	names   []string // of all columns
	told    int      // of names; -1: not even the table
	places  map[int]*node
	more    int // the column that the rest shares; -1: none yet
	rows    int64
	begun   bool // a piece of the current row was delivered
	started int64
}

// overflow is the name of the column that columns above the limit share.
const overflow = "(more)"

// table makes one. It is nil when there are too many.
func (o *out) table(name string, columns ...string) *table {
	if o.member.Tables >= o.limits.Tables {
		o.gap(leak.Gap{Why: leak.TooMany, Note: "tables"})
		return nil
	}
	t := &table{Table: leak.Table{Member: o.member.ID, ID: leak.TableID(o.member.Tables), Name: printable(name)}, out: o, more: -1, told: -1}
	o.member.Tables++
	for _, c := range columns {
		t.add(c)
	}
	t.tell()
	return t
}

// add makes a column and returns its number; above the limit that of the column which the rest shares.
func (t *table) add(name string) int {
	if t == nil {
		return 0
	}
	if len(t.names) >= t.out.limits.Columns {
		return t.shared()
	}
	t.names = append(t.names, printable(name))
	return len(t.names) - 1
}

func (t *table) shared() int {
	if t.more < 0 {
		t.out.gap(leak.Gap{Why: leak.Joined})
		t.names = append(t.names, overflow)
		t.more = len(t.names) - 1
	}
	return t.more
}

// column is the number of the column at a place where names may be missing.
func (t *table) column(place int) int {
	switch {
	case t == nil:
		return 0
	case t.more >= 0 && place >= t.more:
		return t.more
	}
	for place >= len(t.names) {
		if n := t.add(numbered(len(t.names))); n == t.more {
			return n
		}
	}
	return place
}

// tell announces columns that are new.
func (t *table) tell() {
	if t.out.failed != nil || t.told == len(t.names) {
		return
	}
	news := t.Table
	news.First = max(t.told, 0)
	news.Columns = t.names[news.First:]
	t.out.failed = t.out.sink.Table(news)
	t.told = len(t.names)
}

// cell adds a value to the current row. JSON in it becomes cells of its own columns.
func (t *table) cell(column int, text []byte) {
	if t == nil {
		return
	}
	if looksNested(text) && t.out.nested.flatten(t, column, text) {
		return
	}
	t.plain(column, text)
}

// plain adds a value as it is.
func (t *table) plain(column int, text []byte) {
	if t == nil || t.out.failed != nil {
		return
	}
	o := t.out
	o.turnTo(t)
	if len(text) > o.limits.Cell {
		text = text[:o.limits.Cell]
		t.cutCell()
	}
	if len(text) == o.limits.Cell {
		text = wholeRunes(text)
	}
	if !utf8.Valid(text) {
		text = fromWindows1252(text)
	}
	o.batch.Cell(column, text)
	if o.batch.Pending() > pieceSize || o.batch.Cells() >= pieceCells {
		t.piece()
	}
}

func (t *table) cellLimit() int { return t.out.limits.Cell }

// limitOr is the limit of a cell, of no table the fallback.
func (t *table) limitOr(fallback int) int {
	if t == nil {
		return fallback
	}
	return t.cellLimit()
}

// cutCell notes that the last cell was cut by who read it.
func (t *table) cutCell() {
	if t != nil {
		t.out.gap(leak.Gap{Why: leak.CellCut, Row: t.out.member.Rows + 1})
	}
}

// turnTo makes the batch one of the table.
func (o *out) turnTo(t *table) {
	if o.filled == t {
		return
	}
	if o.filled != nil {
		o.filled.pause()
	}
	o.filled = t
	o.batch.Begin(o.member.ID, t.ID, t.rows+1)
}

// pause delivers what there is of the table, the row that is being filled too.
func (t *table) pause() {
	if t.out.batch.Cells() > 0 {
		t.piece()
	}
	t.out.flush(t.begun)
	t.out.filled = nil
}

// begin sets where the row begins that is filled next.
func (t *table) begin(offset int64) {
	if t != nil {
		t.started = offset
	}
}

// piece delivers a part of a row.
func (t *table) piece() {
	o := t.out
	if o.member.Rows < o.skip {
		o.batch.DropRow()
		return
	}
	o.batch.EndRow(t.started, t.begun)
	t.begun = true
	o.flush(true)
}

// end ends the row. Rows without cells count as well.
func (t *table) end() error {
	if t == nil {
		return nil
	}
	o := t.out
	o.turnTo(t)
	if o.member.Rows < o.skip {
		o.batch.DropRow()
		if o.member.Rows%(1<<16) == 0 && o.alive != nil {
			o.alive(0)
		}
	} else if !t.begun || o.batch.Cells() > 0 {
		o.batch.EndRow(t.started, t.begun)
	}
	t.begun = false
	t.rows++
	o.member.Rows++
	if o.batch.Size() >= batchSize || o.batch.Count == 0 {
		o.flush(false)
	}
	return o.failed
}

// flush delivers the batch and begins the next one.
func (o *out) flush(open bool) {
	t := o.filled
	if t == nil || o.failed != nil {
		return
	}
	if o.batch.Count > 0 {
		t.tell()
		o.batch.Done, o.batch.Open = o.member.Rows, open
		if o.failed == nil {
			o.failed = o.sink.Rows(&o.batch)
		}
	}
	o.batch.Begin(o.member.ID, t.ID, t.rows+1)
}

// gap notes what could not be read. Of many alike the first are told apart, and the rest as one.
func (o *out) gap(g leak.Gap) {
	g.Count = max(g.Count, 1)
	if o.seen == nil {
		o.seen = map[leak.Why]int{}
	}
	if o.seen[g.Why]++; o.seen[g.Why] <= maxGaps {
		o.member.Gaps = append(o.member.Gaps, g)
		return
	}
	for i := len(o.member.Gaps) - 1; i >= 0; i-- {
		if last := &o.member.Gaps[i]; last.Why == g.Why {
			last.Count += g.Count
			last.To = max(last.To, g.From, g.To)
			return
		}
	}
}
