package collect

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
)

func zip(text []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(text)
	z.Close()
	return b.Bytes()
}

const budget = 1 << 20

// readBody reads a body that is sent without a length, and checks that the budget is whole afterwards.
func readBody(t testing.TB, sent io.Reader, limit int64) (text []byte, cut bool, err error) {
	t.Helper()
	b := NewBodies(budget)
	r := httptest.NewRequest(http.MethodPost, "/", io.NopCloser(sent))
	r.ContentLength = -1
	body, err := b.Read(httptest.NewRecorder(), r, limit)
	if err == nil {
		text, cut = bytes.Clone(body.Bytes), body.Cut
		body.Release()
	}
	if left := b.left.Load(); left != budget {
		t.Fatalf("%d bytes of the budget are not given back", budget-left)
	}
	return text, cut, err
}

func TestBody(t *testing.T) {
	long := bytes.Repeat([]byte("0123456789"), 30_000)
	zipped := zip(long)
	two := append(zip([]byte("one")), zip([]byte("two"))...)
	for _, c := range []struct {
		name string
		sent []byte
		want string
		cut  bool
		err  error
	}{
		{"nothing", nil, "", false, nil},
		{"one byte", []byte("1"), "1", false, nil},
		{"plain", []byte("data=1"), "data=1", false, nil},
		{"long", long, string(long), false, nil},
		{"zipped", zipped, string(long), false, nil},
		{"two members", two, "onetwo", false, nil},
		{"too long", bytes.Repeat([]byte("x"), 400_001), "", false, ErrTooLarge},
		{"a bomb", zip(make([]byte, 64<<20)), "", false, ErrTooLarge},
		{"a zipped body with rubbish behind it", append(zip([]byte("one")), "rubbish"...), "one", true, nil},
		{"only the magic number", zipped[:2], "", true, nil},
		{"only the header", zipped[:10], "", true, nil},
	} {
		text, cut, err := readBody(t, bytes.NewReader(c.sent), 400_000)
		if string(text) != c.want || cut != c.cut || !errors.Is(err, c.err) {
			t.Errorf("%s: %d bytes, cut %v, %v", c.name, len(text), cut, err)
		}
	}
}

func TestTruncatedGzipKeepsItsBeginning(t *testing.T) {
	long := typicalLines(500)
	zipped := zip(long)
	text, cut, err := readBody(t, bytes.NewReader(zipped[:len(zipped)/2]), budget)
	if err != nil || !cut || len(text) == 0 || !bytes.HasPrefix(long, text) {
		t.Errorf("%d bytes, cut %v, %v", len(text), cut, err)
	}
	zipped[len(zipped)-5] ^= 1 // the checksum
	if text, cut, err = readBody(t, bytes.NewReader(zipped), budget); err != nil || !cut || !bytes.Equal(text, long) {
		t.Errorf("a wrong checksum: %d bytes, cut %v, %v", len(text), cut, err)
	}
}

// broken fails after its text.
type broken struct{ text io.Reader }

var errLine = errors.New("the line is dead")

func (b broken) Read(p []byte) (int, error) {
	n, err := b.text.Read(p)
	if err == io.EOF {
		err = errLine
	}
	return n, err
}

func TestBrokenConnectionTakesNothing(t *testing.T) {
	zipped := zip(typicalLines(500))
	for _, sent := range [][]byte{nil, []byte("{}\n{"), zipped[:1], zipped[:100], zipped} {
		if text, _, err := readBody(t, broken{bytes.NewReader(sent)}, budget); !errors.Is(err, ErrAborted) {
			t.Errorf("after %d bytes: %d bytes, %v", len(sent), len(text), err)
		}
	}
}

// untouched fails the test when it is read.
type untouched struct{ t *testing.T }

func (u untouched) Read([]byte) (int, error) {
	u.t.Error("a body that is too long was read")
	return 0, io.EOF
}

func TestAnnouncedGigabyteIsNotRead(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/", untouched{t})
	r.ContentLength = 1 << 30
	if _, err := NewBodies(budget).Read(httptest.NewRecorder(), r, 10<<20); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}

// endless never ends; it counts what was read of it.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	return len(p), nil
}

func TestEndlessBodyIsLeft(t *testing.T) {
	e := &endless{}
	if _, _, err := readBody(t, e, 300_000); !errors.Is(err, ErrTooLarge) || e.read > 400_000 {
		t.Errorf("%d bytes read, %v", e.read, err)
	}
}

func TestBudgetIsShared(t *testing.T) {
	b := NewBodies(100_000)
	read := func() (*Body, error) {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(strings.Repeat("x", 60_000)))
		return b.Read(httptest.NewRecorder(), r, budget)
	}
	first, err := read()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := read(); !errors.Is(err, ErrBusy) {
		t.Errorf("a second body is read above the budget: %v", err)
	}
	first.Release()
	second, err := read()
	if err != nil {
		t.Fatal("the budget did not come back: ", err)
	}
	second.Release()
}

// FuzzBody: whatever is sent, zipped or not, reading ends within the limit, and good gzip comes out as it went in.
func FuzzBody(f *testing.F) {
	f.Add([]byte("data=1"))
	f.Add(zip([]byte(`[{"event":"a"}]`)))
	f.Add(zip([]byte(`[{"event":"a"}]`))[:12])
	f.Add([]byte{0x1f, 0x8b})
	f.Fuzz(func(t *testing.T, sent []byte) {
		const limit = 4096
		text, _, err := readBody(t, bytes.NewReader(sent), limit)
		if len(text) > limit || err != nil && !errors.Is(err, ErrTooLarge) {
			t.Fatalf("%d bytes, %v", len(text), err)
		}
		zipped := zip(sent)
		if len(sent) > limit || len(zipped) > limit {
			return
		}
		if text, cut, err := readBody(t, bytes.NewReader(zipped), limit); err != nil || cut || !bytes.Equal(text, sent) {
			t.Fatalf("gzip of %q comes out as %q, cut %v, %v", sent, text, cut, err)
		}
	})
}
