package decode

import (
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// asUTF8 reads text of other encodings that can be told from the head as UTF-8, and drops the mark at its beginning.
// What is not UTF-8 and not told here is taken for Windows-1252, cell by cell.
func asUTF8(r io.Reader, head []byte) io.Reader {
	switch {
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		_, _ = io.CopyN(io.Discard, r, 3) // what fails fails again
		return r
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), isSparse(head, 1):
		return &fromUTF16{r: r, order: binary.LittleEndian}
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}), isSparse(head, 0):
		return &fromUTF16{r: r, order: binary.BigEndian}
	}
	return r
}

// isSparse tells UTF-16 without a mark: most bytes at even or at odd places are zero, the others are not.
func isSparse(head []byte, at int) bool {
	head = head[:min(len(head), 1024)]
	zeros, others := 0, 0
	for i, c := range head {
		switch {
		case c != 0:
		case i%2 == at:
			zeros++
		default:
			others++
		}
	}
	return len(head) >= 4 && zeros > len(head)/5 && others*20 < zeros
}

// fromUTF16 reads UTF-16 as UTF-8.
type fromUTF16 struct {
	r       io.Reader
	order   binary.ByteOrder
	raw     [8 << 10]byte
	kept    int // bytes of raw that are not used
	out     []byte
	pending []byte // of out
	high    rune   // a first half that waits for its second
	begun   bool
	err     error
}

func (f *fromUTF16) Read(p []byte) (int, error) {
	for len(f.pending) == 0 {
		if f.err != nil {
			return 0, f.err
		}
		f.refill()
	}
	n := copy(p, f.pending)
	f.pending = f.pending[n:]
	return n, nil
}

func (f *fromUTF16) refill() {
	n, err := f.r.Read(f.raw[f.kept:])
	f.err = err
	n += f.kept
	f.out = f.out[:0]
	for i := 0; i+1 < n; i += 2 {
		f.unit(rune(f.order.Uint16(f.raw[i:])))
	}
	f.kept = copy(f.raw[:], f.raw[n&^1:n])
	if err != nil && f.high != 0 {
		f.out = utf8.AppendRune(f.out, utf8.RuneError)
	}
	f.pending = f.out
}

func (f *fromUTF16) unit(u rune) {
	if !f.begun {
		f.begun = true
		if u == 0xfeff {
			return
		}
	}
	if f.high != 0 {
		first := f.high
		f.high = 0
		if both := utf16.DecodeRune(first, u); both != utf8.RuneError {
			f.out = utf8.AppendRune(f.out, both)
			return
		}
		f.out = utf8.AppendRune(f.out, utf8.RuneError)
	}
	if u >= 0xd800 && u < 0xdc00 {
		f.high = u
		return
	}
	f.out = utf8.AppendRune(f.out, u)
}
