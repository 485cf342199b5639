// Package native is Jejak's own door for events: POST /api/v1/events.
package native

import (
	"net/http"
	"net/netip"
	"time"

	"jejak/analytics/collect"
)

// Options of the door. The zero value is what most installations want.
type Options struct {
	// TrustedProxies are the networks whose X-Forwarded-For is believed. Nil means loopback and private networks.
	TrustedProxies []netip.Prefix
	// Bodies bounds the memory of all bodies in flight. Nil means a bound of this handler's own.
	Bodies *collect.Bodies
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// New is the handler of POST /api/v1/events.
func New(road collect.Road, projects collect.Projects, o Options) http.Handler {
	return http.NotFoundHandler()
}
