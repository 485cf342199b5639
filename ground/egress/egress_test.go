package egress_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"

	"jejak/ground/egress"
)

// gate is a Gate that remembers.
type gate struct {
	mu    sync.Mutex
	cut   map[string]bool
	begun []string
	sent  map[string]int64
}

var errCut = errors.New("cut off")

func (g *gate) Begin(ctx context.Context, host string) error {
	g.mu.Lock()
	g.begun = append(g.begun, host)
	g.mu.Unlock()
	return g.Pass(ctx, host)
}

func (g *gate) Pass(_ context.Context, host string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.cut[egress.Domain(host)] {
		return errCut
	}
	return nil
}

func (g *gate) Sent(host string, n int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sent[host] += n
}

// names is a Resolver.
type names struct {
	addresses map[string][]string
	aliases   map[string]string
}

func (n names) LookupNetIP(_ context.Context, _, host string) (out []netip.Addr, err error) {
	for _, a := range n.addresses[host] {
		out = append(out, netip.MustParseAddr(a))
	}
	if out == nil {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return out, nil
}

func (n names) LookupCNAME(_ context.Context, host string) (string, error) {
	if a, ok := n.aliases[host]; ok {
		return a, nil
	}
	return host + ".", nil
}

// world is a client in front of one public server, good.example.com, and a list of what was dialled.
type world struct {
	*http.Client
	gate   *gate
	names  names
	mu     sync.Mutex
	dialed []string
}

const public = "93.184.216.34"

func newWorld(t *testing.T, serve http.HandlerFunc) *world {
	server := httptest.NewServer(serve)
	t.Cleanup(server.Close)
	w := &world{gate: &gate{cut: map[string]bool{}, sent: map[string]int64{}}}
	w.names = names{map[string][]string{"good.example.com": {public}}, map[string]string{}}
	w.Client = egress.New(egress.Options{Gate: w.gate, Resolve: w.names, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		w.mu.Lock()
		w.dialed = append(w.dialed, address)
		w.mu.Unlock()
		return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
	}})
	t.Cleanup(w.CloseIdleConnections)
	return w
}

func (w *world) get(t *testing.T, address string) error {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		return err // no request at all
	}
	a, err := w.Do(r)
	if err == nil {
		_ = a.Body.Close()
	}
	return err
}

// inside are addresses that are not on the public internet.
var inside = []string{
	"0.0.0.0", "0.0.0.1", "10.0.0.1", "10.255.255.255", "100.64.0.1", "127.0.0.1", "127.0.0.2", "127.255.255.254", "169.254.169.254",
	"169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "192.168.255.255",
	"198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
	"::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
	"64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "2002:a9fe:a9fe::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254",
	"fe80::1", "fec0::1", "ff02::1", "ff0e::1",
}

// vectors are addresses that must not be reached, by what is tried.
func vectors(w *world) (out []string) {
	for i, a := range inside {
		ip := netip.MustParseAddr(a)
		literal := a
		if ip.Is6() {
			literal = "[" + a + "]"
		}
		name := fmt.Sprintf("rebound-%d.example.net", i)
		mixed := fmt.Sprintf("mixed-%d.example.net", i)
		w.names.addresses[name], w.names.addresses[mixed] = []string{a}, []string{public, a}
		hop := "http://good.example.com/?to=" + base64.RawURLEncoding.EncodeToString([]byte("http://"+name+"/"))
		literalHop := "http://good.example.com/?to=" + base64.RawURLEncoding.EncodeToString([]byte("http://"+literal+"/"))
		out = append(out, "http://"+literal+"/", "https://"+literal+":443/", "http://"+name+"/", "http://"+mixed+"/", hop, literalHop)
	}
	for _, host := range []string{
		"0", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0x7f.0.0.1", "017700000001", "0177.0.0.1", "127.0.0.1.", "1.0x7f", "0xa9fea9fe",
		"2852039166", "localhost", "LOCALHOST", "localhost.", "a.localhost", "metadata.google.internal", "metadata", "printer.local", "router.lan", "x.test",
		"x.invalid", "home.arpa", "x.onion", "[fe80::1%25eth0]", "[::ffff:7f00:1]", "①②⑦.⓪.⓪.①", "１２７.0.0.1", "127。0。0。1", "a..b", "-", "_",
		"good.example.com:22", "good.example.com:8080", "good.example.com:6379", "good.example.com:0", "good.example.com:99999",
		"user@good.example.com", "user:pass@good.example.com", "good.example.com%00.evil.com", strings.Repeat("a.", 200) + "com",
	} {
		out = append(out, "http://"+host+"/")
	}
	for _, scheme := range []string{"file", "gopher", "ftp", "dict", "ldap", "ws", "unix", "data", "jar"} {
		out = append(out, scheme+"://good.example.com/etc/passwd")
	}
	return out
}

// TestNoneOfTheVectorsConnects is abuse test 8: addresses inside, in every notation, by name, by a name that changes, by redirect.
func TestNoneOfTheVectorsConnects(t *testing.T) {
	w := newWorld(t, func(a http.ResponseWriter, r *http.Request) {
		to, _ := base64.RawURLEncoding.DecodeString(r.URL.Query().Get("to"))
		http.Redirect(a, r, string(to), http.StatusFound)
	})
	all := vectors(w)
	if len(all) < 300 {
		t.Fatalf("%d vectors", len(all))
	}
	for _, v := range all {
		if err := w.get(t, v); err == nil {
			t.Errorf("%s was answered", v)
		}
	}
	for _, address := range w.dialed {
		if address != public+":80" {
			t.Errorf("a connection was made to %s", address)
		}
	}
	t.Logf("%d vectors, %d connections to the public server", len(all), len(w.dialed))
}

func TestANameThatChangesItsAddress(t *testing.T) {
	w := newWorld(t, func(a http.ResponseWriter, _ *http.Request) { a.Header().Set("Connection", "close") })
	if err := w.get(t, "http://good.example.com/"); err != nil {
		t.Fatal(err)
	}
	w.names.addresses["good.example.com"] = []string{"169.254.169.254"}
	if err := w.get(t, "http://good.example.com/"); !errors.Is(err, egress.ErrRefused) {
		t.Errorf("the second visit: %v", err)
	}
}

// TestCutOff is the door's part of abuse test 20: a cut-off vendor is not reached by any of its names, by an alias, by a redirect
// or over a connection that is still open.
func TestCutOff(t *testing.T) {
	w := newWorld(t, func(a http.ResponseWriter, r *http.Request) {
		if to := r.URL.Query().Get("to"); to != "" {
			http.Redirect(a, r, to, http.StatusFound)
		}
	})
	for _, h := range []string{"api.vendor.co.id", "eu.vendor.co.id", "metrics.own.example.com"} {
		w.names.addresses[h] = []string{public}
	}
	w.names.aliases["metrics.own.example.com"] = "collect.vendor.co.id."
	if err := w.get(t, "http://api.vendor.co.id/"); err != nil {
		t.Fatal(err)
	}
	w.gate.cut["vendor.co.id"] = true
	dialed := len(w.dialed)
	for _, address := range []string{
		"http://api.vendor.co.id/", "http://API.Vendor.co.id./", "https://eu.vendor.co.id/", "http://metrics.own.example.com/",
	} {
		if err := w.get(t, address); !errors.Is(err, errCut) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if len(w.dialed) != dialed {
		t.Errorf("connections were made: %v", w.dialed[dialed:])
	}
	if err := w.get(t, "http://good.example.com/?to="+url.QueryEscape("http://api.vendor.co.id/")); !errors.Is(err, errCut) {
		t.Errorf("by redirect: %v", err)
	}
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://good.example.com/", nil)
	r.Host = "api.vendor.co.id"
	if _, err := w.Do(r); !errors.Is(err, egress.ErrRefused) {
		t.Errorf("by another Host: %v", err)
	}
}

// cutWhileRead is a body that cuts the vendor off after its first half.
type cutWhileRead struct {
	gate  *gate
	reads int
}

func (b *cutWhileRead) Read(p []byte) (int, error) {
	if b.reads++; b.reads == 20 {
		b.gate.mu.Lock()
		b.gate.cut["vendor.co.id"] = true
		b.gate.mu.Unlock()
	}
	return len(p), nil // it never ends
}

func TestAnOpenRequestEndsAtTheCut(t *testing.T) {
	w := newWorld(t, func(_ http.ResponseWriter, r *http.Request) {
		buf := make([]byte, 1<<16)
		for {
			if _, err := r.Body.Read(buf); err != nil {
				return
			}
		}
	})
	w.names.addresses["api.vendor.co.id"] = []string{public}
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://api.vendor.co.id/", &cutWhileRead{gate: w.gate})
	if _, err := w.Do(r); !errors.Is(err, errCut) {
		t.Errorf("the request ended with %v", err)
	}
	if w.gate.sent["api.vendor.co.id"] == 0 {
		t.Error("what had gone out before was not counted")
	}
}

func TestDomain(t *testing.T) {
	for host, want := range map[string]string{
		"api.mixpanel.com": "mixpanel.com", "a.b.example.co.id": "example.co.id", "jejak.github.io": "jejak.github.io", "co.id": "co.id",
	} {
		if got := egress.Domain(host); got != want {
			t.Errorf("%s is of %s", host, got)
		}
	}
}
