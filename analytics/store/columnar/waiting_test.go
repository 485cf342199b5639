package columnar

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"jejak/analytics/store"
	"jejak/analytics/store/columnar/internal/disk"
	"jejak/event"
)

// awake opens a store with its background at work, inside a bubble of synctest.
func awake(t *testing.T, o Options) (*Store, *disk.Memory) {
	t.Helper()
	m := disk.NewMemory(1 << 30)
	o.disk, o.Log, o.MinFree = m, slog.New(slog.DiscardHandler), -1
	s, err := Open(root, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, m
}

func mustAppend(t *testing.T, s *Store, events ...event.Event) {
	t.Helper()
	if err := s.Append(context.Background(), store.Batch{Project: 1, Events: events}); err != nil {
		t.Fatal(err)
	}
}

func partsOf(s *Store) []partEntry {
	p := s.project(1)
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.manifest.Parts
}

func TestNoteTravelsAloneAfterItsDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := awake(t, Options{})
		s.Note(1, nil, event.Tally{Received: 1})
		time.Sleep(999 * time.Millisecond)
		synctest.Wait()
		if n := s.Counters(1).Received; n != 0 {
			t.Errorf("received %d before the delay", n)
		}
		time.Sleep(time.Millisecond)
		synctest.Wait()
		if n := s.Counters(1).Received; n != 1 {
			t.Errorf("received %d after the delay", n)
		}
	})
}

func TestOldTailIsFlushed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := awake(t, Options{})
		mustAppend(t, s, typical(1))
		time.Sleep(4 * time.Minute)
		synctest.Wait()
		if n := len(partsOf(s)); n != 0 {
			t.Errorf("%d parts after four minutes", n)
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if n := len(partsOf(s)); n != 1 {
			t.Errorf("%d parts after six minutes", n)
		}
	})
}

func TestColdProjectIsPutInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := awake(t, Options{})
		mustAppend(t, s, typical(1))
		time.Sleep(time.Hour)
		synctest.Wait()
		parts := partsOf(s)
		if len(parts) != 1 || parts[0].days().levelZero() {
			t.Errorf("after an hour the parts are %+v", parts)
		}
	})
}

// TestPatience: when what waits cannot be written, an Append gives up in time, and again goes through later.
func TestPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := awake(t, Options{})
		p := s.project(1)
		p.crowded.Store(true)
		began := time.Now()
		err := s.Append(context.Background(), store.Batch{Project: 1, Events: []event.Event{typical(1)}})
		if !errors.Is(err, store.ErrUnavailable) || time.Since(began) != 2*time.Second {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		time.AfterFunc(time.Second, func() {
			p.crowded.Store(false)
			s.queue.left(0)
		})
		mustAppend(t, s, typical(1))
	})
}

// TestFlushTriesAgain: a disk that fails costs nothing but time.
func TestFlushTriesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, m := awake(t, Options{})
		mustAppend(t, s, typical(1))
		m.Fail(func(disk.Call) error { return errDead })
		time.Sleep(10 * time.Minute)
		m.Fail(nil)
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if n := len(partsOf(s)); n != 1 {
			t.Errorf("%d parts", n)
		}
		if c := s.Counters(1); c.Askable != 1 || c.Durable != 1 {
			t.Errorf("counters are %+v", c)
		}
	})
}
