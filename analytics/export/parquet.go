package export

import (
	"fmt"
	"io"
	"strconv"

	"github.com/parquet-go/parquet-go"

	"jejak/analytics/store"
	"jejak/event"
)

// parquetFile writes Parquet. A property is a column of the group properties: numbers where all its values are, booleans where all are,
// else text: numbers as decimals, lists and objects as JSON.
type parquetFile struct {
	*table
	file  *parquet.GenericWriter[any]
	fixed [4]int // the leaves of event, time, class and person, as far as the content has them
	leaf  []int  // of each column
	free  chan *parquet.ConcurrentRowGroupWriter
}

func (p *parquetFile) begin(w io.Writer) error {
	schema := parquet.NewSchema("jejak", p.shape())
	for i, name := range []string{"event", "time", "class", p.whose()} {
		if leaf, is := schema.Lookup(name); is && p.content != Answer {
			p.fixed[i] = leaf.ColumnIndex
		}
	}
	for _, c := range p.columns {
		path := []string{"properties", c.name}
		if p.content == Answer {
			path = path[1:]
		}
		leaf, is := schema.Lookup(path...)
		if !is {
			return fmt.Errorf("BUG: a column is not in its schema")
		}
		p.leaf = append(p.leaf, leaf.ColumnIndex)
	}
	p.file = parquet.NewGenericWriter[any](w, schema, parquet.Compression(&parquet.Snappy), parquet.DataPageStatistics(false), parquet.DictionaryMaxBytes(1<<20))
	p.free = make(chan *parquet.ConcurrentRowGroupWriter, 16)
	return nil
}

// shape is the schema: a required column for what every row has.
func (p *parquetFile) shape() parquet.Group {
	properties := parquet.Group{}
	for _, c := range p.columns {
		properties[c.name] = parquet.Optional(c.kinds.node())
	}
	if p.content == Answer {
		return properties
	}
	g := parquet.Group{p.whose(): parquet.String()}
	if p.content == Events {
		g["event"], g["class"] = inDictionary(parquet.String()), inDictionary(parquet.String())
		g["time"] = parquet.Timestamp(parquet.Millisecond)
	}
	if len(properties) > 0 {
		g["properties"] = properties
	}
	return g
}

func inDictionary(n parquet.Node) parquet.Node { return parquet.Encoded(n, &parquet.RLEDictionary) }

// node is the type of a column.
func (k kinds) node() parquet.Node {
	switch k {
	case kinds{numbers: true}:
		return parquet.Leaf(parquet.DoubleType)
	case kinds{booleans: true}:
		return parquet.Leaf(parquet.BooleanType)
	default:
		return inDictionary(parquet.String())
	}
}

func (p *parquetFile) end(io.Writer) error { return p.file.Close() }

// cut leaves the file without its foot: no reader takes it.
func (p *parquetFile) cut(io.Writer, string) {}

func (p *parquetFile) pieceBytes() int { return 16 << 20 }

func (p *parquetFile) encoder(n *namer) encoder {
	return &parquetEncoder{file: p, phrases: newPhrases(n, appendPlain)}
}

// appendPlain appends a value of a dictionary as text.
func appendPlain(dst []byte, v event.Value) []byte {
	if v.Kind == event.Boolean {
		return strconv.AppendBool(dst, v.Bool())
	}
	return append(dst, v.Text...)
}

// parquetEncoder fills a group of rows, column by column.
type parquetEncoder struct {
	file    *parquetFile
	phrases *phrases
	group   *parquet.ConcurrentRowGroupWriter
	values  []parquet.Value
	text    []byte
	raw     int // bytes in the group, about
}

func (e *parquetEncoder) size() int { return e.raw }

// add writes every column of the rows.
func (e *parquetEncoder) add(b *block, from, to int) error {
	if e.group == nil {
		e.group = e.file.takeGroup()
	}
	e.text = e.text[:0]
	if err := e.addFixed(b, from, to); err != nil {
		return err
	}
	next := 0
	for at := range e.file.columns {
		leaf := e.file.leaf[at]
		e.values = e.values[:0]
		if next < len(b.cells) && b.cells[next].column == at {
			e.appendCells(&b.cells[next], e.file.columns[at].kinds, leaf, from, to)
			next++
		} else {
			null := parquet.NullValue().Level(0, 0, leaf)
			for range to - from {
				e.values = append(e.values, null)
			}
		}
		if err := e.write(leaf); err != nil {
			return err
		}
	}
	e.raw += len(e.text) + 8*(to-from)
	return nil
}

func (e *parquetEncoder) write(leaf int) error {
	if _, err := e.group.ColumnWriters()[leaf].WriteRowValues(e.values); err != nil {
		return fmt.Errorf("cannot encode a column: %w", err)
	}
	return nil
}

// addFixed writes the columns that every row has.
func (e *parquetEncoder) addFixed(b *block, from, to int) error {
	if e.file.content == Answer {
		return nil
	}
	columns := []func(row int) parquet.Value{nil, nil, nil, func(row int) parquet.Value { return parquet.ByteArrayValue(b.persons[row]) }}
	if e.file.content == Events {
		name, class := parquet.ByteArrayValue([]byte(b.event)), parquet.ByteArrayValue([]byte(className(b.class)))
		columns[0] = func(int) parquet.Value { return name }
		columns[1] = func(row int) parquet.Value { return parquet.Int64Value(int64(b.times[row])) }
		columns[2] = func(int) parquet.Value { return class }
	}
	for i, value := range columns {
		if value == nil {
			continue
		}
		leaf := e.file.fixed[i]
		e.values = e.values[:0]
		for row := from; row < to; row++ {
			e.values = append(e.values, value(row).Level(0, 0, leaf))
		}
		if err := e.write(leaf); err != nil {
			return err
		}
	}
	e.raw += (to - from) * 2 * pseudonymBytes
	return nil
}

// appendCells appends the values of a column that the block has.
func (e *parquetEncoder) appendCells(c *cells, k kinds, leaf, from, to int) {
	for row := from; row < to; row++ {
		code := c.codes[row]
		level := 1
		var v parquet.Value
		switch {
		case code == 0:
			level = 0
		case k == kinds{numbers: true}:
			v = parquet.DoubleValue(c.numbers[row])
		case k == kinds{booleans: true}:
			v = parquet.BooleanValue(c.words.value(code).Bool())
		default:
			start := len(e.text)
			if code == store.NumberCode {
				e.text = appendNumber(e.text, c.numbers[row])
			} else {
				e.text = e.phrases.append(e.text, c.words, code)
			}
			v = parquet.ByteArrayValue(e.text[start:])
		}
		e.values = append(e.values, v.Level(0, level, leaf))
	}
}

// take encodes the pages of the group; writing them is for its turn.
func (e *parquetEncoder) take() (piece, error) {
	g := e.group
	e.group, e.raw = nil, 0
	if g == nil {
		return textPiece(nil), nil
	}
	if err := g.Flush(); err != nil {
		return nil, fmt.Errorf("cannot encode rows: %w", err)
	}
	return &groupPiece{e.file, g}, nil
}

// takeGroup is one that was written, or a new one. Encoders begin while another group is written, which a group does not touch.
func (p *parquetFile) takeGroup() *parquet.ConcurrentRowGroupWriter {
	select {
	case g := <-p.free:
		return g
	default:
		return p.file.BeginRowGroup()
	}
}

// groupPiece is rows that are encoded and not yet in the file.
type groupPiece struct {
	file *parquetFile
	rows *parquet.ConcurrentRowGroupWriter
}

func (g *groupPiece) writeTo(io.Writer) error {
	if _, err := g.rows.Commit(); err != nil {
		return fmt.Errorf("cannot write rows: %w", err)
	}
	select {
	case g.file.free <- g.rows:
	default:
	}
	return nil
}
