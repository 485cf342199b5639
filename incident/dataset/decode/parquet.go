package decode

import (
	"encoding/binary"
	"errors"
	"io"
	"strings"

	"github.com/parquet-go/parquet-go"

	"jejak/leak"
)

// maxFooter bounds what describes a Parquet file, in bytes: it is decoded into memory as a whole.
const maxFooter = 64 << 20

// parquetRows is how many rows are read at once.
const parquetRows = 64

// readParquet reads the groups of rows one after another. One that cannot be read is a gap, and the next is read.
func (o *out) readParquet(at io.ReaderAt, size int64) error {
	if err := checkFooter(at, size); err != nil {
		return err
	}
	f, err := parquet.OpenFile(at, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true), parquet.ReadBufferSize(256<<10))
	if err != nil {
		return unlessSource(err)
	}
	p := &parquetReader{out: o, t: o.table("")}
	if err := p.columns(f.Root()); err != nil {
		return err
	}
	for _, g := range f.RowGroups() {
		before := o.member.Rows
		err := p.group(g)
		if o.failed != nil || errors.Is(err, ErrSource) {
			return err
		}
		if read := o.member.Rows - before; err != nil || read != g.NumRows() {
			o.gap(leak.Gap{Why: leak.Damaged, Row: o.member.Rows, Count: max(1, g.NumRows()-read), Note: "rows of a group"})
		}
	}
	return nil
}

// checkFooter refuses a description that does not fit.
func checkFooter(at io.ReaderAt, size int64) error {
	var end [8]byte
	if size < 12 {
		return io.ErrUnexpectedEOF
	}
	if _, err := at.ReadAt(end[:], size-8); err != nil {
		return err
	}
	length := int64(binary.LittleEndian.Uint32(end[:]))
	switch {
	case string(end[4:]) == "PARE":
		return errLocked
	case string(end[4:]) != "PAR1":
		return io.ErrUnexpectedEOF
	case length > size-12:
		return errStumbled
	case length > maxFooter:
		return errSpool
	}
	return nil
}

// unlessSource hides what a library says about a file, but not that the file cannot be had.
func unlessSource(err error) error {
	if errors.Is(err, ErrSource) {
		return err
	}
	return errStumbled
}

type parquetReader struct {
	out   *out
	t     *table
	texts []texter // by leaf
	buf   []byte
}

// columns makes a column of each leaf.
func (p *parquetReader) columns(c *parquet.Column) error {
	if c.Leaf() {
		if len(p.texts) > 1<<20 {
			return errStumbled
		}
		p.t.add(parquetName(c))
		p.texts = append(p.texts, texterOf(c.Type()))
		return nil
	}
	for _, child := range c.Columns() {
		if err := p.columns(child); err != nil {
			return err
		}
	}
	return nil
}

// parquetName is the path of a leaf, the layers that lists and maps are made of left out.
func parquetName(c *parquet.Column) string {
	var b strings.Builder
	for _, part := range c.Path() {
		switch part {
		case "list", "array", "bag", "key_value", "map":
			b.WriteString("[]")
			continue
		case "element", "item", "array_element":
			if strings.HasSuffix(b.String(), "[]") {
				continue
			}
		}
		if b.Len() > 0 {
			b.WriteString(".")
		}
		b.WriteString(part)
	}
	return b.String()
}

// group reads the rows of one group. What the library stumbles over is an error of it.
func (p *parquetReader) group(g parquet.RowGroup) (err error) {
	defer func() {
		if stumbled := recover(); stumbled != nil {
			err = errStumbled
		}
	}()
	rows := g.Rows()
	defer rows.Close()
	buf := make([]parquet.Row, parquetRows)
	for {
		n, err := rows.ReadRows(buf)
		for _, row := range buf[:n] {
			p.row(row)
			if p.out.failed != nil {
				return p.out.failed
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return unlessSource(err)
		}
		if n == 0 {
			return errStumbled
		}
	}
}

func (p *parquetReader) row(row parquet.Row) {
	p.t.begin(p.out.member.Rows + 1)
	for _, v := range row {
		leaf := v.Column()
		if v.IsNull() || leaf < 0 || leaf >= len(p.texts) {
			continue
		}
		p.buf = p.texts[leaf](p.buf[:0], v)
		if len(p.buf) > 0 {
			p.t.cell(p.t.column(leaf), p.buf)
		}
	}
	_ = p.t.end() // failed is asked for
}
