package decode

import (
	"archive/tar"
	"bytes"
	"compress/bzip2"
	"io"
	"path"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"

	"jejak/leak"
)

// meter stops what unpacks to more than it should.
type meter struct {
	r    io.Reader
	all  *reader
	in   func() int64 // packed bytes that were taken
	from int64        // of them before
	out  int64
}

func (r *reader) metered(from io.Reader, in func() int64) *meter {
	return &meter{r: from, all: r, in: in, from: in()}
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.out += int64(n)
	m.all.total += int64(n)
	l := m.all.limits
	if m.out > max(l.Floor, l.Ratio*(m.in()-m.from)) {
		m.stop()
		return 0, errRatio
	}
	if m.all.total > max(l.Floor, l.Ratio*m.all.size) {
		return 0, errRatio
	}
	if m.all.total > l.Total {
		return 0, errTotal
	}
	return n, err
}

// maxBombs is how many members may be bombs without a cost to the others.
const maxBombs = 100

// stop takes what a bomb unpacked to off the sum, so that what stands beside it is still read.
func (m *meter) stop() {
	if m.all.bombs++; m.all.bombs <= maxBombs {
		m.all.total -= m.out
		m.out = 0
	}
	m.r = stopped{}
}

type stopped struct{}

func (stopped) Read([]byte) (int, error) { return 0, errRatio }

// inside reads a member of a container. What is wrong in it is its own.
func (r *reader) inside(o *out, n int, c content, depth int) error {
	switch {
	case depth+1 > r.limits.Depth:
		o.gap(leak.Gap{Why: leak.TooDeep})
		return nil
	case r.members >= r.limits.Members:
		o.gap(leak.Gap{Why: leak.TooMany, Note: "members"})
		return nil
	}
	if err := r.member(o.member.ID.Child(n), c, depth+1); err != nil {
		return sinkError{err}
	}
	return nil
}

// unpack reads a stream that is packed.
func (r *reader) unpack(o *out, format string, packed io.Reader, counted *counter, name string, depth int) error {
	plain, end, err := unpacker(format, packed)
	if err != nil {
		return err
	}
	defer end()
	m := r.metered(plain, func() int64 { return counted.n })
	k := &keep{r: m}
	if err := r.inside(o, 1, content{name: withoutSuffix(name), r: k}, depth); err != nil {
		return err
	}
	return k.failure()
}

// keep remembers how reading failed, so that the container tells it, too: bytes behind are lost.
type keep struct {
	r   io.Reader
	err error
}

func (k *keep) Read(p []byte) (int, error) {
	n, err := k.r.Read(p)
	if err != nil {
		k.err = err
	}
	return n, err
}

func (k *keep) failure() error {
	if k.err == io.EOF {
		return nil
	}
	return k.err
}

func unpacker(format string, packed io.Reader) (io.Reader, func(), error) {
	nothing := func() {}
	switch format {
	case formatGzip:
		z, err := gzip.NewReader(packed)
		return z, nothing, err
	case formatBzip2:
		return bzip2.NewReader(packed), nothing, nil
	case formatXz:
		z, err := xz.ReaderConfig{DictCap: 1 << 20}.NewReader(packed)
		return z, nothing, err
	default:
		z, err := zstd.NewReader(packed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, nothing, err
		}
		return z, z.Close, nil
	}
}

func withoutSuffix(name string) string {
	base := path.Base(name)
	for _, s := range []string{".gz", ".zst", ".zstd", ".bz2", ".xz", ".tgz"} {
		if cut, ok := strings.CutSuffix(base, s); ok && cut != "" {
			return cut
		}
	}
	return base
}

// tar reads the members of a tar.
func (r *reader) tar(o *out, from io.Reader, counted *counter, depth int) error {
	t := tar.NewReader(from)
	for n := 1; ; n++ {
		h, err := t.Next()
		if err == io.EOF {
			return o.checkRest(from, counted)
		}
		if err != nil {
			return err
		}
		switch h.Typeflag {
		case tar.TypeReg, tar.TypeGNUSparse:
			k := &keep{r: r.metered(t, func() int64 { return counted.n })}
			if err := r.inside(o, n, content{name: h.Name, r: k}, depth); err != nil {
				return err
			}
		case tar.TypeDir, tar.TypeXGlobalHeader:
		default:
			o.gap(leak.Gap{Why: leak.Link})
		}
		if r.members >= r.limits.Members {
			o.gap(leak.Gap{Why: leak.TooMany, Note: "members"})
			return nil
		}
	}
}

// checkRest looks at what stands behind the end of an archive: zeros are padding, anything else was not read.
func (o *out) checkRest(from io.Reader, counted *counter) error {
	buf := make([]byte, 64<<10)
	said := false
	for {
		n, err := from.Read(buf)
		if !said && len(bytes.Trim(buf[:n], "\x00")) > 0 {
			said = true
			o.gap(leak.Gap{Why: leak.Unsupported, From: max(0, counted.n-int64(n)), Note: "bytes behind the end of the archive"})
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
