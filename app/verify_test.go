package app

import (
	"net/http"
	"strings"
	"testing"
)

// TestNoticePageIsPublic: anybody checks a notice, without a session and without leaving one; no code is known and none is kept.
func TestNoticePageIsPublic(t *testing.T) {
	h := newHouse(t)
	if a := h.ask("GET", "/notice", ""); a.status != http.StatusOK || !strings.Contains(a.body, "Is this notice from us?") {
		t.Fatalf("%d %s", a.status, a.body)
	}
	a := h.ask("POST", "/notice", "lang=id&code=D00G-3HKX-YF9D-V0Y0", "Content-Type", "application/x-www-form-urlencoded", "X-Forwarded-For", "203.0.113.77")
	if a.status != http.StatusNotFound || !strings.Contains(a.body, "Tidak ada pemberitahuan kami") {
		t.Errorf("%d %s", a.status, a.body)
	}
	h.nowhere("203.0.113", "3HKX-YF9D")
}
