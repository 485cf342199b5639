package vendor

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func (h *house) silence(id ID) (s Statement) {
	h.t.Helper()
	signed, err := h.Silence(h.lead, id, DefaultSilence, h.vault.Log())
	if err != nil {
		h.t.Fatal(err)
	}
	if err := json.Unmarshal(signed.Statement, &s); err != nil {
		h.t.Fatal(err)
	}
	if !strings.Contains(string(signed.Entry), signed.SHA256) {
		h.t.Error("the audit log has another hash")
	}
	if len(signed.Proof) == 0 && signed.Index > 0 || signed.Checkpoint == "" {
		h.t.Error("no proof")
	}
	return s
}

// watch lets a server run for some hours.
func (h *house) watch(hours int) {
	h.t.Helper()
	for range hours * 12 {
		h.clock = h.clock.Add(5 * time.Minute)
		if err := h.Watch(h.t.Context()); err != nil {
			h.t.Fatal(err)
		}
	}
}

// TestSilence: three quiet days that were looked at are silent; what was not looked at is a gap; and a byte or a tag breaks it.
func TestSilence(t *testing.T) {
	h := newHouse(t)
	v := h.save(mixpanel())
	if err := h.Gate().Begin(t.Context(), "api-js.mixpanel.com"); err != nil {
		t.Fatal(err)
	}
	if err := h.Watch(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.cut(v.ID)
	h.Gate().Sent("api-js.mixpanel.com", 500) // of a connection that was open: written before
	_ = h.Gate().Begin(t.Context(), "api-js.mixpanel.com")
	if s := h.silence(v.ID); s.Verdict != NotProven || s.Sent != (Sent{Refused: 1, Late: 500}) {
		t.Errorf("at once: %+v", s)
	}
	h.watch(72)
	if s := h.silence(v.ID); s.Verdict != NotProven || len(s.Gaps) != 2 {
		t.Errorf("nobody looked: %q", s.Gaps)
	}
	for _, source := range []Source{Scan, Crawl} {
		if _, err := h.Looked(h.lead, source, 400, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	if s := h.silence(v.ID); s.Verdict != Silent || len(s.Gaps) > 0 || s.Sent.Requests != 0 || s.Sent.Bytes != 0 {
		t.Errorf("silent: %+v", s)
	}
	if err := h.Observe(h.lead, CSP, []Sighting{{"cdn.mxpnl.com", "shop.example.org/old", 3}}); err != nil {
		t.Fatal(err)
	}
	if s := h.silence(v.ID); s.Verdict != NotProven || len(s.Reports) != 1 || s.Reports[0].Times != 3 {
		t.Errorf("browsers report: %+v", s)
	}
	if _, err := h.Looked(h.lead, Crawl, 1, []string{"shop.example.org/gone"}, []Sighting{{"cdn.mxpnl.com", "shop.example.org/", 1}}); err != nil {
		t.Fatal(err)
	}
	if s := h.silence(v.ID); s.Verdict != NotSilent || len(s.Seen) != 1 {
		t.Errorf("a tag: %+v", s)
	}
}

func TestGapsOfTheWatch(t *testing.T) {
	h := newHouse(t)
	v := h.save(mixpanel())
	h.cut(v.ID)
	h.watch(40)
	h.clock = h.clock.Add(8 * time.Hour) // no server runs
	h.watch(40)
	found := 0
	for _, g := range h.silence(v.ID).Gaps {
		if strings.HasPrefix(g, "no server ran from 2026-11-27T01:00:00Z to 2026-11-27T09:05:00Z") {
			found++
		}
	}
	if found != 1 {
		t.Errorf("%q", h.silence(v.ID).Gaps)
	}
}
