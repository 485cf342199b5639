package lexicon

import (
	"errors"
	"strings"
	"testing"

	"jejak/analytics/plan"
	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/audit"
	"jejak/question"
)

// TestWords: what is said is kept, holds at once and after a restart, and its effects are recorded before they hold.
func TestWords(t *testing.T) {
	h := newHouse(t)
	if h.Plan(h.one) != nil || h.Past(h.one) != nil {
		t.Error("a project without words has a plan")
	}
	nick := Word{Kind: OfProperty, Name: "nick", Description: "How they are called", Owner: "growth", Verified: true, Class: "name", Rule: plan.Rule{Do: plan.Seal}}
	old := Word{Kind: OfEvent, Name: "old", Hidden: true, Rule: plan.Rule{Do: plan.Rename, To: "new"}, Past: true}
	for _, w := range []Word{nick, old, {Kind: OfProperty, Name: "free"}} {
		if _, err := h.SaveWord(h.ctx, h.one, w); err != nil {
			t.Fatal(err)
		}
	}
	again, err := New(h.db, &h.log, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []*Lexicon{h.Lexicon, again} {
		p := l.Plan(h.one)
		if p.Properties["nick"] != (plan.Rule{Do: plan.Seal, Class: "name"}) || p.Events["old"].To != "new" || l.Past(h.one).events.name("old") != "new" || l.Plan(h.other) != nil {
			t.Errorf("the plan is %+v", p)
		}
	}
	nick.Changed, old.Changed = h.clock, h.clock
	if words, err := h.Words(h.ctx, h.one); err != nil || len(words) != 3 || words[0] != old || words[2] != nick {
		t.Errorf("words are %+v, %v", words, err)
	}
	if len(h.log.entries) != 2 || h.log.entries[0].Act != "plan.seal" || h.log.entries[1].About != `event "old" to "new", in the past too` {
		t.Errorf("recorded %+v", h.log.entries)
	}
	if err := h.DeleteWord(h.ctx, h.one, OfEvent, "old"); err != nil || h.Past(h.one) != nil || len(h.log.entries) != 3 {
		t.Errorf("after %v the past is %+v", err, h.Past(h.one))
	}
	if err := h.DeleteWord(h.ctx, h.one, OfEvent, "old"); !errors.Is(err, access.ErrNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
}

// TestUnrecordedHoldsNot: what cannot be recorded does not happen.
func TestUnrecordedHoldsNot(t *testing.T) {
	h := newHouse(t)
	h.log.broken = audit.ErrUnwritable
	allow := Word{Kind: OfProperty, Name: "mail", Rule: plan.Rule{Do: plan.Allow}}
	if _, err := h.SaveWord(h.ctx, h.one, allow); !errors.Is(err, audit.ErrUnwritable) || h.Plan(h.one) != nil {
		t.Errorf("%v, and the plan is %+v", err, h.Plan(h.one))
	}
}

func TestWordsRefused(t *testing.T) {
	h := newHouse(t)
	if _, err := h.SaveWord(h.ctx, h.one, word(OfEvent, "a", plan.Rename, "b")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		w    Word
		want string
	}{
		{Word{Kind: "person", Name: "a"}, "kind bad_word"},
		{Word{Kind: OfEvent, Name: " "}, "name bad_word"},
		{Word{Kind: OfEvent, Name: "mail to ann@example.org"}, "name personal_name"},
		{word(OfEvent, "x", plan.Rename, "ann@example.org"), "rule.to personal_name"},
		{Word{Kind: OfEvent, Name: "x", Description: strings.Repeat("x", MaxDescription+1)}, "description bad_word"},
		{Word{Kind: OfEvent, Name: "x", Class: "a b"}, "class bad_word"},
		{word(OfEvent, "x", plan.Seal, ""), "rule bad_word"},
		{word(OfEvent, "x", plan.Rename, "a"), "rule.to bad_word"},
		{word(OfEvent, "b", plan.Rename, "c"), "rule bad_word"},
		{word(OfEvent, "c", plan.Rename, "c"), "rule.to bad_word"},
	} {
		_, err := h.SaveWord(h.ctx, h.one, c.w)
		var f question.Faults
		if !errors.As(err, &f) || f[0].Location+" "+f[0].Code != c.want {
			t.Errorf("%+v: %v, want %s", c.w, err, c.want)
		}
	}
	if err := h.SetStrict(h.ctx, h.one, "very"); err == nil {
		t.Error("a plan is very strict")
	}
}

func TestStrictAndAdopt(t *testing.T) {
	h := newHouse(t)
	if err := h.SetStrict(h.ctx, h.one, plan.Closed); err != nil {
		t.Fatal(err)
	}
	n, err := h.Adopt(h.ctx, h.one, OfEvent, []string{"view", "$login", "view", "mail to ann@example.org", "pay"})
	if s, e := h.Strict(h.ctx, h.one); err != nil || n != 2 || s != plan.Closed || e != nil {
		t.Errorf("took %d, %v; strict %q, %v", n, err, s, e)
	}
	b := &event.Batch{Events: []event.Event{{Name: "view"}, {Name: "other"}}}
	if h.Plan(h.one).Check(b); len(b.Events) != 1 || b.Refusals[0].Reason != event.Unplanned {
		t.Errorf("%+v", b)
	}
}

func TestRightsOfWords(t *testing.T) {
	h := newHouse(t)
	script := access.With(t.Context(), access.Identity{Kind: access.Script, Project: h.one})
	w := Word{Kind: OfEvent, Name: "a"}
	for what, err := range map[string]error{
		"save": second(h.SaveWord(script, h.one, w)), "delete": h.DeleteWord(script, h.one, OfEvent, "a"), "strict": h.SetStrict(script, h.one, plan.Count),
		"adopt": second(h.Adopt(script, h.one, OfEvent, nil)), "other": second(h.Words(script, h.other)), "other's": second(h.Strict(script, h.other)),
	} {
		if !errors.Is(err, access.ErrForbidden) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := h.SaveWord(h.ctx, 99, w); !errors.Is(err, access.ErrNotFound) {
		t.Errorf("no project: %v", err)
	}
}
