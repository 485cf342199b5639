package app

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"jejak/ground/access"
	"jejak/incident/vendor"
)

// TestKillSwitchByAPI: a lead asks, an approver allows, the lead does it; the client for requests that leave then refuses, the public
// page says so, and events still come in.
func TestKillSwitchByAPI(t *testing.T) {
	h := newHouse(t)
	lead, second := h.member("lead", 0, access.IncidentLead), h.member("second", 0, access.Approver)
	h.as(lead)
	a := h.browse("POST", "/api/v1/vendors", `{"name":"<b>Mixpanel","purpose":"Analytics","public":true,"contact":"Siti <siti@vendor.example>","services":[{"name":"events","flows":[
		{"classes":["user.contact.email"],"direction":"to","hosts":["api.mixpanel.com"],"basis":"contract","retention_days":30}]}]}`)
	a.want(t, http.StatusOK)
	h.browse("POST", "/api/v1/vendors/1/cut", `{}`).want(t, http.StatusConflict)
	waiting, err := h.ground.approve.List(access.With(t.Context(), lead.who), 0)
	if err != nil || len(waiting) != 1 {
		t.Fatalf("%v, %v", waiting, err)
	}
	if _, err := h.ground.approve.Grant(access.With(t.Context(), second.who), 0, waiting[0].ID, waiting[0].Hash); err != nil {
		t.Fatal(err)
	}
	h.browse("POST", "/api/v1/vendors/1/cut", `{}`).want(t, http.StatusOK)
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://api.mixpanel.com/track", strings.NewReader("x"))
	if answer, err := h.vendors.outward().Do(r); !errors.Is(err, vendor.ErrCutOff) {
		if err == nil {
			_, _ = io.Copy(io.Discard, answer.Body)
			_ = answer.Body.Close()
		}
		t.Errorf("a request left: %v", err)
	}
	page := h.ask("GET", "/subprocessors", "")
	if !strings.Contains(page.body, "&lt;b&gt;Mixpanel (cut off") || strings.Contains(page.body, "<b>") {
		t.Errorf("the page is %s", page.body)
	}
	h.ask("GET", "/subprocessors/feed.json", "").want(t, http.StatusOK)
	h.ask("POST", "/csp-report", `{"csp-report":{"document-uri":"https://shop.example.org/","blocked-uri":"https://cdn.mixpanel.com/"}}`).want(t, http.StatusNoContent)
	h.track("after the cut", "{}")
	h.nowhere("Siti <siti", "siti@vendor.example")
}
