package collect

import (
	"net/http"
	"testing"
)

func TestAddress(t *testing.T) {
	for _, c := range []struct{ name, peer, forwarded, real, want string }{
		{"a client", "198.51.100.7:1", "", "", "198.51.100.7"},
		{"a client that pretends", "198.51.100.7:1", "203.0.113.9", "203.0.113.9", "198.51.100.7"},
		{"a proxy next door", "10.0.0.1:1", "203.0.113.9", "", "203.0.113.9"},
		{"a chain: the first entry", "127.0.0.1:1", "203.0.113.9, 10.1.1.1", "", "203.0.113.9"},
		{"X-Real-IP", "[::1]:1", "", "203.0.113.9", "203.0.113.9"},
		{"rubbish before X-Real-IP", "127.0.0.1:1", "unknown", "203.0.113.9", "203.0.113.9"},
		{"a proxy that says nothing", "192.168.1.2:1", "", "", "192.168.1.2"},
		{"a version 6 client with port", "127.0.0.1:1", "[2001:db8::1]:443", "", "2001:db8::1"},
		{"a version 6 client in brackets", "127.0.0.1:1", "[2001:db8::1]", "", "2001:db8::1"},
		{"a version 4 client with port", "127.0.0.1:1", "203.0.113.9:80", "", "203.0.113.9"},
		{"version 4 in version 6", "[::ffff:198.51.100.7]:1", "", "", "198.51.100.7"},
		{"a zone", "127.0.0.1:1", "fe80::1%eth0", "", "fe80::1"},
		{"no peer", "", "203.0.113.9", "", "invalid IP"},
	} {
		r := &http.Request{RemoteAddr: c.peer, Header: http.Header{}}
		r.Header.Set("X-Forwarded-For", c.forwarded)
		r.Header.Set("X-Real-IP", c.real)
		if got := Proxies(NearbyProxies).Address(r).String(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestAddressTrustsNobodyWithoutProxies(t *testing.T) {
	r := &http.Request{RemoteAddr: "127.0.0.1:1", Header: http.Header{"X-Forwarded-For": {"203.0.113.9"}}}
	if got := (Proxies{}).Address(r).String(); got != "127.0.0.1" {
		t.Errorf("the address is %s", got)
	}
}

func FuzzParseAddress(f *testing.F) {
	f.Add("203.0.113.9")
	f.Add("[2001:db8::1]:443")
	f.Add("::ffff:1.2.3.4%x")
	f.Fuzz(func(t *testing.T, s string) {
		if a, ok := ParseAddress(s); ok && (a.Is4In6() || a.Zone() != "" || !a.IsValid()) {
			t.Fatalf("%q becomes %s", s, a)
		}
	})
}
