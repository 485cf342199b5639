package decode

import (
	"archive/zip"
	"bufio"
	"cmp"
	"compress/bzip2"
	"encoding/binary"
	"io"
	"io/fs"
	"slices"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"

	"jejak/leak"
)

// The compressions that a zip may name besides the two of the standard library.
const (
	zipBzip2 = 12
	zipZstd  = 93
	isLocked = 1 // the flag of encrypted members
)

// outOfOrder reads the formats whose index stands at the end.
func (r *reader) outOfOrder(o *out, format string, stream *bufio.Reader, c content, depth int) error {
	if c.at == nil {
		s, err := r.spool(stream)
		if err != nil {
			return err
		}
		defer s.close()
		c.at, c.size = s.at, s.size
	}
	o.member.Bytes = c.size
	if format == formatParquet {
		return o.readParquet(c.at, c.size)
	}
	return r.zip(o, c, depth)
}

func (r *reader) zip(o *out, c content, depth int) error {
	if zipIndex(c.at, c.size) > maxZipIndex {
		o.gap(leak.Gap{Why: leak.TooLarge, Note: "the directory of the archive"})
		return nil
	}
	z, err := zip.NewReader(c.at, c.size)
	if err != nil {
		return err
	}
	z.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return flate.NewReader(r) })
	z.RegisterDecompressor(zipBzip2, func(r io.Reader) io.ReadCloser { return io.NopCloser(bzip2.NewReader(r)) })
	z.RegisterDecompressor(zipZstd, unzstd)
	if book := workbookOf(z); book != nil {
		o.member.Format = formatXLSX
		return r.xlsx(o, z, book)
	}
	o.checkHoles(z, c.size)
	for i, f := range z.File {
		if err := r.zipMember(o, i+1, f, c.at, depth); err != nil {
			return err
		}
		if r.members >= r.limits.Members && i+1 < len(z.File) {
			o.gap(leak.Gap{Why: leak.TooMany, Note: "members", Count: int64(len(z.File) - i - 1)})
			return nil
		}
	}
	return nil
}

func (r *reader) zipMember(o *out, n int, f *zip.File, at io.ReaderAt, depth int) error {
	switch mode := f.Mode(); {
	case mode.IsDir():
		return nil
	case mode&fs.ModeType != 0:
		o.gap(leak.Gap{Why: leak.Link})
		return nil
	case f.Flags&isLocked != 0:
		return r.untouched(o, n, f.Name, leak.Gap{Why: leak.Encrypted})
	}
	c := content{name: f.Name}
	if f.Method == zip.Store { // it can be read out of order where it lies
		start, err := f.DataOffset()
		if err != nil {
			return r.untouched(o, n, f.Name, gapOf(err, 0))
		}
		c.at, c.size = io.NewSectionReader(at, start, int64(f.CompressedSize64)), int64(f.CompressedSize64)
		r.total += c.size
		return r.inside(o, n, c, depth)
	}
	plain, err := f.Open()
	if err != nil {
		return r.untouched(o, n, f.Name, gapOf(err, 0))
	}
	defer plain.Close()
	c.r = r.metered(plain, func() int64 { return int64(f.CompressedSize64) })
	c.r.(*meter).from = 0
	return r.inside(o, n, c, depth)
}

// untouched tells a member that is not read at all.
func (r *reader) untouched(o *out, n int, name string, g leak.Gap) error {
	id := o.member.ID.Child(n)
	if r.isDone(id) {
		return nil
	}
	r.members++
	g.Count = 1
	err := r.sink.Member(leak.Member{ID: id, Name: printable(name), Format: "unknown", Gaps: []leak.Gap{g}})
	if err != nil {
		return sinkError{err}
	}
	return nil
}

func unzstd(r io.Reader) io.ReadCloser {
	z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20), zstd.WithDecoderLowmem(true))
	if err != nil {
		panic("BUG: zstd refuses its options: " + err.Error())
	}
	return z.IOReadCloser()
}

// zipIndex is how long the directory says it is, in bytes; what is not found the library will not find either.
func zipIndex(at io.ReaderAt, size int64) int64 {
	tail := make([]byte, min(size, 1<<16+22))
	if _, err := at.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return 0
	}
	for i := len(tail) - 22; i >= 0; i-- {
		if binary.LittleEndian.Uint32(tail[i:]) != 0x06054b50 {
			continue
		}
		length := int64(binary.LittleEndian.Uint32(tail[i+12:]))
		if length < 1<<32-1 || i < 20 {
			return length
		}
		end := make([]byte, 56)
		if _, err := at.ReadAt(end, int64(binary.LittleEndian.Uint64(tail[i-20+8:]))); err != nil {
			return 0
		}
		return int64(binary.LittleEndian.Uint64(end[40:]) &^ (1 << 63))
	}
	return 0
}

// maxHole is how many bytes may stand between two members of a zip besides their names: headers, sums, padding.
const maxHole = 4 << 10

// checkHoles tells bytes that belong to no member: what was taken out of the directory is still there.
func (o *out) checkHoles(z *zip.Reader, size int64) {
	type span struct{ from, to int64 }
	spans := make([]span, 0, len(z.File)+1)
	for _, f := range z.File {
		if from, err := f.DataOffset(); err == nil {
			spans = append(spans, span{from - int64(len(f.Name)+len(f.Extra)), from + int64(f.CompressedSize64)})
		}
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	end := int64(0)
	for _, s := range spans {
		if s.from-end > maxHole {
			o.gap(leak.Gap{Why: leak.Unsupported, From: end, To: s.from, Note: "bytes that belong to no member"})
		}
		end = max(end, s.to)
	}
	if tail := size - end - indexSize(z); tail > maxHole {
		o.gap(leak.Gap{Why: leak.Unsupported, From: end, To: size, Note: "bytes that belong to no member"})
	}
}

// indexSize is about how long the directory at the end is.
func indexSize(z *zip.Reader) (n int64) {
	for _, f := range z.File {
		n += int64(46 + len(f.Name) + len(f.Extra) + len(f.Comment))
	}
	return n + int64(len(z.Comment)) + 98
}
