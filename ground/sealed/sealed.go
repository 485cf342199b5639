// Package sealed is the form in which a large file of an incident lies on disk, a leaked one or the people of a directory:
// encrypted, authenticated, and readable at any place. It is drawn in docs/format/sealed-copy.md.
package sealed

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
)

// Key seals one file and no other.
type Key [32]byte

// The form.
const (
	word       = "JEJAKCPY"
	version    = 1
	headerSize = 32
	segment    = 64 << 10 // of plain text, in bytes
	overhead   = 16       // of a segment
)

// ErrDamaged says that a sealed file is not what was written: changed, cut off, or sealed under another key.
var ErrDamaged = errors.New("the sealed copy was changed, is cut off, or belongs to another key")

func header() []byte {
	h := make([]byte, headerSize)
	copy(h, word)
	binary.BigEndian.PutUint32(h[8:], version)
	binary.BigEndian.PutUint32(h[12:], segment)
	return h
}

func aead(key Key) cipher.AEAD {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic("BUG: a key of 32 bytes is refused: " + err.Error())
	}
	g, err := cipher.NewGCM(block)
	if err != nil {
		panic("BUG: AES has no GCM: " + err.Error())
	}
	return g
}

func nonce(index int64, last bool) []byte {
	n := make([]byte, 12)
	binary.BigEndian.PutUint64(n, uint64(index))
	if last {
		n[11] = 1
	}
	return n
}

// Writer seals what is written to it. Close ends the file: without it nothing of it can be read.
type Writer struct {
	to    io.Writer
	aead  cipher.AEAD
	plain []byte
	out   []byte
	index int64
	begun bool
	size  int64
}

// NewWriter seals under a key that MUST NOT have sealed anything before.
func NewWriter(to io.Writer, key Key) *Writer {
	return &Writer{to: to, aead: aead(key), plain: make([]byte, 0, segment), out: make([]byte, 0, segment+overhead)}
}

// Write implements io.Writer.
func (w *Writer) Write(p []byte) (int, error) {
	written := 0
	for len(p) > 0 {
		if len(w.plain) == segment { // it is known only now that it is not the last
			if err := w.emit(false); err != nil {
				return written, err
			}
		}
		n := min(segment-len(w.plain), len(p))
		w.plain = append(w.plain, p[:n]...)
		p = p[n:]
		written += n
	}
	w.size += int64(written)
	return written, nil
}

func (w *Writer) emit(last bool) error {
	if !w.begun {
		w.begun = true
		if _, err := w.to.Write(header()); err != nil {
			return fmt.Errorf("cannot write a sealed copy: %w", err)
		}
	}
	w.out = w.aead.Seal(w.out[:0], nonce(w.index, last), w.plain, header())
	w.index++
	w.plain = w.plain[:0]
	if _, err := w.to.Write(w.out); err != nil {
		return fmt.Errorf("cannot write a sealed copy: %w", err)
	}
	return nil
}

// Close seals the end. It does not close what is written to.
func (w *Writer) Close() error { return w.emit(true) }

// Size is how much plain text was written, in bytes.
func (w *Writer) Size() int64 { return w.size }

// SizeOf is how long a sealed file of so much plain text is, in bytes.
func SizeOf(plain int64) int64 {
	segments := max(1, (plain+segment-1)/segment)
	return headerSize + plain + segments*overhead
}

// Reader opens a sealed file at any place. Many goroutines may use one at once.
type Reader struct {
	at   io.ReaderAt
	aead cipher.AEAD
	size int64 // of the plain text

	mu     sync.Mutex
	loaded int64 // the segment in plain; -1: none
	raw    []byte
	plain  []byte
}

// NewReader opens a file of size bytes, sealed. It checks the beginning and the end; the rest when it is read.
func NewReader(at io.ReaderAt, size int64, key Key) (*Reader, error) {
	body := size - headerSize
	segments := (body + segment + overhead - 1) / (segment + overhead)
	plain := body - segments*overhead
	got := make([]byte, headerSize)
	if plain < 0 {
		return nil, ErrDamaged
	}
	if _, err := at.ReadAt(got, 0); err != nil {
		return nil, fmt.Errorf("cannot read a sealed copy: %w", err)
	}
	if string(got) != string(header()) || SizeOf(plain) != size {
		return nil, ErrDamaged
	}
	r := &Reader{at: at, aead: aead(key), size: plain, loaded: -1, raw: make([]byte, segment+overhead), plain: make([]byte, 0, segment)}
	return r, r.load(segments - 1)
}

// Size is how long the plain text is, in bytes.
func (r *Reader) Size() int64 { return r.size }

// ReadAt implements io.ReaderAt. ErrDamaged: nothing of this place, and of the whole file, may be used.
func (r *Reader) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, errors.New("cannot read before the beginning")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for n < len(p) {
		if off >= r.size {
			return n, io.EOF
		}
		if err := r.load(off / segment); err != nil {
			return n, err
		}
		c := copy(p[n:], r.plain[off%segment:])
		n += c
		off += int64(c)
	}
	return n, nil
}

// load opens a segment. The caller holds mu, or is alone.
func (r *Reader) load(index int64) error {
	if r.loaded == index {
		return nil
	}
	r.loaded = -1
	last := index == max(0, (r.size-1)/segment)
	length := int64(segment)
	if last {
		length = r.size - index*segment
	}
	raw := r.raw[:length+overhead]
	if n, err := r.at.ReadAt(raw, headerSize+index*(segment+overhead)); n < len(raw) {
		if err == io.EOF {
			return ErrDamaged
		}
		return fmt.Errorf("cannot read a sealed copy: %w", err)
	}
	plain, err := r.aead.Open(r.plain[:0], nonce(index, last), raw, header())
	if err != nil {
		return ErrDamaged
	}
	r.plain, r.loaded = plain, index
	return nil
}
