package access

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// cleanLine is a name as it is kept: without space around it, one line, 1 to max characters.
func cleanLine(field, s string, max int) (string, error) {
	s = strings.TrimSpace(s)
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		return "", &Invalid{field, "too_short", "this must not be empty"}
	case n > max:
		return "", &Invalid{field, "too_long", fmt.Sprintf("at most %d characters", max)}
	case !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl):
		return "", &Invalid{field, "malformed", "letters, digits and signs only"}
	}
	return s, nil
}

// cleanLogin is a login as it is kept and compared: capitals make no difference.
func cleanLogin(login string) (string, error) {
	login, err := cleanLine("login", login, 200)
	return strings.ToLower(login), err
}
