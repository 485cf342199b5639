package guard

import (
	"strings"
	"unicode/utf8"
)

// maxText is the length of names and texts, in characters. The wire's documents say characters in one place and bytes
// in another; characters cut nobody's text shorter than the client's own SDK did.
const maxText = 255

// cut shortens valid UTF-8 to maxText characters, none of them halved.
func cut(s string) string {
	if len(s) <= maxText || utf8.RuneCountInString(s) <= maxText {
		return s
	}
	n := 0
	for i := range s {
		if n == maxText {
			return strings.Clone(s[:i]) // lets go of the rest
		}
		n++
	}
	return s
}
