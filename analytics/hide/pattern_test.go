package hide

import (
	"regexp"
	"strings"
)

// regexpOf reads a text in which E, P and N are tokens.
func regexpOf(want string) *regexp.Regexp {
	quoted := regexp.QuoteMeta(want)
	for letter, class := range map[string]string{"E": "email", "P": "phone", "N": "name"} {
		quoted = strings.ReplaceAll(quoted, letter, `\[`+class+`:[0-9a-f]{16}\]`)
	}
	return regexp.MustCompile("^" + quoted + "$")
}
