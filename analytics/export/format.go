package export

import "io"

// Format is how rows are written.
type Format string

// The formats.
const (
	CSV     Format = "csv"
	Lines   Format = "jsonl"
	Parquet Format = "parquet"
	Wire    Format = "mixpanel" // the lines of Mixpanel's raw export, for scripts that exist
)

// MediaType is what the format is called on the wire.
func (f Format) MediaType() string {
	switch f {
	case CSV:
		return "text/csv; charset=utf-8; header=present"
	case Wire:
		return "text/plain; charset=utf-8"
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
	// encoder makes an encoder for one goroutine. begin MUST have been called.
	encoder(*namer) encoder
	// pieceBytes is how many bytes an encoder gathers before they are taken, about.
	pieceBytes() int
}

// encoder encodes blocks on their way to a writer.
type encoder interface {
	// add encodes rows of a block. It keeps nothing of it.
	add(b *block, from, to int) error
	// size is how many bytes were added since the last take, about.
	size() int
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

func (e *textEncoder) size() int { return len(e.text) }

func (e *textEncoder) add(b *block, from, to int) error {
	for row := from; row < to; row++ {
		e.text = e.append(e.text, b, row, e.phrases)
	}
	return nil
}

func (e *textEncoder) take() (piece, error) {
	text := textPiece(e.text)
	e.text = make([]byte, 0, len(e.text)+len(e.text)/8)
	return text, nil
}

// textPieceBytes is small enough that a few do not count, and large enough that a write costs nothing beside it.
const textPieceBytes = 4 << 20

type textPiece []byte

func (t textPiece) writeTo(w io.Writer) error {
	_, err := w.Write(t)
	return err
}
