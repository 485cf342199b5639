package decode

import (
	"archive/tar"
	"archive/zip"
	"errors"
	"io"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"jejak/leak"
)

var (
	errRatio    = errors.New("it unpacks to too much")
	errTotal    = errors.New("too much in all")
	errSpool    = errors.New("too large to be kept at hand")
	errLocked   = errors.New("it wants a password")
	errStumbled = errors.New("the reader stumbled")
)

// sinkError is an error of the sink that came up inside of a container.
type sinkError struct{ error }

func (e sinkError) Unwrap() error { return e.error }

// gapOf is what an error means for what was read. Messages of libraries are not passed on: they may quote the file.
func gapOf(err error, at int64) leak.Gap {
	g := leak.Gap{Why: leak.Damaged, From: at}
	switch {
	case errors.Is(err, errRatio):
		g.Why = leak.Ratio
	case errors.Is(err, errTotal), errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		g.Why = leak.TooLarge
	case errors.Is(err, errSpool):
		g.Why, g.Note = leak.TooLarge, "its format must be read out of order, and it is too large for that"
	case errors.Is(err, errLocked):
		g.Why = leak.Encrypted
	case errors.Is(err, io.ErrUnexpectedEOF):
		g.Why = leak.CutOff
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, zstd.ErrCRCMismatch), errors.Is(err, zip.ErrChecksum):
		g.Note = "the checksum does not fit"
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, tar.ErrHeader), errors.Is(err, zip.ErrFormat), errors.As(err, new(flate.CorruptInputError)):
		g.Note = "the archive is not well formed"
	case errors.Is(err, errStumbled):
		g.Note = "its format is not what the reader expects"
	case errors.Is(err, zip.ErrAlgorithm):
		g.Why, g.Note = leak.Unsupported, "a compression that is not read"
	}
	return g
}
