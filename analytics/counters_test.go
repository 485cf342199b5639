package analytics

import (
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"jejak/event"
)

func TestTheLastRefusalsAreRemembered(t *testing.T) {
	r := build(&shelf{}, nil)
	if got := r.Counters(1).Recent; got == nil || len(got) != 0 {
		t.Errorf("before the first: %v", got)
	}
	for i := range 120 {
		r.Refused(1, event.Refusal{Reason: event.NotJSON, Name: strconv.Itoa(2 * i)}, event.Refusal{Reason: event.TooDeep, Field: "f", Name: strconv.Itoa(2*i + 1)})
	}
	r.Refused(2, event.Refusal{Reason: event.NotAnEvent})
	r.Refused(3)
	got := r.Counters(1).Recent
	if len(got) != 50 {
		t.Fatalf("%d are remembered, want 50", len(got))
	}
	for i, g := range got {
		if g.Name != strconv.Itoa(239-i) || g.Time != event.Millis(clock.UnixMilli()) {
			t.Errorf("place %d holds %+v", i, g)
		}
	}
	if got[0].Reason != event.TooDeep || got[0].Field != "f" || len(r.Counters(2).Recent) != 1 || len(r.Counters(3).Recent) != 0 {
		t.Errorf("remembered %+v", got[0])
	}
	if n := r.o.Store.Counters(1).Refused[event.NotJSON]; n != 120 {
		t.Errorf("%d are counted, want 120", n)
	}
}

func TestALargeRequestLeavesItsLastRefusals(t *testing.T) {
	var c recent
	many := make([]event.Refusal, 2000)
	for i := range many {
		many[i] = event.Refusal{Name: strconv.Itoa(i)}
	}
	c.add(1, 7, many)
	got := c.list(1)
	if len(got) != 50 || got[0].Name != "1999" || got[49].Name != "1950" {
		t.Errorf("%d remembered, from %s", len(got), got[0].Name)
	}
}

func TestShownNamesAreShort(t *testing.T) {
	for name, want := range map[string]string{
		"": "", "a": "a", strings.Repeat("ü", 100): strings.Repeat("ü", 64), strings.Repeat("x", 64): strings.Repeat("x", 64),
	} {
		if got := shown(name); got != want {
			t.Errorf("shown(%q) = %q", name, got)
		}
	}
	if !utf8.ValidString(shown("a\xffb")) {
		t.Error("what is shown is no text")
	}
}
