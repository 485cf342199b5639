package guard

import (
	"strings"
	"testing"

	"jejak/event"
)

func TestNames(t *testing.T) {
	for name, want := range map[string]event.Reason{
		"a": "", "$mp_web_page_view": "", "Zusage für später": "", "a\x00b": "",
		"": event.NoName, " \t\n": event.NoName, "\u00a0": event.NoName, "a\xff": event.NotUTF8,
	} {
		if _, no := one(t, event.Track, false, func(e *event.Event) { e.Name = name }); no.Reason != want {
			t.Errorf("name %q: reason %q, want %q", name, no.Reason, want)
		}
	}
}

func TestLongNamesAreCut(t *testing.T) {
	got, _ := one(t, event.Track, false, func(e *event.Event) { e.Name = strings.Repeat("ü", 300) })
	if want := strings.Repeat("ü", 255); got.Name != want {
		t.Errorf("name of %d bytes, want %d", len(got.Name), len(want))
	}
}
