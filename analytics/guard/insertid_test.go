package guard

import (
	"strings"
	"testing"

	"jejak/event"
)

func TestStrictInsertIDs(t *testing.T) {
	for id, want := range map[string]event.Reason{
		"a": "", "5d0bf4b2-6f1e-4b6c-9f1c-0e1f3a0c1d2e": "", strings.Repeat("Z", 36): "",
		"":                      event.NoInsertID,
		strings.Repeat("a", 37): event.BadInsertID, "a_b": event.BadInsertID, "ä": event.BadInsertID, "a b": event.BadInsertID,
		"null": event.BadInsertID, "N/A": event.BadInsertID, "0": event.BadInsertID,
	} {
		_, no := one(t, event.Import, true, func(e *event.Event) { e.InsertID = id })
		if no.Reason != want || want != "" && no.InsertID != id {
			t.Errorf("%q: reason %q of id %q, want %q", id, no.Reason, no.InsertID, want)
		}
	}
}

func TestElsewhereInsertIDsKeepTheirSense(t *testing.T) {
	kept := func(id string) string {
		got, no := one(t, event.Track, false, func(e *event.Event) { e.InsertID = id })
		if no.Reason != "" {
			t.Errorf("%q is refused: %q", id, no.Reason)
		}
		return got.InsertID
	}
	for id, want := range map[string]string{"": "", "undefined": "", "k3j2h1g0f9e8d7c6": "k3j2h1g0f9e8d7c6"} {
		if got := kept(id); got != want {
			t.Errorf("%q is kept as %q, want %q", id, got, want)
		}
	}
	one, same, other := kept("ann@example.org 1"), kept("ann@example.org 1"), kept("ann@example.org 2")
	if one != same || one == other || !insertIDShape(one) || strings.Contains(one, "ann") {
		t.Errorf("ids of another shape are kept as %q, %q, %q", one, same, other)
	}
}
