package leak

import (
	"encoding/binary"
	"errors"
	"iter"
)

// Batch is some consecutive rows of one table in the form in which they travel between processes:
//
//	row   flags (1: continued) · offset · number of cells, then the cells
//	cell  column · length of the text · text
//
// All numbers are unsigned varints. Fill it with Cell and EndRow, read it with Rows. A batch is used by one goroutine.
type Batch struct {
	Member MemberID
	Table  TableID
	First  int64 // number of the row that the first piece belongs to
	Count  int   // rows and pieces of rows
	// Done is how many rows of the member, of all its tables, are whole with this batch. Open says that the last row goes on
	// in the next batch; then Position MUST NOT be saved yet.
	Done int64
	Open bool

	body  []byte
	row   []byte // cells of the row that is being filled
	cells int
	read  []Cell
}

// Position is where reading goes on after this batch.
func (b *Batch) Position() Position { return Position{b.Member, b.Done} }

// Begin empties the batch for rows of a table from number first on.
func (b *Batch) Begin(m MemberID, t TableID, first int64) {
	b.Member, b.Table, b.First, b.Count, b.Open = m, t, first, 0, false
	b.body, b.row, b.cells = b.body[:0], b.row[:0], 0
}

// Cell adds a cell to the row that is being filled. It keeps no reference to text.
func (b *Batch) Cell(column int, text []byte) {
	b.row = binary.AppendUvarint(b.row, uint64(column))
	b.row = binary.AppendUvarint(b.row, uint64(len(text)))
	b.row = append(b.row, text...)
	b.cells++
}

// Pending is how many bytes the row that is being filled takes.
func (b *Batch) Pending() int { return len(b.row) }

// Cells is how many cells the row that is being filled has.
func (b *Batch) Cells() int { return b.cells }

// DropRow forgets the row that is being filled.
func (b *Batch) DropRow() { b.row, b.cells = b.row[:0], 0 }

// EndRow ends the row, or the piece of one, that is being filled. continued: it is more of the row before.
func (b *Batch) EndRow(offset int64, continued bool) {
	flags := byte(0)
	if continued {
		flags = 1
	}
	b.body = append(b.body, flags)
	b.body = binary.AppendUvarint(b.body, uint64(offset))
	b.body = binary.AppendUvarint(b.body, uint64(b.cells))
	b.body = append(b.body, b.row...)
	b.row, b.cells = b.row[:0], 0
	b.Count++
}

// Size is how many bytes the ended rows take.
func (b *Batch) Size() int { return len(b.body) }

// Body is the ended rows as they travel; it is the batch's own.
func (b *Batch) Body() []byte { return b.body }

// ErrBatch says that a batch is not in its form.
var ErrBatch = errors.New("a batch of rows is malformed")

// Load makes the batch one that came from elsewhere. It keeps body. The error is ErrBatch; then the batch is empty.
func (b *Batch) Load(m MemberID, t TableID, first int64, count int, body []byte) error {
	b.Begin(m, t, first)
	left, rows := body, 0
	for len(left) > 0 {
		n, ok := skipRow(left)
		if !ok {
			return ErrBatch
		}
		left = left[n:]
		rows++
	}
	if rows != count {
		return ErrBatch
	}
	b.body, b.Count = body, count
	return nil
}

// skipRow is how long the row at the front is.
func skipRow(b []byte) (length int, ok bool) {
	if len(b) == 0 || b[0] > 1 {
		return 0, false
	}
	at := 1
	next := func() uint64 {
		x, n := binary.Uvarint(b[at:])
		if n <= 0 {
			ok = false
			return 0
		}
		at += n
		return x
	}
	ok = true
	next()
	for cells := next(); ok && cells > 0; cells-- {
		if column := next(); column > 1<<24 {
			return 0, false
		}
		size := next()
		if size > uint64(len(b)-at) {
			return 0, false
		}
		at += int(size)
	}
	return at, ok
}

// Rows are the rows. A row and its texts are valid until the next one.
func (b *Batch) Rows() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		number := b.First
		for left := b.body; len(left) > 0; {
			first := len(left) == len(b.body)
			row := Row{Continued: left[0] == 1}
			left = left[1:]
			row.Offset = int64(uvarint(&left))
			b.read = b.read[:0]
			for n := uvarint(&left); n > 0; n-- {
				column := int(uvarint(&left))
				size := uvarint(&left)
				b.read = append(b.read, Cell{column, left[:size:size]})
				left = left[size:]
			}
			if !row.Continued && !first {
				number++
			}
			row.Number, row.Cells = number, b.read
			if !yield(row) {
				return
			}
		}
	}
}

func uvarint(b *[]byte) uint64 {
	if first := (*b)[0]; first < 0x80 {
		*b = (*b)[1:]
		return uint64(first)
	}
	x, n := binary.Uvarint(*b)
	if n <= 0 {
		panic("BUG: a batch was not checked")
	}
	*b = (*b)[n:]
	return x
}
