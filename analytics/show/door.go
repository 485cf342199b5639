package show

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"jejak/ground/access"
)

// doorOf is where a request came from, and through. A browser names its origin with every request that changes
// something, and forgeryProof has seen to it that it is ours.
func doorOf(r *http.Request) access.Door {
	origin := r.Header.Get("Origin")
	if origin == "" {
		origin = schemeOf(r) + "://" + r.Host
	}
	return access.Door{Address: ClientOf(r), Origin: origin}
}

func schemeOf(r *http.Request) string {
	if r.TLS != nil {
		return "https"
	}
	return "http"
}

// ClientOf is the address whose attempts are counted: the nearest that is not one of our own proxies. Addresses that a
// client wrote itself stand farther away and are not believed.
func ClientOf(r *http.Request) netip.Addr {
	end, _ := netip.ParseAddrPort(r.RemoteAddr)
	nearest := end.Addr().Unmap()
	for _, said := range slices.Backward(strings.Split(r.Header.Get("X-Forwarded-For"), ",")) {
		if !isNear(nearest) {
			break
		}
		next, err := netip.ParseAddr(strings.TrimSpace(said))
		if err != nil {
			break
		}
		nearest = next.Unmap()
	}
	return nearest
}

// isNear: a proxy on this machine or in the same private network.
func isNear(a netip.Addr) bool { return a.IsLoopback() || a.IsPrivate() }
