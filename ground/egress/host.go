package egress

import (
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// Host is a host name in the one form in which it is compared: ASCII, lower case, without the dot at its end. ErrRefused for what is
// no name on the public internet: an IP address in any notation, a name of one label, a reserved ending.
func Host(name string) (string, error) {
	host := strings.TrimSuffix(name, ".")
	host, err := idna.Lookup.ToASCII(host)
	if err != nil || host == "" || len(host) > 253 {
		return "", refused("it is no host name")
	}
	host = strings.ToLower(host)
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil || endsInNumber(host) {
		return "", refused("it is an IP address; a name is needed")
	}
	if !strings.Contains(host, ".") || hasReservedEnding(host) {
		return "", refused("it is no name on the public internet")
	}
	return host, nil
}

// endsInNumber: what ends so is an IPv4 address to the WHATWG URL standard, and to resolvers: 127.1, 0x7f.1, 2130706433.
func endsInNumber(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	if last == "" {
		return true
	}
	if digits, hex := strings.CutPrefix(last, "0x"); hex {
		return strings.Trim(digits, "0123456789abcdef") == ""
	}
	return strings.Trim(last, "0123456789") == ""
}

// reserved are endings that never are on the public internet (RFC 6761, 6762, 8375, 9476 and ICANN's .internal).
var reserved = []string{"localhost", "local", "internal", "invalid", "test", "home.arpa", "alt", "onion", "lan", "localdomain"}

func hasReservedEnding(host string) bool {
	for _, r := range reserved {
		if host == r || strings.HasSuffix(host, "."+r) {
			return true
		}
	}
	return false
}

// Domain is the registrable domain of a host that Host has returned: what one party has registered, such as example.co.id. A host
// that is a public suffix itself is its own.
func Domain(host string) string {
	if d, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return d
	}
	return host
}
