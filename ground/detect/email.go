package detect

import "strings"

// mail looks at an @: the local part before it, the domain behind it (RFC 5321 lengths; quoted local parts are left out).
func (s *scanner) mail(at int) (next int) { return s.address(at, at+1) }

// percent looks at a percent sign: %40 is an @.
func (s *scanner) percent(i int) (next int) {
	if strings.HasPrefix(s.text[i:], "%40") {
		return s.address(i, i+3)
	}
	return i + 1
}

// address looks at an @ that stands from ≤ i < behind.
func (s *scanner) address(at, behind int) (next int) {
	from := at
	for from > 0 && is(s.text[from-1], letter|digit|mailLocal) || from > 0 && s.text[from-1] >= 0x80 {
		from--
	}
	for from < at && (s.text[from] == '.' || is(s.text[from], mailLocal) && s.text[from] != '_') {
		from++ // what separates, as in mailto=, or <'
	}
	if i := strings.LastIndexAny(s.text[from:at], "=/&?"); i >= 0 { // as in a query string
		from += i + 1
	}
	to, ok := s.domain(behind)
	if !ok || at == from || at-from > 64 || to-at > 255 || s.text[at-1] == '.' {
		return behind
	}
	s.add(Email, from, to, Sure, "address")
	return to
}

// domain reads labels with points between them; the last is letters only, at least two, and no file's ending.
func (s *scanner) domain(i int) (to int, ok bool) {
	label, labels := i, 0
	for {
		end := label
		for end < len(s.text) && (is(s.text[end], letter|digit) || s.text[end] == '-' || s.text[end] >= 0x80) {
			end++
		}
		if end == label || end-label > 63 || s.text[label] == '-' || s.text[end-1] == '-' {
			return to, ok
		}
		labels++
		if s.isTopLevel(label, end) {
			to, ok = end, labels > 1
		} else {
			ok = false
		}
		if end+1 >= len(s.text) || s.text[end] != '.' {
			return to, ok
		}
		label = end + 1
	}
}

// isTopLevel tells whether a label can be the last one of a domain.
func (s *scanner) isTopLevel(from, to int) bool {
	if to-from < 2 {
		return false
	}
	label := strings.ToLower(s.text[from:to])
	if strings.HasPrefix(label, "xn--") {
		return true
	}
	for i := range len(label) {
		if !is(label[i], letter) && label[i] < 0x80 {
			return false
		}
	}
	return !isFileEnding[label]
}

// isFileEnding: logo@2x.png is a picture.
var isFileEnding = map[string]bool{
	"png": true, "jpg": true, "jpeg": true, "gif": true, "svg": true, "webp": true, "css": true, "js": true, "map": true,
	"html": true, "json": true, "woff": true, "ico": true, "avif": true, "mjs": true, "ts": true, "tsx": true, "vue": true,
}
