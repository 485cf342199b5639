// Package mixpanel answers unmodified Mixpanel SDKs and scripts: the ingestion paths of the wire, their encodings and
// their answers.
package mixpanel

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"jejak/analytics/collect"
	"jejak/event"
)

// Options of the wire. The zero value is what most installations want.
type Options struct {
	// TrustedProxies are the networks whose X-Forwarded-For is believed. Nil means collect.NearbyProxies.
	TrustedProxies []netip.Prefix
	// StrictTokens refuses records with an unknown token instead of answering 1 as the wire does.
	StrictTokens bool
	// Redirects allows redirect=<url> after ingestion, for link tracking. It is an open redirect: off by default.
	Redirects bool
	// Bodies bounds the memory of all bodies in flight; share it among the doors. Nil means collect.DefaultBudget for
	// this door alone.
	Bodies *collect.Bodies
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// largestBody is the wire's limit for /import, decompressed; it serves the other paths as well.
const largestBody = 10 << 20

// door is the handler of all wire paths.
type door struct {
	Options
	road     collect.Road
	projects collect.Projects
	proxies  collect.Proxies
}

// New is the handler of all wire paths, with and without trailing slash. Speaks says which these are; anything else is
// answered with 404.
func New(road collect.Road, projects collect.Projects, o Options) http.Handler {
	if o.TrustedProxies == nil {
		o.TrustedProxies = collect.NearbyProxies
	}
	if o.Bodies == nil {
		o.Bodies = collect.NewBodies(collect.DefaultBudget)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &door{Options: o, road: road, projects: projects, proxies: o.TrustedProxies}
}

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	allowOrigin(w, r)
	to, known := routes[routeOf(r.URL.Path)]
	switch {
	case !known:
		problem{http.StatusNotFound, "no such path"}.write(w)
	case r.Method == http.MethodOptions:
		preflight(w, r, to.methods)
	case !slices.Contains(to.methods, r.Method):
		w.Header().Set("Allow", strings.Join(to.methods, ", "))
		problem{http.StatusMethodNotAllowed, "method not allowed"}.write(w)
	default:
		to.answer(d, w, r)
	}
}

func (d *door) received() event.Millis { return event.Millis(d.Now().UnixMilli()) }
