package show

import "net/http"

// contentPolicy lets a page load what this server gives it and nothing else. Scripts and styles are files; only style
// attributes, which the console's components set, may stand in the markup.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; " +
	"img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// secured puts the headers on every answer that keep other sites out of ours.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		next.ServeHTTP(w, r)
	})
}

// marker is the header that a foreign page cannot send without asking first.
const marker = "X-Jejak"

// forgeryProof refuses what a foreign page makes a signed-in browser send.
func (s *server) forgeryProof(next http.Handler) http.Handler {
	origins := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if origins.Check(r) != nil || changes(r) && cookieOf(r) != "" && r.Header.Get(marker) == "" {
			writeProblem(w, &Problem{
				Status: http.StatusForbidden,
				Detail: "a change with a session's cookie must come from the console itself",
				Hint:   "scripts use a service account (Basic) and send no cookie",
			})
			return
		}
		next.ServeHTTP(w, r)
	})
}

func changes(r *http.Request) bool {
	return r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodOptions
}
