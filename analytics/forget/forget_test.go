package forget

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/audit"
	"jejak/ground/vault"
)

// world is everything that an eraser stands on, in memory. It dies at one of its calls.
type world struct {
	keys, rows, ids map[event.Actor]bool // gone
	profiles        map[event.Actor]bool
	calls, dieAt    int
}

var errDead = errors.New("the process is gone")

func (w *world) step() error {
	if w.calls++; w.calls == w.dieAt {
		return errDead
	}
	return nil
}

func (w *world) mark(to map[event.Actor]bool, actors ...event.Actor) error {
	if err := w.step(); err != nil {
		return err
	}
	for _, a := range actors {
		to[a] = true
	}
	return nil
}

type (
	keys     struct{ *world }
	rows     struct{ *world }
	ids      struct{ *world }
	groups   struct{ ids }
	profiles struct{ *world }
)

func (k keys) Erase(s vault.Subject) error            { return k.mark(k.keys, event.Actor(s.Number)) }
func (k keys) IsErased(s vault.Subject) (bool, error) { return k.keys[event.Actor(s.Number)], nil }

func (k keys) Blind(p event.ProjectID, field, value string) [16]byte {
	sum := sha256.Sum256(fmt.Append(nil, p, field, value))
	return [16]byte(sum[:16])
}

func (r rows) Erase(_ context.Context, _ event.ProjectID, actors []event.Actor) error {
	return r.mark(r.rows, actors...)
}
func (r rows) IsErased(_ event.ProjectID, a event.Actor) bool             { return r.rows[a] }
func (r rows) Settle(context.Context, event.ProjectID) error              { return r.step() }
func (i ids) Forget(_ event.ProjectID, actors []event.Actor) error        { return i.mark(i.ids, actors...) }
func (i ids) IsKnown(event.ProjectID, event.Actor) bool                   { return true }
func (i ids) Find(event.ProjectID, string) (event.Actor, error)           { return 65, nil }
func (g groups) Find(event.ProjectID, event.GroupID) (event.Actor, error) { return 66, nil }

func (i ids) IsForgotten(_ event.ProjectID, a event.Actor) (bool, error) { return i.ids[a], nil }

func (i ids) Members(_ event.ProjectID, a event.Actor, _ int) ([]event.Actor, error) {
	return []event.Actor{a, 129}, nil
}

func (p profiles) Forget(_ context.Context, _ event.ProjectID, _ string, actors []event.Actor) error {
	return p.mark(p.profiles, actors...)
}

type hidden struct{ *world }

func (h hidden) Forget(event.ProjectID, []event.Actor) error { return h.step() }

func newWorld() *world {
	return &world{map[event.Actor]bool{}, map[event.Actor]bool{}, map[event.Actor]bool{}, map[event.Actor]bool{}, 0, 0}
}

const vkeyOrigin = "jejak/test"

func (w *world) open(t *testing.T, dir string, log *audit.Log, known ...event.ProjectID) (*Eraser, error) {
	t.Helper()
	return New(t.Context(), Options{
		Journal: filepath.Join(dir, "data.erasures"), Keys: keys{w}, Rows: rows{w}, People: ids{w}, Groups: groups{ids{w}},
		Profiles: profiles{w}, Hidden: hidden{w}, Log: log, Audit: filepath.Join(dir, "audit"),
	}, func(p event.ProjectID) bool { return slices.Contains(known, p) })
}

func openLog(t *testing.T, dir string) *audit.Log {
	t.Helper()
	log, err := audit.Open(filepath.Join(dir, "audit"), audit.Options{Origin: vkeyOrigin})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() })
	return log
}

// TestCarriedOutAfterACrash lets an erasure die at each of its steps: the next start ends it, once, and says so.
func TestCarriedOutAfterACrash(t *testing.T) {
	ctx := access.AtConsole(t.Context())
	for dieAt := 1; ; dieAt++ {
		dir, w := t.TempDir(), newWorld()
		log := openLog(t, dir)
		e, err := w.open(t, dir, log, 1)
		if err != nil {
			t.Fatal(err)
		}
		w.dieAt = dieAt
		_, err = e.Person(ctx, 1, 65)
		if err == nil {
			t.Logf("%d steps", dieAt-1)
			return
		}
		w.dieAt = 0
		if _, err := w.open(t, dir, log, 1); err != nil {
			t.Fatalf("step %d: %v", dieAt, err)
		}
		for _, a := range []event.Actor{65, 129} {
			if !w.keys[a] || !w.rows[a] || !w.ids[a] || !w.profiles[a] {
				t.Errorf("after step %d number %d is left", dieAt, a)
			}
		}
		calls, entries := w.calls, log.Size()
		if _, err := w.open(t, dir, log, 1); err != nil || w.calls != calls || log.Size() != entries {
			t.Errorf("step %d: another start does it again (%v)", dieAt, err)
		}
	}
}

// TestJournal: a line of another installation or a changed one stops the start; half a line is none; projects that are not known
// are passed over.
func TestJournal(t *testing.T) {
	ctx, dir, w := access.AtConsole(t.Context()), t.TempDir(), newWorld()
	log := openLog(t, dir)
	e, err := w.open(t, dir, log, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Person(ctx, 1, 65); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Group(ctx, 2, "$group:a b,c", event.GroupID{Key: "a b,c", ID: "x"}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "data.erasures")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	orders, err := e.journal.read(func(event.ProjectID) bool { return true })
	if err != nil || len(orders) != 2 || orders[1].Section != "$group:a b,c" || !slices.Equal(orders[0].Numbers, []event.Actor{65, 129}) {
		t.Errorf("orders are %+v (%v)", orders, err)
	}
	for name, c := range map[string]struct {
		text  string
		known []event.ProjectID
		fails bool
		left  int
	}{
		"whole":                   {string(whole), []event.ProjectID{1, 2}, false, 2},
		"half a line":             {string(whole[:len(whole)-3]), []event.ProjectID{1, 2}, false, 1},
		"only one project":        {string(whole), []event.ProjectID{2}, false, 1},
		"a changed number":        {strings.Replace(string(whole), "65,129", "65,130", 1), []event.ProjectID{1, 2}, true, 0},
		"a line that is none":     {"x\n" + string(whole), []event.ProjectID{1, 2}, true, 0},
		"another authentication":  {strings.Replace(string(whole), "\n", "0\n", 1), []event.ProjectID{1, 2}, true, 0},
		"an empty file":           {"", []event.ProjectID{1, 2}, false, 0},
		"nothing but a line feed": {"\n", []event.ProjectID{1, 2}, true, 0},
	} {
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		orders, err := e.journal.read(func(p event.ProjectID) bool { return slices.Contains(c.known, p) })
		if (err != nil) != c.fails || len(orders) != c.left {
			t.Errorf("%s: %d orders, error %v", name, len(orders), err)
		}
	}
	if err := os.WriteFile(path, whole[:len(whole)-3], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Person(ctx, 1, 193); err != nil {
		t.Fatal(err)
	}
	if orders, err := e.journal.read(func(event.ProjectID) bool { return true }); err != nil || len(orders) != 2 {
		t.Errorf("after half a line was cut off: %+v (%v)", orders, err)
	}
}

// TestNothingWithoutTheJournal: when the order cannot be written, nothing is erased.
func TestNothingWithoutTheJournal(t *testing.T) {
	dir, w := t.TempDir(), newWorld()
	e, err := w.open(t, dir, openLog(t, dir), 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "data.erasures"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Person(access.AtConsole(t.Context()), 1, 65); err == nil || w.calls != 0 {
		t.Errorf("error %v after %d steps", err, w.calls)
	}
	if _, err := e.Person(t.Context(), 1, 65); !errors.Is(err, access.ErrUnauthenticated) {
		t.Errorf("nobody erases: %v", err)
	}
}
