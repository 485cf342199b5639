package columnar

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"jejak/analytics/store"
	"jejak/event"
)

func TestRoomState(t *testing.T) {
	for _, c := range []struct {
		room Room
		want RoomState
	}{
		{Room{Free: 100}, Roomy},
		{Room{Free: 100, Reserve: 50}, Roomy},
		{Room{Free: 99, Reserve: 50}, Tight},
		{Room{Free: 49, Reserve: 50}, Full},
		{Room{Free: 100, Used: 89, Limit: 100}, Roomy},
		{Room{Free: 100, Used: 90, Limit: 100}, Tight},
		{Room{Free: 100, Used: 100, Limit: 100}, Full},
	} {
		if got := c.room.state(); got != c.want {
			t.Errorf("%+v is %s, want %s", c.room, got, c.want)
		}
	}
}

func TestRoomSaysWhatIsShort(t *testing.T) {
	for _, c := range []struct {
		room Room
		want string
	}{
		{Room{Free: 49, Reserve: 50, Used: 9, Limit: 9}, "the disk"},
		{Room{Free: 60, Reserve: 50, Used: 9, Limit: 9}, "the data"},
		{Room{Free: 60, Reserve: 50}, "the disk"},
		{Room{Free: 200, Reserve: 50, Used: 95, Limit: 100}, "the data"},
	} {
		if got := c.room.explain(); !strings.HasPrefix(got, c.want) {
			t.Errorf("%+v: %q", c.room, got)
		}
	}
}

// TestBudget fills a store up to its bound: a warning comes first, then events are refused and not kept; when days
// expire there is room again. A restart knows what is used.
func TestBudget(t *testing.T) {
	h := newHistory(t, 7)
	now := time.UnixMilli(20_000 * dayMillis)
	var told bytes.Buffer
	h.store.options.Log = slog.New(slog.NewTextHandler(&told, nil))
	h.store.options.MaxBytes = 40 << 10
	h.store.options.now = func() time.Time { return now }
	h.store.options.KeepDays = func(event.ProjectID) int { return 3000 }
	fill := func() error {
		for range 1000 {
			if err := h.append(1); err != nil {
				return err
			}
		}
		return nil
	}
	err := fill()
	if !errors.Is(err, store.ErrUnavailable) || !strings.Contains(err.Error(), "0 MB that it may take") {
		t.Fatalf("the full store says %v", err)
	}
	h.tried = nil
	h.compare()
	if r, err := h.store.Room(); err != nil || r.State != Full || r.Used < r.Limit || r.Limit != 40<<10 {
		t.Errorf("%+v, %v", r, err)
	}
	warned, refused := strings.Index(told.String(), "room gets tight"), strings.Index(told.String(), "events are refused")
	if warned < 0 || refused < warned || strings.Count(told.String(), "\n") != 2 {
		t.Errorf("the log says\n%s", told.String())
	}
	h.note(1) // how many were refused is kept all the same: by Close at the latest
	before, _ := h.store.Room()
	h.stop()
	h.start()
	h.compare()
	after, err := h.store.Room()
	if err != nil || after.Used > before.Used || after.Used < before.Used/4 {
		t.Errorf("%d bytes were used, after a restart %d, %v", before.Used, after.Used, err)
	}
	h.store.options.MaxBytes = int64(after.Used)
	if err := h.append(1); !errors.Is(err, store.ErrUnavailable) {
		t.Fatalf("at the bound: %v", err)
	}
	h.tried = nil
	h.store.options.now = func() time.Time { return now.Add(10_000 * 24 * time.Hour) }
	h.store.options.KeepDays = func(event.ProjectID) int { return 1 }
	for more := true; more && err == nil; {
		more, err = h.store.project(1).compact(context.Background(), time.Now())
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := h.append(1); err != nil {
		t.Errorf("with room again: %v", err)
	}
	h.stop()
}
