package lexicon

import (
	"context"
	"errors"
	"testing"
	"time"

	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/audit"
	"jejak/ground/meta"
	"jejak/question"
)

// house is a lexicon with two projects, and somebody who may do everything.
type house struct {
	*Lexicon
	ctx        context.Context
	one, other event.ProjectID
	clock      time.Time
	log        book
}

// book is an audit log that a test can read.
type book struct {
	entries []audit.Entry
	broken  error
}

func (b *book) Record(_ context.Context, e audit.Entry) (int64, error) {
	if b.broken == nil {
		b.entries = append(b.entries, e)
	}
	return int64(len(b.entries)), b.broken
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
	h := &house{ctx: access.AtConsole(t.Context()), clock: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)}
	if h.Lexicon, err = New(db, &h.log, func() time.Time { return h.clock }); err != nil {
		t.Fatal(err)
	}
	for _, p := range []*event.ProjectID{&h.one, &h.other} {
		made, err := a.CreateProject(h.ctx, "Console", "UTC")
		if err != nil {
			t.Fatal(err)
		}
		*p = made.ID
	}
	return h
}

func TestEvents(t *testing.T) {
	h := newHouse(t)
	pay := []question.Selector{{Event: "pay", Filter: &question.Filter{Where: `properties["price"] > 5`}}}
	made, err := h.SaveEvent(h.ctx, h.one, 0, "Orders", pay)
	if err != nil || made.ID == 0 || made.Name != "Orders" || !made.Created.Equal(h.clock) {
		t.Fatalf("made %+v, %v", made, err)
	}
	h.clock = h.clock.Add(time.Hour)
	if _, err := h.SaveEvent(h.ctx, h.one, made.ID, "Sales", append(pay, question.Selector{Event: "buy"})); err != nil {
		t.Fatal(err)
	}
	list, err := h.Events(h.ctx, h.one)
	if err != nil || len(list) != 1 || list[0].Name != "Sales" || len(list[0].AnyOf) != 2 || list[0].AnyOf[0].Filter.Where != pay[0].Filter.Where ||
		list[0].Created.Equal(h.clock) || !list[0].Changed.Equal(h.clock) {
		t.Errorf("listed %+v, %v", list, err)
	}
	renamed, err := h.SaveEvent(h.ctx, h.one, made.ID, "Orders again", nil)
	if err != nil || renamed.Name != "Orders again" || len(renamed.AnyOf) != 2 {
		t.Errorf("renamed to %+v, %v", renamed, err)
	}
	c, err := h.Customs(h.ctx, h.one)
	if err != nil || len(c.Events) != 1 || len(c.Events[made.ID]) != 2 || len(c.Properties) != 0 {
		t.Errorf("customs are %+v, %v", c, err)
	}
	if err := h.DeleteEvent(h.ctx, h.one, made.ID); err != nil {
		t.Error(err)
	}
	again, err := h.SaveEvent(h.ctx, h.one, 0, "Orders", pay)
	if err != nil || again.ID <= made.ID {
		t.Errorf("after %d came %d, %v", made.ID, again.ID, err)
	}
}

func TestProperties(t *testing.T) {
	h := newHouse(t)
	made, err := h.SaveProperty(h.ctx, h.one, 0, "Revenue", `properties["price"] * 2`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.SaveProperty(h.ctx, h.one, made.ID, "Worth", `properties["price"] * 3`); err != nil {
		t.Fatal(err)
	}
	list, err := h.Properties(h.ctx, h.one)
	if err != nil || len(list) != 1 || list[0].Name != "Worth" || list[0].Expression != `properties["price"] * 3` {
		t.Errorf("listed %+v, %v", list, err)
	}
	if renamed, err := h.SaveProperty(h.ctx, h.one, made.ID, "Value", ""); err != nil || renamed.Expression != list[0].Expression {
		t.Errorf("renamed to %+v, %v", renamed, err)
	}
	if c, err := h.Customs(h.ctx, h.one); err != nil || c.Properties[made.ID] != `properties["price"] * 3` {
		t.Errorf("customs are %+v, %v", c, err)
	}
	if err := h.DeleteProperty(h.ctx, h.one, made.ID); err != nil {
		t.Error(err)
	}
	if err := h.DeleteProperty(h.ctx, h.one, made.ID); !errors.Is(err, access.ErrNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
}

// TestRefused: nothing that is refused is kept, and what is of one project or kind is not of another.
func TestRefused(t *testing.T) {
	h := newHouse(t)
	made, err := h.SaveEvent(h.ctx, h.one, 0, "Orders", []question.Selector{{Event: "pay"}})
	if err != nil {
		t.Fatal(err)
	}
	itself := []question.Selector{{Event: made.ID.Event()}}
	for what, err := range map[string]error{
		"a circle":         second(h.SaveEvent(h.ctx, h.one, made.ID, "Orders", itself)),
		"no selectors":     second(h.SaveEvent(h.ctx, h.one, 0, "None", nil)),
		"a bad expression": second(h.SaveProperty(h.ctx, h.one, 0, "Bad", "1 +")),
	} {
		var faults question.Faults
		if !errors.As(err, &faults) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for what, err := range map[string]error{
		"another project": second(h.SaveEvent(h.ctx, h.other, made.ID, "Orders", []question.Selector{{Event: "pay"}})),
		"another kind":    second(h.SaveProperty(h.ctx, h.one, made.ID, "Orders", "1")),
		"no project":      second(h.SaveProperty(h.ctx, 99, 0, "Orders", "1")),
		"none to list":    second(h.Events(h.ctx, 99)),
		"not the other's": h.DeleteEvent(h.ctx, h.other, made.ID),
		"not a property":  h.DeleteProperty(h.ctx, h.one, made.ID),
	} {
		if !errors.Is(err, access.ErrNotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
	list, err := h.Events(h.ctx, h.one)
	if err != nil || len(list) != 1 || list[0].AnyOf[0].Event != "pay" {
		t.Errorf("kept %+v, %v", list, err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestRights(t *testing.T) {
	h := newHouse(t)
	script := access.With(t.Context(), access.Identity{Kind: access.Script, Project: h.one})
	if _, err := h.Events(script, h.one); err != nil {
		t.Error(err)
	}
	if _, err := h.Customs(script, h.one); err != nil {
		t.Error(err)
	}
	pay := []question.Selector{{Event: "pay"}}
	for what, err := range map[string]error{
		"save":           second(h.SaveEvent(script, h.one, 0, "Orders", pay)),
		"save property":  second(h.SaveProperty(script, h.one, 0, "Orders", "1")),
		"delete":         h.DeleteEvent(script, h.one, 1),
		"other events":   second(h.Events(script, h.other)),
		"other customs":  second(h.Customs(script, h.other)),
		"other property": second(h.Properties(script, h.other)),
	} {
		if !errors.Is(err, access.ErrForbidden) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := h.Events(t.Context(), h.one); !errors.Is(err, access.ErrUnauthenticated) {
		t.Errorf("nobody: %v", err)
	}
}
