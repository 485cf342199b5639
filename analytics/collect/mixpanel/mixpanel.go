// Package mixpanel answers unmodified Mixpanel SDKs and scripts: the ingestion paths of the wire, their encodings and
// their answers.
package mixpanel

import (
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"jejak/analytics/collect"
)

// Options of the wire. The zero value is what most installations want.
type Options struct {
	// TrustedProxies are the networks whose X-Forwarded-For is believed. Nil means loopback and private networks.
	TrustedProxies []netip.Prefix
	// StrictTokens refuses events with an unknown token instead of answering 1 as the wire does.
	StrictTokens bool
	// Redirects allows redirect=<url> after ingestion, for link tracking. It is an open redirect: off by default.
	Redirects bool
	// Bodies bounds the memory of all bodies in flight. Nil means a bound of this handler's own.
	Bodies *collect.Bodies
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	Log *slog.Logger
}

// New is the handler of all wire paths, with and without trailing slash. Anything else it answers with 404; Speaks says
// which paths are the wire's.
func New(road collect.Road, projects collect.Projects, o Options) http.Handler {
	return http.NotFoundHandler()
}

// Speaks says whether a request path belongs to the wire.
func Speaks(path string) bool {
	return strings.HasPrefix(path, "/track")
}
