package text

import (
	"regexp"
	"strings"
	"unicode"
)

// maxName bounds a name that comes from outside, in runes.
const maxName = 80

// linkLike is what mail programs make links of.
var linkLike = regexp.MustCompile(`(?i)://|\bwww\.|@|[\p{L}\p{N}-]\.\p{L}{2,}`)

// Inert is a name from outside as it may stand in a notice: one line, without anything that a program acts on. A name that looks
// like a link or an address becomes empty.
func Inert(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), r == unicode.ReplacementChar, strings.ContainsRune("<>&\"`\\{}|", r):
			return -1
		}
		return r
	}, name)
	name = strings.Join(strings.Fields(name), " ")
	if linkLike.MatchString(name) {
		return ""
	}
	if r := []rune(name); len(r) > maxName {
		name = string(r[:maxName]) + "…"
	}
	return strings.TrimLeft(name, "=+-@\t ") // what a spreadsheet takes for a formula
}
