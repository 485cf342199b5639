package audit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// TestTwoProcesses lets two open logs of one folder record at once, as a command does beside a server.
func TestTwoProcesses(t *testing.T) {
	dir := t.TempDir()
	one, two := open(t, dir), open(t, dir)
	var wait sync.WaitGroup
	for _, l := range []*Log{one, two} {
		wait.Go(func() {
			for i := range 50 {
				if _, err := l.Record(context.Background(), Entry{Who: "console", Act: "a.b", About: fmt.Sprint(i)}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
	if one.Size() != 100 || two.Size() != 100 {
		t.Errorf("the logs see %d and %d of 100 entries", one.Size(), two.Size())
	}
	held := one.Checkpoint()
	if err := errors.Join(one.Close(), two.Close()); err != nil {
		t.Fatal(err)
	}
	if r := verified(t, dir, held); len(r.Problems) > 0 || r.Entries != 100 {
		t.Errorf("%+v", r)
	}
}

// TestChangedWhileOpen: a log that somebody wrote anew beneath an open one takes no entry.
func TestChangedWhileOpen(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	l := open(t, dir)
	defer l.Close()
	record(t, l, 5)
	forger := open(t, other)
	record(t, forger, 1)
	if _, err := forger.Record(context.Background(), Entry{Act: "nothing.happened"}); err != nil {
		t.Fatal(err)
	}
	record(t, forger, 6)
	if err := forger.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"entries", "hashes", "checkpoint"} {
		b, err := os.ReadFile(filepath.Join(other, name))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, name), b)
	}
	if _, err := l.Record(context.Background(), Entry{Act: "a.b"}); !errors.Is(err, ErrUnwritable) {
		t.Errorf("an entry was taken: %v", err)
	}
}
