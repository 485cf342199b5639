package collect

import (
	"net/http"
	"net/netip"
	"strings"
)

// NearbyProxies are loopback and private networks: what stands before a self-hosted server unless told otherwise.
var NearbyProxies = []netip.Prefix{
	netip.MustParsePrefix("127.0.0.0/8"),
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("::1/128"),
	netip.MustParsePrefix("fc00::/7"),
}

// Proxies are the networks whose word about the client's address is taken.
type Proxies []netip.Prefix

// Address is where the request came from: the peer, or what a trusted peer says in X-Forwarded-For (its first entry, as
// the wire expects) or X-Real-IP. The zero Addr when it cannot be told. It only ever chooses a place on the map, so a
// client that lies to an honest proxy deceives nobody but itself.
func (p Proxies) Address(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	address := plain(peer.Addr())
	if !p.trust(address) {
		return address
	}
	first, _, _ := strings.Cut(r.Header.Get("X-Forwarded-For"), ",")
	for _, said := range []string{first, r.Header.Get("X-Real-IP")} {
		if a, ok := ParseAddress(said); ok {
			return a
		}
	}
	return address
}

func (p Proxies) trust(a netip.Addr) bool {
	for _, network := range p {
		if network.Contains(a) {
			return true
		}
	}
	return false
}

// ParseAddress reads an address as proxies and clients write it: with or without port, brackets or zone.
func ParseAddress(s string) (netip.Addr, bool) {
	s = strings.TrimSpace(s)
	if a, err := netip.ParseAddr(s); err == nil {
		return plain(a), true
	}
	if a, err := netip.ParseAddrPort(s); err == nil {
		return plain(a.Addr()), true
	}
	if a, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return plain(a), true
	}
	return netip.Addr{}, false
}

func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }
