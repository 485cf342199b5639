// Package egress is the one door through which requests leave the product: to hosts on the public internet only, checked on the
// resolved address at every hop, and never to a host whose vendor was cut off.
package egress

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"time"

	"code.dny.dev/ssrf"
)

// ErrRefused: the door does not open for this. What wraps it says why, and never holds a URL: those carry secrets.
var ErrRefused = errors.New("nothing may be sent there")

// Gate knows who was cut off, and counts.
type Gate interface {
	// Begin counts a request to a host. It MUST NOT return nil before the count is durable, and MUST return an error for a host that
	// was cut off, by whichever process.
	Begin(ctx context.Context, host string) error
	// Pass is asked before every write. It MUST return an error once the host was cut off, by whichever process, and when it cannot
	// be told.
	Pass(ctx context.Context, host string) error
	// Sent adds bytes that went to a host, TLS and headers included.
	Sent(host string, bytes int64)
}

// Resolver is what the door needs of net.Resolver.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
	LookupCNAME(ctx context.Context, host string) (string, error)
}

// Options of a client. Gate is required.
type Options struct {
	Gate    Gate
	Resolve Resolver // nil: net.DefaultResolver
	// Dial connects to an address that was found good; nil: a net.Dialer that looks at the address once more.
	Dial    func(ctx context.Context, network, address string) (net.Conn, error)
	Timeout time.Duration // of a request with its answer; 0: 30 seconds
}

// maxHops is how often an answer may send a request elsewhere.
const maxHops = 5

// New makes the client. It takes no proxy from the environment: a proxy would look names up unseen.
func New(o Options) *http.Client {
	guard := ssrf.New() // ports 80 and 443, the public internet only
	if o.Resolve == nil {
		o.Resolve = net.DefaultResolver
	}
	if o.Dial == nil {
		o.Dial = (&net.Dialer{Timeout: 10 * time.Second, Control: guard.Safe}).DialContext
	}
	if o.Timeout == 0 {
		o.Timeout = 30 * time.Second
	}
	d := &door{gate: o.Gate, resolve: o.Resolve, dial: o.Dial, guard: guard}
	d.next = &http.Transport{
		DialContext: d.connect, ForceAttemptHTTP2: true, TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: o.Timeout,
		MaxIdleConns: 20, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 64 << 10,
	}
	return &http.Client{Transport: d, CheckRedirect: redirect, Timeout: o.Timeout}
}

// redirect follows few, and none from https to http.
func redirect(r *http.Request, via []*http.Request) error {
	if len(via) > maxHops {
		return refused("too many redirects")
	}
	if via[len(via)-1].URL.Scheme == "https" && r.URL.Scheme != "https" {
		return refused("a redirect leads from https to http")
	}
	return nil
}

func refused(why string) error { return fmt.Errorf("%w: %s", ErrRefused, why) }
