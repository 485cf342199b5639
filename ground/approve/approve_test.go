package approve

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jejak/ground/access"
	"jejak/ground/audit"
	"jejak/ground/meta"
)

// office is a desk with people around it.
type office struct {
	*Desk
	log *audit.Log
	now time.Time
}

func newOffice(t *testing.T) *office {
	t.Helper()
	dir := t.TempDir()
	db, err := meta.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	log, err := audit.Open(filepath.Join(dir, "audit"), audit.Options{Origin: "jejak/test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	o := &office{log: log, now: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)}
	o.Desk = New(db, log, func() time.Time { return o.now })
	return o
}

func as(id, role string) context.Context {
	return access.With(context.Background(), access.Identity{Kind: access.User, ID: id, Role: role})
}

var (
	analyst  = as("01", access.Analyst)
	approver = as("02", access.Approver)
	auditor  = as("03", access.Auditor)
	script   = access.With(context.Background(), access.Identity{Kind: access.Script, Login: "s", Project: 1})
	what     = Hash{1}
	other    = Hash{2}
)

func (o *office) ask(t *testing.T, ctx context.Context) Request {
	t.Helper()
	r, err := o.Ask(ctx, 1, "export.built", what, "all events of May")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTwoPersons(t *testing.T) {
	o := newOffice(t)
	r := o.ask(t, analyst)
	if err := o.Use(analyst, r.ID, "export.built", what); !errors.Is(err, ErrNotGranted) {
		t.Errorf("before it is granted: %v", err)
	}
	if r, err := o.Grant(approver, 1, r.ID, what); err != nil || r.Decision != Granted || r.DecidedBy != "user:02" {
		t.Fatalf("%+v, %v", r, err)
	}
	if err := o.Use(analyst, r.ID, "export.built", other); !errors.Is(err, ErrChanged) {
		t.Errorf("another export: %v", err)
	}
	if err := o.Use(analyst, r.ID, "person.erased", what); !errors.Is(err, ErrChanged) {
		t.Errorf("another act: %v", err)
	}
	if err := o.Use(approver, r.ID, "export.built", what); !errors.Is(err, ErrNotFound) {
		t.Errorf("another person: %v", err)
	}
	if err := o.Use(analyst, r.ID, "export.built", what); err != nil {
		t.Fatal(err)
	}
	if err := o.Use(analyst, r.ID, "export.built", what); !errors.Is(err, ErrOver) {
		t.Errorf("a second use: %v", err)
	}
	if o.log.Size() != 3 {
		t.Errorf("the log has %d entries: asked, granted, used", o.log.Size())
	}
}

func TestWhoMayNot(t *testing.T) {
	o := newOffice(t)
	own := o.ask(t, approver)
	if _, err := o.Grant(approver, 1, own.ID, what); !errors.Is(err, ErrOwnRequest) {
		t.Errorf("one's own request: %v", err)
	}
	r := o.ask(t, analyst)
	for name, c := range map[string]struct {
		ctx  context.Context
		want error
	}{
		"an analyst": {as("09", access.Analyst), access.ErrForbidden},
		"an auditor": {auditor, access.ErrForbidden},
		"a script":   {script, access.ErrForbidden},
		"nobody":     {context.Background(), access.ErrUnauthenticated},
	} {
		if _, err := o.Grant(c.ctx, 1, r.ID, what); !errors.Is(err, c.want) {
			t.Errorf("%s grants: %v", name, err)
		}
	}
	if _, err := o.Grant(approver, 1, r.ID, other); !errors.Is(err, ErrChanged) {
		t.Errorf("something else is granted: %v", err)
	}
	if _, err := o.Grant(approver, 1, "no such", what); !errors.Is(err, ErrNotFound) {
		t.Errorf("an unknown request: %v", err)
	}
	if _, err := o.Ask(script, 1, "export.built", what, "x"); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("a script asks: %v", err)
	}
	if _, err := o.Ask(analyst, 1, "export.built", what, strings.Repeat("x", MaxTitle+1)); err == nil {
		t.Error("a title that is too long was taken")
	}
}

func TestOver(t *testing.T) {
	o := newOffice(t)
	late := o.ask(t, analyst)
	refused := o.ask(t, analyst)
	takenBack := o.ask(t, analyst)
	granted := o.ask(t, analyst)
	if _, err := o.Refuse(approver, 1, refused.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Refuse(analyst, 1, takenBack.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Grant(approver, 1, granted.ID, what); err != nil {
		t.Fatal(err)
	}
	o.now = o.now.Add(Life)
	for name, id := range map[string]string{"expired": late.ID, "refused": refused.ID, "taken back": takenBack.ID} {
		if _, err := o.Grant(approver, 1, id, what); !errors.Is(err, ErrOver) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := o.Use(analyst, granted.ID, "export.built", what); !errors.Is(err, ErrOver) {
		t.Errorf("used too late: %v", err)
	}
	if list, err := o.List(approver, 1); err != nil || len(list) != 4 {
		t.Errorf("%d requests are listed, %v", len(list), err)
	}
}

// TestOneUse lets many use it at once: one does.
func TestOneUse(t *testing.T) {
	o := newOffice(t)
	r := o.ask(t, analyst)
	if _, err := o.Grant(approver, 1, r.ID, what); err != nil {
		t.Fatal(err)
	}
	var uses atomic.Int32
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			switch err := o.Use(analyst, r.ID, "export.built", what); {
			case err == nil:
				uses.Add(1)
			case !errors.Is(err, ErrOver):
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if uses.Load() != 1 {
		t.Errorf("it was used %d times", uses.Load())
	}
}

func TestNothingWithoutTheLog(t *testing.T) {
	o := newOffice(t)
	r := o.ask(t, analyst)
	o.log.Close()
	if _, err := o.Grant(approver, 1, r.ID, what); !errors.Is(err, audit.ErrUnwritable) {
		t.Errorf("granted without a record: %v", err)
	}
	if list, err := o.List(approver, 1); err != nil || list[0].Decision != Open {
		t.Errorf("%+v, %v", list, err)
	}
}
