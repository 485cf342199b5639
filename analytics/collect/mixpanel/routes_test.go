package mixpanel

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestRoutes(t *testing.T) {
	for path, want := range map[string]bool{
		"/track": true, "/track/": true, "/engage": true, "/engage/": true, "/groups/": true, "/import": true, "/import/": true,
		"/engage#profile-set": true, "/groups/#group-set": true,
		"/flags": true, "/flags/": true, "/flags/definitions": true, "/flags/definitions/": true,
		"/flags/abc/first-time-events": true, "/flags/abc/first-time-events/": true,
		"/settings/": true, "/record/": true, "/decide": true, "/decide/": true,
		"/lookup-tables": true, "/lookup-tables/": true, "/lookup-tables/abc": true,
		"/lib.min.js": true, "/lib.js": true,
		"/": false, "": false, "/tracking": false, "/api/query/engage": false, "/api/v1/events": false, "/flags/abc": false,
		"/index.html": false, "/lookup-tables/*": true,
	} {
		if Speaks(path) != want {
			t.Errorf("Speaks(%q) is %v", path, !want)
		}
	}
}

func TestNoRedirects(t *testing.T) {
	for _, path := range []string{"/track", "/track/", "/engage", "/engage/", "/groups", "/groups/", "/import", "/import/", "/record", "/record/"} {
		if w := newRig(Options{}).do("POST", path, ""); w.Code >= 300 && w.Code < 400 {
			t.Errorf("%s redirects: %d", path, w.Code)
		}
	}
}

func TestUnknownPathsAndMethods(t *testing.T) {
	r := newRig(Options{})
	for _, c := range []struct {
		method, path string
		code         int
	}{
		{"GET", "/", 404}, {"POST", "/tracking", 404}, {"GET", "/lib.min.js", 404}, {"GET", "/lib.js", 404},
		{"PUT", "/track", 405}, {"DELETE", "/import", 405}, {"POST", "/flags", 405}, {"GET", "/record", 405}, {"T", "/track", 405},
	} {
		w := r.do(c.method, c.path, "")
		if w.Code != c.code || w.Header().Get("Content-Type") != "application/json" || c.code == 405 && w.Header().Get("Allow") == "" {
			t.Errorf("%s %s: %d %v %s", c.method, c.path, w.Code, w.Header(), w.Body)
		}
	}
}

// TestContented: what is not offered yet is answered in a way the SDKs take well.
func TestContented(t *testing.T) {
	for _, c := range []struct {
		method, target, want string
		code                 int
	}{
		{"GET", "/flags?token=tok", `{"flags":{}}`, 200},
		{"GET", "/flags/definitions?token=tok", `{"flags":[]}`, 200},
		{"POST", "/flags/f1/first-time-events?mp_lib=web", `{"status":"OK"}`, 200},
		{"GET", "/settings/?sdk_config=1", `{"sdk_config":{"config":{"record_sessions_percent":0}}}`, 200},
		{"POST", "/record/?seq=0&format=body", `{"error":null,"status":1}`, 200},
		{"GET", "/decide?version=1&token=tok", `{"automatic_events":false,"event_bindings":[],"integrations":[],"notifications":[],"surveys":[],"variants":[]}`, 200},
		{"GET", "/lookup-tables?project_id=1", `{"code":200,"results":[],"status":"OK"}`, 200},
		{"PUT", "/lookup-tables/t%22/", `{"code":404,"error":"Lookup table with id 't\"' was not found.","status":"Not Found"}`, 404},
	} {
		w := newRig(Options{}).do(c.method, c.target, "{}")
		wantAnswer(t, w, c.code, c.want)
		if !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s is no JSON", w.Body)
		}
	}
}

func TestCORSOnEveryAnswer(t *testing.T) {
	r := newRig(Options{})
	for _, c := range []struct{ method, target, body string }{
		{"POST", "/track", oneEvent}, {"POST", "/track", ""}, {"POST", "/import", oneEvent}, {"GET", "/flags", ""},
		{"POST", "/record", ""}, {"PUT", "/track", ""}, {"OPTIONS", "/engage/", ""}, {"GET", "/lib.js", ""},
	} {
		h := r.do(c.method, c.target, c.body, "Origin", "null").Header()
		if h.Get("Access-Control-Allow-Origin") != "null" || h.Get("Access-Control-Allow-Credentials") != "true" ||
			!strings.Contains(h.Get("Access-Control-Expose-Headers"), "Retry-After") {
			t.Errorf("%s %s: %v", c.method, c.target, h)
		}
		if h = r.do(c.method, c.target, c.body).Header(); h.Get("Access-Control-Allow-Origin") != "" || h.Get("Vary") == "" {
			t.Errorf("%s %s without an origin: %v", c.method, c.target, h)
		}
	}
}
