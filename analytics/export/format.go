package export

import "io"

// Format is how rows are written.
type Format string

// The formats.
const (
	CSV     Format = "csv"
	Lines   Format = "jsonl"
	Parquet Format = "parquet"
)

// MediaType is what the format is called on the wire.
func (f Format) MediaType() string {
	switch f {
	case CSV:
		return "text/csv; charset=utf-8; header=present"
	case Lines:
		return "application/x-ndjson"
	default:
		return "application/vnd.apache.parquet"
	}
}

// writer writes a table in a format. Its methods but encoder are for one goroutine.
type writer interface {
	// begin writes what stands before the first row, end what stands behind the last one.
	begin(io.Writer) error
	end(io.Writer) error
	// cut writes instead of end that rows are missing.
	cut(w io.Writer, why string)
	// encoder makes an encoder for one goroutine.
	encoder(*namer) encoder
}

// encoder encodes blocks on their way to a writer.
type encoder interface {
	// add encodes a block. It keeps nothing of it.
	add(*block) error
	// take is all that was added since the last take, to be written in its turn.
	take() (piece, error)
}

// piece is some rows as they are written.
type piece interface{ writeTo(io.Writer) error }

// textEncoder encodes row by row.
type textEncoder struct {
	append  func(dst []byte, b *block, row int, p *phrases) []byte
	phrases *phrases
	text    []byte
}

func (e *textEncoder) add(b *block) error {
	for row := range b.rows {
		e.text = e.append(e.text, b, row, e.phrases)
	}
	return nil
}

func (e *textEncoder) take() (piece, error) {
	text := textPiece(e.text)
	e.text = make([]byte, 0, len(e.text)+len(e.text)/8)
	return text, nil
}

type textPiece []byte

func (t textPiece) writeTo(w io.Writer) error {
	_, err := w.Write(t)
	return err
}
