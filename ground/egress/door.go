package egress

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync/atomic"
	"time"

	"code.dny.dev/ssrf"
)

// door is the transport of the client.
type door struct {
	gate    Gate
	resolve Resolver
	dial    func(ctx context.Context, network, address string) (net.Conn, error)
	guard   *ssrf.Guardian
	next    http.RoundTripper
}

// RoundTrip implements http.RoundTripper: the client calls it for each hop.
func (d *door) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := d.admit(r); err != nil {
		if r.Body != nil {
			_ = r.Body.Close() // what a RoundTripper must do
		}
		return nil, err
	}
	return d.next.RoundTrip(r)
}

func (d *door) admit(r *http.Request) error {
	if r.URL.Scheme != "https" && r.URL.Scheme != "http" {
		return refused("only http and https lead out")
	}
	if r.URL.User != nil {
		return refused("the address holds a name or a password")
	}
	host, err := Host(r.URL.Hostname())
	if err != nil {
		return err
	}
	if r.Host != "" && r.Host != r.URL.Host { // another name for the server inside than for the network outside
		return refused("it asks one host for another")
	}
	return d.gate.Begin(r.Context(), host)
}

// connect resolves a name, looks at every address and connects to the first that answers. The address that is dialled is the one
// that was looked at.
func (d *door) connect(ctx context.Context, network, address string) (net.Conn, error) {
	name, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, refused("it has no port")
	}
	host, err := Host(name)
	if err != nil {
		return nil, err
	}
	if err := d.admitAlias(ctx, host); err != nil {
		return nil, err
	}
	addresses, err := d.resolve.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, fmt.Errorf("cannot resolve %s: %w", host, err)
	}
	if len(addresses) == 0 {
		return nil, fmt.Errorf("cannot resolve %s: it has no address", host)
	}
	for i, a := range addresses {
		if addresses[i] = a.Unmap(); !d.isPublic(addresses[i], port) {
			return nil, refused(host + " resolves to an address that is not on the public internet, or the port is neither 80 nor 443")
		}
	}
	return d.first(ctx, network, host, port, addresses)
}

// admitAlias asks the gate for the name that a host is an alias of, too: a cut-off vendor may be behind a name of somebody else's.
func (d *door) admitAlias(ctx context.Context, host string) error {
	if err := d.gate.Pass(ctx, host); err != nil {
		return err
	}
	alias, err := d.resolve.LookupCNAME(ctx, host)
	if err != nil {
		return fmt.Errorf("cannot resolve %s: %w", host, err)
	}
	if alias, err = Host(alias); err != nil {
		return err
	}
	return d.gate.Pass(ctx, alias)
}

func (d *door) isPublic(a netip.Addr, port string) bool {
	at, err := netip.ParseAddrPort(net.JoinHostPort(a.String(), port))
	return err == nil && a.Zone() == "" && d.guard.SafeAddrPort(at) == nil
}

func (d *door) first(ctx context.Context, network, host, port string, addresses []netip.Addr) (c net.Conn, err error) {
	for _, a := range addresses {
		if c, err = d.dial(ctx, network, net.JoinHostPort(a.String(), port)); err == nil {
			return &counted{Conn: c, gate: d.gate, host: host}, nil
		}
	}
	return nil, fmt.Errorf("cannot connect to %s: %w", host, err)
}

// counted is a connection that asks before every write, so that one which was open when a vendor is cut off carries nothing more.
type counted struct {
	net.Conn
	gate    Gate
	host    string
	pending atomic.Int64 // bytes not yet told to the gate
}

// passPatience is how long a write waits for the gate's answer.
const passPatience = 5 * time.Second

// tellEach is how many bytes are told at once.
const tellEach = 1 << 20

func (c *counted) Write(b []byte) (int, error) {
	ctx, cancel := context.WithTimeout(context.Background(), passPatience)
	defer cancel()
	if err := c.gate.Pass(ctx, c.host); err != nil {
		_ = c.Close() // nothing more goes there
		return 0, err
	}
	n, err := c.Conn.Write(b)
	if c.pending.Add(int64(n)) >= tellEach {
		c.tell()
	}
	return n, err
}

func (c *counted) Close() error {
	c.tell()
	return c.Conn.Close()
}

func (c *counted) tell() {
	if n := c.pending.Swap(0); n > 0 {
		c.gate.Sent(c.host, n)
	}
}
