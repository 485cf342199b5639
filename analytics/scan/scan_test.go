package scan

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"

	"jejak/analytics/hide"
	"jejak/analytics/plan"
	"jejak/analytics/store"
	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/audit"
	"jejak/ground/meta"
)

// slow is a store whose Clean ends when the test says so, or when it is told to.
type slow struct {
	rounds  []uint64
	started chan struct{}
	end     chan error
	cleaned event.Changes
}

func (s *slow) Clean(ctx context.Context, _ event.ProjectID, round uint64, _ store.Cleaner, progress func(done, all uint64)) error {
	s.rounds = append(s.rounds, round)
	progress(3, 10)
	s.started <- struct{}{}
	select {
	case err := <-s.end:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *slow) Cleaned(event.ProjectID) event.Changes { return s.cleaned }

type book struct {
	entries []audit.Entry
	broken  error
}

func (b *book) Record(_ context.Context, e audit.Entry) (int64, error) {
	b.entries = append(b.entries, e)
	return 0, b.broken
}

type house struct {
	*Desk
	ctx     context.Context
	project event.ProjectID
	store   *slow
	log     book
	open    func()
}

func newHouse(t *testing.T) *house {
	t.Helper()
	db, err := meta.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	a, err := access.New(db, access.Options{})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{ctx: access.AtConsole(t.Context()), store: &slow{started: make(chan struct{}, 9), end: make(chan error)}}
	made, err := a.CreateProject(h.ctx, "Console", "UTC")
	if err != nil {
		t.Fatal(err)
	}
	h.project = made.ID
	steps := Steps{
		Plan: func(event.ProjectID) *plan.Plan { return nil }, GroupKeys: func(event.ProjectID) []string { return nil },
		Groups: func(*event.Batch) error { return nil }, Hide: hide.New(nil, nil, nil),
	}
	h.open = func() {
		if h.Desk, err = New(db, h.store, steps, &h.log, slog.New(slog.DiscardHandler)); err != nil {
			t.Fatal(err)
		}
	}
	h.open()
	t.Cleanup(func() { _ = h.Close() })
	return h
}

func (h *house) start(t *testing.T) Scan {
	t.Helper()
	x, err := h.Start(h.ctx, h.project)
	if err != nil {
		t.Fatal(err)
	}
	<-h.store.started
	return x
}

func (h *house) newest(t *testing.T) Scan {
	t.Helper()
	list, err := h.List(h.ctx, h.project)
	if err != nil || len(list) == 0 {
		t.Fatalf("listed %v, %v", list, err)
	}
	return list[0]
}

// TestScanGoesOn: a scan that the end of the server cuts off goes on with the next start, in the same round, and tells what all of
// it changed.
func TestScanGoesOn(t *testing.T) {
	h := newHouse(t)
	sealed := event.Change{Did: event.Sealed, Class: "email", Property: "note"}
	h.store.cleaned = event.Changes{sealed: 5}
	x := h.start(t)
	if _, err := h.Start(h.ctx, h.project); !errors.Is(err, ErrRunning) {
		t.Errorf("two at once: %v", err)
	}
	h.store.cleaned = event.Changes{sealed: 7}
	if n := h.newest(t); n.State != Running || n.Rows != 3 || n.All != 10 || n.Changed[sealed] != 2 {
		t.Errorf("it is %+v", n)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	h.open()
	<-h.store.started
	h.store.cleaned = event.Changes{sealed: 8}
	h.store.end <- nil
	h.Wait()
	if n := h.newest(t); n.State != Done || n.Ended.IsZero() || n.Changed[sealed] != 3 || !slices.Equal(h.store.rounds, []uint64{uint64(x.ID), uint64(x.ID)}) {
		t.Errorf("it is %+v after rounds %v", n, h.store.rounds)
	}
	if len(h.log.entries) != 1 || h.log.entries[0].Act != "scan.started" {
		t.Errorf("recorded %+v", h.log.entries)
	}
}

func TestStopAndFail(t *testing.T) {
	h := newHouse(t)
	x := h.start(t)
	if err := h.Stop(h.ctx, h.project, x.ID+1); !errors.Is(err, access.ErrNotFound) {
		t.Errorf("another one: %v", err)
	}
	if err := h.Stop(h.ctx, h.project, x.ID); err != nil {
		t.Fatal(err)
	}
	h.Wait()
	if n := h.newest(t); n.State != Stopped {
		t.Errorf("it is %+v", n)
	}
	next := h.start(t)
	h.store.end <- errors.New("the disk is full")
	h.Wait()
	if n := h.newest(t); n.State != Failed || next.ID <= x.ID {
		t.Errorf("it is %+v", n)
	}
	h.log.broken = audit.ErrUnwritable
	if _, err := h.Start(h.ctx, h.project); !errors.Is(err, audit.ErrUnwritable) || h.newest(t).ID != next.ID {
		t.Errorf("unrecorded: %v", err)
	}
}

func TestRights(t *testing.T) {
	h := newHouse(t)
	script := access.With(t.Context(), access.Identity{Kind: access.Script, Project: h.project})
	_, started := h.Start(script, h.project)
	_, listed := h.List(script, h.project+1)
	for what, err := range map[string]error{"start": started, "stop": h.Stop(script, h.project, 1), "list another's": listed} {
		if !errors.Is(err, access.ErrForbidden) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := h.Start(h.ctx, 99); !errors.Is(err, access.ErrNotFound) {
		t.Errorf("no project: %v", err)
	}
}

func TestAreTokens(t *testing.T) {
	const token = "[company:0123456789abcdef]"
	for _, c := range []struct {
		v    event.Value
		want bool
	}{
		{event.StringOf(token), true}, {event.StringOf("acme"), false}, {event.StringOf(""), true}, {event.NumberOf(7), false},
		{event.ListOf(`["` + token + `"]`), true}, {event.ListOf(`["` + token + `","acme"]`), false}, {event.ListOf(`[7]`), false}, {event.ListOf(`[]`), true},
		{event.BooleanOf(true), true}, {event.ListOf(`[""]`), false}, {event.StringOf("[team:0123456789abcdef]"), false}, {event.ObjectOf("{}"), false},
	} {
		if got := areTokens("company", c.v); got != c.want {
			t.Errorf("%v: %v", c.v, got)
		}
	}
}
