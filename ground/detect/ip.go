package detect

import (
	"net/netip"
	"strings"
)

// dotted looks at a number with a point behind it: an IPv4 address that can be somebody's. Versions (1.2.3.4 under another
// name) are left alone: an address needs a name that says so, or a first part that versions do not reach.
func (s *scanner) dotted(i int) (next int, ok bool) {
	to := i
	for to < len(s.text) && (is(s.text[to], digit) || s.text[to] == '.') && to-i < 16 {
		to++
	}
	text := strings.TrimRight(s.text[i:to], ".")
	to = i + len(text)
	if strings.Count(text, ".") != 3 || !s.atWordEnd(to) || to < len(s.text) && s.text[to] == '-' || i > 0 && (s.text[i-1] == '.' || s.text[i-1] == '-') {
		return i, false
	}
	a, err := netip.ParseAddr(text)
	if err != nil || !a.Is4() || !isSomebodys(a) {
		return i, false
	}
	first := a.As4()[0]
	if !s.hints.has(IP) && (first < 23 || s.versionBefore(i)) {
		return i, false
	}
	s.add(IP, i, to, s.confidence(IP), "v4")
	return to, true
}

// versionBefore tells whether the text says that a version comes, as in Chrome/120.0.6099.71 or v100.1.2.3.
func (s *scanner) versionBefore(i int) bool {
	before := strings.ToLower(strings.TrimRight(s.text[max(0, i-12):i], " =:\"'"))
	return i > 0 && (s.text[i-1] == '/' && !strings.HasSuffix(s.text[:i], "//") || s.text[i-1] == 'v' || s.text[i-1] == 'V') ||
		strings.HasSuffix(before, "version") || strings.HasSuffix(before, "ver") || strings.HasSuffix(before, "build") || s.hints.version
}

// isSomebodys leaves out addresses that stand for no machine of a person.
func isSomebodys(a netip.Addr) bool {
	return !a.IsUnspecified() && !a.IsLoopback() && !a.IsMulticast() && a != netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

// hexAddress looks at a colon or hex digits for an IPv6 address. i is where a group begins, or the first colon.
func (s *scanner) hexAddress(i int) (next int) {
	from := i
	for from > 0 && (is(s.text[from-1], hex) || s.text[from-1] == ':') && i-from < 40 {
		from--
	}
	to := i
	colons := 0
	for to < len(s.text) && (is(s.text[to], hex) || s.text[to] == ':' || s.text[to] == '.') && to-from < 46 {
		if s.text[to] == ':' {
			colons++
		}
		to++
	}
	if colons < 2 || !s.atWordStart(from) || !s.atWordEnd(to) {
		return i
	}
	text := strings.TrimRight(s.text[from:to], ".")
	text = strings.TrimSuffix(text, ":")
	a, err := netip.ParseAddr(text)
	if err != nil || !a.Is6() || !isSomebodys(a) || len(text) < 6 {
		return i
	}
	s.add(IP, from, from+len(text), Sure, "v6")
	return from + len(text)
}
