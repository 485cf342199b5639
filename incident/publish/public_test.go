package publish

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func (r *room) get(path string, header ...string) *httptest.ResponseRecorder {
	r.t.Helper()
	q := httptest.NewRequest("GET", path, nil)
	for i := 0; i < len(header); i += 2 {
		q.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	r.Handler().ServeHTTP(w, q)
	return w
}

func TestServed(t *testing.T) {
	r := newRoom(t)
	if w := r.get("/incident/2025-01/"); w.Code != http.StatusNotFound {
		t.Errorf("before it is published: %d", w.Code)
	}
	r.save(theDraft())
	r.publish()
	w := r.get("/incident/2025-01/")
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "329,102") {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	for name, want := range map[string]string{
		"Content-Type": "text/html; charset=utf-8", "X-Content-Type-Options": "nosniff", "Set-Cookie": "",
		"Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self' https://nusa.example; frame-ancestors 'none'",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if !strings.Contains(w.Header().Get("Cache-Control"), "public") {
		t.Error("it cannot be cached")
	}
	if again := r.get("/incident/2025-01/", "If-None-Match", w.Header().Get("ETag")); again.Code != http.StatusNotModified {
		t.Errorf("asked again: %d", again.Code)
	}
	for _, path := range []string{"none", "versions/2/index.html", "versions/01/index.html", "versions/x/", "%2e%2e/asked", "asked/", "public"} {
		if w := r.get("/incident/2025-01/" + path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if w := r.get("/.well-known/security.txt"); w.Body.String() != "# Incident 2025-01\nContact: mailto:incident@nusa.example\nExpires: 2026-02-24T00:00:00Z\nPreferred-Languages: en, id\nCanonical: https://nusa.example/.well-known/security.txt\n" {
		t.Errorf("security.txt: %s", w.Body)
	}
}

// TestChangedVersionIsNotServed: what lies on the disk is served only while it is what two people allowed.
func TestChangedVersionIsNotServed(t *testing.T) {
	r := newRoom(t)
	r.save(theDraft())
	r.publish()
	path := filepath.Join(r.dir, "incident", string(incident), "versions", "1", "index.html")
	if err := os.WriteFile(path, []byte("Call this number."), 0o600); err != nil {
		t.Fatal(err)
	}
	r.shelf.forget()
	if w := r.get("/incident/2025-01/"); w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), "Call") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
