package verify

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"jejak/exposure"
)

func TestCodeIsBoundToIncidentVersionMailboxAndKey(t *testing.T) {
	codes, to := NewCodes(blinder("key")), Mailbox{7}
	c := codes.Of("2026-01", 1, to)
	if c != codes.Of("2026-01", 1, to) {
		t.Error("the same notice has two codes")
	}
	for what, other := range map[string]Code{
		"incident": codes.Of("2026-02", 1, to), "long way off": codes.Of("2042-01", 1, to), "version": codes.Of("2026-01", 2, to),
		"mailbox": codes.Of("2026-01", 1, Mailbox{8}), "key": NewCodes(blinder("other")).Of("2026-01", 1, to),
	} {
		if other == c {
			t.Errorf("another %s has the same code", what)
		}
	}
	if !codes.isOf(c, "2026-01", 1, to) || codes.isOf(c, "2026-01", 2, to) {
		t.Error("codes are not told apart")
	}
}

// TestCodeFormat holds what docs/format/notice-code.md draws.
func TestCodeFormat(t *testing.T) {
	for incident, want := range map[exposure.IncidentID]string{"2026-01": "D00", "2025-1023": "CZZ", "2031-99": "FHH"} {
		c := NewCodes(blinder("key")).Of(incident, 1, Mailbox{})
		if text := c.String(); len(text) != 19 || !strings.HasPrefix(text, want) {
			t.Errorf("the code of %s is %s, and should begin with %s", incident, text, want)
		}
	}
}

func TestCodeIsReadForgivingly(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		var c Code
		for i := range c {
			c[i] = byte(r.Uint32())
		}
		text := c.String()
		for _, typed := range []string{
			text, strings.ToLower(text), strings.ReplaceAll(text, "-", ""), " " + strings.ReplaceAll(text, "-", " ") + "\n",
			strings.ReplaceAll(text, "0", "o"), strings.ReplaceAll(text, "0", "O"), strings.ReplaceAll(text, "1", "l"),
			strings.ReplaceAll(text, "1", "I"), strings.ReplaceAll(text, "-", "–"), text + "\u200e",
		} {
			if got, err := ParseCode(typed); err != nil || got != c {
				t.Fatalf("%q was read as %v, %v; want %v", typed, got, err, c)
			}
		}
	}
	for _, bad := range []string{"", "0000-0000-0000-000", "0000-0000-0000-00000", "0000-0000-0000-000U", "0000-0000-0000-000é", "0000.0000.0000.0000", strings.Repeat(" ", 300)} {
		if _, err := ParseCode(bad); !errors.Is(err, ErrCode) {
			t.Errorf("%q was read: %v", bad, err)
		}
	}
}
