package vendor

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// site is 400 built pages and a server's code. One page has a forgotten tag of a vendor that was cut off, and the code a call.
func site() fstest.MapFS {
	tree := fstest.MapFS{}
	for i := range 400 {
		page := fmt.Sprintf("<!doctype html><title>Page %d</title>\n<script src=/app.js></script>\n<a href=\"https://docs.own.example.org/%d\">", i, i)
		if i == 237 {
			page += "\n<script>(function(){var s=document.createElement('script');s.src='\\/\\/cdn.mxpnl.com\\/libs\\/mixpanel-2-latest.min.js'})()</script>"
		}
		tree[fmt.Sprintf("dist/help/page-%03d.html", i)] = &fstest.MapFile{Data: []byte(page)}
	}
	tree["server/billing.go"] = &fstest.MapFile{Data: []byte("package billing\n\n// notMixpanel.com is not it, nor is mixpanel.community\nconst host = \"API-EU.mixpanel.com\"\n")}
	tree["server/hidden.js"] = &fstest.MapFile{Data: []byte("atob('aHR0cHM6Ly9hcGkubWl4cGFuZWwuY29tL3RyYWNr')")}
	return tree
}

// TestForgottenTagAndHardCodedCall: both are named, with file and line.
func TestForgottenTagAndHardCodedCall(t *testing.T) {
	h := newHouse(t)
	v := h.save(mixpanel())
	h.cut(v.ID)
	known, err := h.Known(h.lead)
	if err != nil {
		t.Fatal(err)
	}
	s, err := ScanFiles(t.Context(), site(), known)
	if err != nil {
		t.Fatal(err)
	}
	if s.Files != 402 || len(s.Unread) > 0 || !slices.Equal(s.Obscured, []string{"server/hidden.js (mixpanel.com)"}) {
		t.Errorf("%d files, unread %v, obscured %v", s.Files, s.Unread, s.Obscured)
	}
	if _, err := h.Looked(h.lead, Scan, s.Files, s.Unread, s.Sightings()); err != nil {
		t.Fatal(err)
	}
	list, err := h.Findings(h.auditor, h.clock)
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, f := range list {
		if f.Kind == CutOffButSeen && f.Vendor == v.ID {
			for _, p := range f.Places {
				named[f.Host+" "+p] = true
			}
		}
	}
	for _, want := range []string{"cdn.mxpnl.com dist/help/page-237.html:4", "api-eu.mixpanel.com server/billing.go:4", "mixpanel.com server/hidden.js:1"} {
		if !named[want] {
			t.Errorf("not named: %s; named are %v", want, named)
		}
	}
	if len(named) != 3 {
		t.Errorf("named are %v", named)
	}
}

func TestFindings(t *testing.T) {
	h := newHouse(t)
	h.save(mixpanel())
	err := h.Observe(h.lead, Crawl, []Sighting{
		{"cdn.mxpnl.com", "shop.example.org/", 1}, {"api.mixpanel.com", "shop.example.org/", 1}, {"tracker.example.net", "shop.example.org/", 2}, {"localhost", "", 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	list, err := h.Findings(h.lead, h.clock)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range list {
		got = append(got, fmt.Sprintf("%s %s %s", f.Kind, f.Host, f.Name))
	}
	want := []string{"unknown_host tracker.example.net ", "undeclared_host api.mixpanel.com Mixpanel", "declared_not_seen api-js.mixpanel.com Mixpanel"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestReadHAR(t *testing.T) {
	const har = `{"log":{"version":"1.2","creator":{"name":"entries"},"pages":[{"id":"p"}],"entries":[
		{"request":{"url":"https://shop.example.org/account?email=ani@example.com","headers":[]},"response":{"content":{"text":"secret"}}},
		{"request":{"url":"https://shop.example.org/app.js"}},{"request":{"url":"data:text/plain,x"}},
		{"request":{"url":"https://api-js.mixpanel.com/track?data=1"}}]}}`
	list, n, err := ReadHAR(strings.NewReader(har))
	if err != nil || n != 4 || !slices.Equal(list, []Sighting{{"api-js.mixpanel.com", "shop.example.org/account", 1}}) {
		t.Errorf("%v, %d, %v", list, n, err)
	}
	for _, bad := range []string{"", "{}", `{"log":{"entries":[]}}`, `{"log":{"entries":{}}}`, `{"entries":[{}]}`, `{"log":{"entries":[3]}}`, strings.Repeat("[", 100_000)} {
		if _, _, err := ReadHAR(strings.NewReader(bad)); err == nil {
			t.Errorf("%.30q was read", bad)
		}
	}
}

// TestReports: what browsers report is kept, apart from what we know ourselves; strangers can neither fill the disk nor tell what
// was taken.
func TestReports(t *testing.T) {
	h := newHouse(t)
	reports := h.Reports()
	send := func(body string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		reports.ServeHTTP(w, httptest.NewRequest(http.MethodPost, ReportsPath, strings.NewReader(body)))
		return w
	}
	good := send(`{"csp-report":{"document-uri":"https://shop.example.org/users/Siti?token=1","blocked-uri":"https://cdn.mxpnl.com/lib.js"}}`)
	send(`[{"type":"csp-violation","body":{"documentURL":"https://shop.example.org/","blockedURL":"https://cdn.mxpnl.com/x"}},{"type":"deprecation","body":{}}]`)
	bad := send(`{"csp-report":{"document-uri":"https://shop.example.org/","blocked-uri":"https://10.0.0.1/"}}`)
	huge := send(`{"csp-report":{"document-uri":"https://a.example.org/","blocked-uri":"https://b.example.net/` + strings.Repeat("x", 70<<10) + `"}}`)
	for _, a := range []*httptest.ResponseRecorder{bad, huge, send("")} {
		if a.Code != good.Code || a.Body.String() != good.Body.String() || a.Code != http.StatusNoContent {
			t.Errorf("answered %d %s", a.Code, a.Body)
		}
	}
	if err := reports.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	seen, err := h.Observed(h.lead, h.clock)
	if err != nil || len(seen) != 1 || seen[0].Source != CSP || seen[0].Times != 2 || !slices.Equal(seen[0].Places, []string{"shop.example.org/", "shop.example.org/users/Siti"}) {
		t.Errorf("%+v, %v", seen, err)
	}
	for i := range 3 * reportsAtOnce {
		send(fmt.Sprintf(`{"csp-report":{"document-uri":"https://shop.example.org/","blocked-uri":"https://t%d.example.net/"}}`, i))
	}
	if n := len(reports.queue); n > reportsAtOnce {
		t.Errorf("%d reports were taken at once", n)
	}
}
