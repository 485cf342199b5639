package show

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

var script = strings.Repeat("export const a = 1;\n", 100)

func pagesForTest() http.Handler {
	return secured(newPages(fstest.MapFS{
		"index.html":      {Data: []byte("<!doctype html><title>x</title>")},
		"assets/a-123.js": {Data: []byte(script)},
		"mark.svg":        {Data: []byte("<svg/>")},
		".gitkeep":        {},
	}))
}

func visitPage(method, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	pagesForTest().ServeHTTP(w, r)
	return w
}

func TestPages(t *testing.T) {
	for _, c := range []struct {
		method, path string
		status       int
		kind, cache  string
	}{
		{"GET", "/", 200, "text/html; charset=utf-8", "no-cache"},
		{"GET", "/projects/3/insights", 200, "text/html; charset=utf-8", "no-cache"},
		{"HEAD", "/setup", 200, "text/html; charset=utf-8", "no-cache"},
		{"GET", "/assets/a-123.js", 200, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"},
		{"GET", "/mark.svg", 200, "image/svg+xml", "no-cache"},
		{"GET", "/assets/old-1.js", 404, "application/problem+json", ""},
		{"GET", "/assets/none", 404, "application/problem+json", ""},
		{"GET", "/robots.txt", 404, "application/problem+json", ""},
		{"GET", "/.gitkeep", 404, "application/problem+json", ""},
		{"GET", "/../../etc/passwd", 200, "text/html; charset=utf-8", "no-cache"}, // a view, never a file
		{"POST", "/", 405, "application/problem+json", ""},
	} {
		w := visitPage(c.method, c.path)
		h := w.Header()
		if w.Code != c.status || h.Get("Content-Type") != c.kind || h.Get("Cache-Control") != c.cache {
			t.Errorf("%s %s: %d %q %q", c.method, c.path, w.Code, h.Get("Content-Type"), h.Get("Cache-Control"))
		}
		if h.Get("Content-Security-Policy") == "" || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s %s has not the headers every answer has", c.method, c.path)
		}
	}
}

func TestPagesArePacked(t *testing.T) {
	w := visitPage("GET", "/assets/a-123.js", "Accept-Encoding", "br, gzip")
	if w.Header().Get("Content-Encoding") != "gzip" || w.Body.Len() >= len(script) {
		t.Fatalf("not packed: %v, %d bytes", w.Header(), w.Body.Len())
	}
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(z); err != nil || string(got) != script {
		t.Errorf("the packed script is another one: %v", err)
	}
	if w := visitPage("GET", "/assets/a-123.js"); w.Body.String() != script || w.Header().Get("Content-Encoding") != "" {
		t.Error("who does not take gzip got it")
	}
}

func TestPagesAreNotSentTwice(t *testing.T) {
	tag := visitPage("GET", "/").Header().Get("ETag")
	if w := visitPage("GET", "/", "If-None-Match", tag); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("asking again with %s: %d", tag, w.Code)
	}
}

// TestPolicyAllowsNoInlineScript: names and properties come from strangers.
func TestPolicyAllowsNoInlineScript(t *testing.T) {
	for _, rule := range strings.Split(contentPolicy, "; ") {
		if strings.HasPrefix(rule, "script-src") && rule != "script-src 'self'" {
			t.Errorf("scripts: %s", rule)
		}
		if strings.Contains(rule, "unsafe") && !strings.HasPrefix(rule, "style-src-attr ") {
			t.Errorf("unsafe: %s", rule)
		}
	}
}
