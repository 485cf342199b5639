package collect

import (
	"bufio"
	"errors"
	"io"
	"math/bits"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
)

// What can be wrong with a body before anybody looks into it.
var (
	ErrTooLarge = errors.New("the body is above its limit")
	ErrBusy     = errors.New("too many bodies are being read at once")
	ErrAborted  = errors.New("the request ended before its body did")
)

// firstBuffer is what most single events fit into, in bytes.
const firstBuffer = 4 << 10

// Bodies bounds the memory of request bodies: each of them, and all that are in flight together. What is decoded from a
// body takes up to about three times its size; the budget counts the bodies only. Many goroutines may use one at once.
type Bodies struct{ left atomic.Int64 }

// DefaultBudget is enough for a few dozen imports of 2,000 events at once, and small enough for a small machine.
const DefaultBudget = 64 << 20

// NewBodies bounds the buffers of all bodies in flight to budget bytes. A buffer takes up to twice its body after
// decompression.
func NewBodies(budget int64) *Bodies {
	b := &Bodies{}
	b.left.Store(budget)
	return b
}

// Body is the payload of one request. Whoever read it must Release it once nothing points into Bytes any more.
type Body struct {
	Bytes []byte
	// Cut says that the body was compressed and the compressed stream is damaged or ends early. Bytes is what came
	// before the damage.
	Cut bool

	bodies *Bodies
}

// Read reads the body of r, decompressed where it is gzip, which is told by its first bytes: proxies and clients do not
// agree about headers. limit is in bytes and holds for both forms. Errors are ErrTooLarge, without reading on,
// ErrBusy and ErrAborted.
func (b *Bodies) Read(w http.ResponseWriter, r *http.Request, limit int64) (*Body, error) {
	if r.ContentLength > limit {
		return nil, ErrTooLarge
	}
	body := &Body{bodies: b}
	source := &source{from: http.MaxBytesReader(w, r.Body, limit)}
	if err := body.read(source, limit); err != nil {
		body.Release()
		return nil, err
	}
	return body, nil
}

// Release gives the memory back.
func (b *Body) Release() {
	b.bodies.left.Add(int64(cap(b.Bytes)))
	giveBuffer(b.Bytes)
	b.Bytes = nil
}

func (b *Body) read(s *source, limit int64) error {
	buffered := readers.Get().(*bufio.Reader)
	defer readers.Put(buffered)
	buffered.Reset(s)
	defer buffered.Reset(nil)

	if magic, _ := buffered.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		return b.gunzip(buffered, s, limit)
	}
	err := b.fill(buffered, limit)
	if s.failed != nil {
		return s.failure()
	}
	return err
}

// gunzip tells damage of the stream, after which what came before it still counts, from damage of the connection, after
// which the client sends all of it again.
func (b *Body) gunzip(buffered *bufio.Reader, s *source, limit int64) error {
	z := unzippers.Get().(*gzip.Reader)
	defer unzippers.Put(z)
	err := z.Reset(buffered)
	if err == nil {
		err = b.fill(z, limit)
	}
	switch {
	case s.failed != nil:
		return s.failure()
	case errors.Is(err, ErrTooLarge), errors.Is(err, ErrBusy):
		return err
	case err != nil:
		b.Cut = true
	}
	return nil
}

// fill reads to the end, paying for memory before it takes it, so that a bomb is stopped by its limit and a crowd by the
// budget.
func (b *Body) fill(from io.Reader, limit int64) error {
	for {
		if len(b.Bytes) == cap(b.Bytes) && !b.grow() {
			return ErrBusy
		}
		n, err := from.Read(b.Bytes[len(b.Bytes):cap(b.Bytes)])
		b.Bytes = b.Bytes[:len(b.Bytes)+n]
		if int64(len(b.Bytes)) > limit {
			return ErrTooLarge
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// grow moves the body to a buffer of twice the size. It returns false when the budget does not allow that.
func (b *Body) grow() bool {
	size := max(firstBuffer, 2*cap(b.Bytes))
	if b.bodies.left.Add(-int64(size)) < 0 {
		b.bodies.left.Add(int64(size))
		return false
	}
	larger := append(takeBuffer(size), b.Bytes...)
	b.Release()
	b.Bytes = larger
	return true
}

// source remembers how reading from the connection failed, which a decompressor on top of it would blur.
type source struct {
	from   io.Reader
	failed error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.from.Read(p)
	if err != nil && err != io.EOF {
		s.failed = err
	}
	return n, err
}

func (s *source) failure() error {
	var large *http.MaxBytesError
	if errors.As(s.failed, &large) {
		return ErrTooLarge
	}
	return ErrAborted
}

var (
	readers   = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, firstBuffer) }}
	unzippers = sync.Pool{New: func() any { return new(gzip.Reader) }}
	// buffers holds those of 1<<i bytes at place i, so that small bodies do not hold large buffers.
	buffers [32]sync.Pool
)

// takeBuffer is an empty buffer of size bytes, a power of two.
func takeBuffer(size int) []byte {
	if b, _ := buffers[bits.Len(uint(size))-1].Get().(*[]byte); b != nil {
		return (*b)[:0]
	}
	return make([]byte, 0, size)
}

func giveBuffer(b []byte) {
	if cap(b) > 0 {
		buffers[bits.Len(uint(cap(b)))-1].Put(&b)
	}
}
