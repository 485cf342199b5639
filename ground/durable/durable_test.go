package durable

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestWriteReplacesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	if err := errors.Join(Write(path, 0o400, []byte("one")), Sync(filepath.Dir(path))); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, 0o400, []byte("two")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("written twice: %v", err)
	}
	if err := Create(path, 0o400, func(io.Writer) error { return nil }); !errors.Is(err, fs.ErrExist) {
		t.Errorf("made twice: %v", err)
	}
	if text, err := os.ReadFile(path); string(text) != "one" || err != nil {
		t.Errorf("it holds %q, %v", text, err)
	}
}

func TestCreateTellsWhatFillSays(t *testing.T) {
	path, broken := filepath.Join(t.TempDir(), "x"), errors.New("broken")
	err := Create(path, 0o600, func(w io.Writer) error {
		_, err := io.WriteString(w, "some")
		return errors.Join(err, broken)
	})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestSyncNamesWhatIsMissing(t *testing.T) {
	if err := Sync(t.TempDir(), filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
