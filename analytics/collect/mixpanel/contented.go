package mixpanel

import (
	"io"
	"net/http"
	"strings"

	"jejak/analytics/collect"
)

// The paths here content the SDKs: flags, remote settings, replays and lookup tables are not offered yet, and what is
// answered says so in a way the SDKs take well. Sections 1.9 to 1.13 of the wire.

func (*door) flags(w http.ResponseWriter, r *http.Request) {
	collect.WriteJSON(w, http.StatusOK, map[string]any{"flags": struct{}{}})
}

func (*door) flagDefinitions(w http.ResponseWriter, r *http.Request) {
	collect.WriteJSON(w, http.StatusOK, map[string]any{"flags": []string{}})
}

func (*door) firstTimeEvent(w http.ResponseWriter, r *http.Request) {
	if discard(w, r) {
		collect.WriteJSON(w, http.StatusOK, map[string]any{"status": "OK"})
	}
}

// settings turns session recording off, as recordings are not kept.
func (*door) settings(w http.ResponseWriter, r *http.Request) {
	config := map[string]any{"record_sessions_percent": 0}
	collect.WriteJSON(w, http.StatusOK, map[string]any{"sdk_config": map[string]any{"config": config}})
}

// record takes a replay's chunk and forgets it; any other answer would make the recorder send it again.
func (*door) record(w http.ResponseWriter, r *http.Request) {
	if discard(w, r) {
		collect.WriteJSON(w, http.StatusOK, verdict{Status: 1})
	}
}

func (*door) decide(w http.ResponseWriter, r *http.Request) {
	none := []string{}
	collect.WriteJSON(w, http.StatusOK, map[string]any{"notifications": none, "event_bindings": none, "variants": none,
		"automatic_events": false, "surveys": none, "integrations": none})
}

// lookupTables lists them: there are none.
func (*door) lookupTables(w http.ResponseWriter, r *http.Request) {
	collect.WriteJSON(w, http.StatusOK, map[string]any{"code": http.StatusOK, "status": "OK", "results": []string{}})
}

func (*door) lookupTable(w http.ResponseWriter, r *http.Request) {
	id := strings.TrimPrefix(strings.TrimSuffix(r.URL.Path, "/"), "/lookup-tables/")
	problem{http.StatusNotFound, "Lookup table with id '" + id + "' was not found."}.write(w)
}

// noLibrary: the SDK comes from its own package or CDN; the console's pages must not be taken for it.
func (*door) noLibrary(w http.ResponseWriter, r *http.Request) {
	problem{http.StatusNotFound, "the library is not served here"}.write(w)
}

// discard reads a body that nobody needs. When it is too long the answer is given and it returns false.
func discard(w http.ResponseWriter, r *http.Request) bool {
	if r.ContentLength <= largestBody {
		if _, err := io.Copy(io.Discard, http.MaxBytesReader(w, r.Body, largestBody)); err == nil {
			return true
		}
	}
	problem{http.StatusRequestEntityTooLarge, "request exceeds max limit of 10485760 bytes"}.write(w)
	return false
}
