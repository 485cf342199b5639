package sealed

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
)

func seal(t testing.TB, key Key, plain []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b, key)
	for left := plain; len(left) > 0; { // in pieces of many sizes
		n := min(len(left), 1+len(left)/3)
		if _, err := w.Write(left[:n]); err != nil {
			t.Fatal(err)
		}
		left = left[n:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if w.Size() != int64(len(plain)) || SizeOf(w.Size()) != int64(b.Len()) {
		t.Fatalf("%d bytes of plain text take %d", w.Size(), b.Len())
	}
	return b.Bytes()
}

func noise(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func TestSealedReadsAtAnyPlace(t *testing.T) {
	for _, n := range []int{0, 1, segment - 1, segment, segment + 1, 3 * segment, 3*segment + 17} {
		plain := noise(n)
		sealedText := seal(t, Key{1}, plain)
		r, err := NewReader(bytes.NewReader(sealedText), int64(len(sealedText)), Key{1})
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(io.NewSectionReader(r, 0, r.Size()))
		if err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%d bytes come back as %d, %v", n, len(got), err)
		}
		for _, from := range []int{0, n / 2, max(0, n-3), max(0, segment-2)} {
			p := make([]byte, 100)
			c, err := r.ReadAt(p, int64(from))
			want := plain[min(from, n):min(from+100, n)]
			if !bytes.Equal(p[:c], want) || (c < 100) != (err == io.EOF) {
				t.Errorf("of %d bytes, at %d: %d bytes, %v", n, from, c, err)
			}
		}
	}
}

func readAll(text []byte, key Key) error {
	r, err := NewReader(bytes.NewReader(text), int64(len(text)), key)
	if err != nil {
		return err
	}
	_, err = io.ReadAll(io.NewSectionReader(r, 0, r.Size()))
	return err
}

// TestSealedNoticesEveryChange: a byte anywhere, a cut, segments in another order, another key.
func TestSealedNoticesEveryChange(t *testing.T) {
	good := seal(t, Key{1}, noise(2*segment+100))
	if err := readAll(good, Key{1}); err != nil {
		t.Fatal(err)
	}
	places := []int{0, 8, 12, 20, headerSize, headerSize + segment, headerSize + segment + overhead, len(good) - 1, len(good) - 50}
	for _, i := range places {
		bad := bytes.Clone(good)
		bad[i] ^= 1
		if err := readAll(bad, Key{1}); !errors.Is(err, ErrDamaged) {
			t.Errorf("byte %d changed: %v", i, err)
		}
	}
	const whole = segment + overhead
	for name, bad := range map[string][]byte{
		"empty":                  nil,
		"a header":               good[:headerSize],
		"cut":                    good[:len(good)-1],
		"cut between segments":   good[:headerSize+whole],
		"longer":                 append(bytes.Clone(good), 0),
		"in another order":       append(append(append(bytes.Clone(good[:headerSize]), good[headerSize+whole:headerSize+2*whole]...), good[headerSize:headerSize+whole]...), good[headerSize+2*whole:]...),
		"without the middle one": append(bytes.Clone(good[:headerSize+whole]), good[headerSize+2*whole:]...),
	} {
		if err := readAll(bad, Key{1}); err == nil {
			t.Errorf("%s: it is read", name)
		}
	}
	if err := readAll(good, Key{2}); !errors.Is(err, ErrDamaged) {
		t.Errorf("another key: %v", err)
	}
}
