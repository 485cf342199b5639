package detect

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// byName finds what its form alone does not show: names of people, passports, passwords. The whole text is meant.
func (s *scanner) byName() {
	if len(s.found) > s.first && s.hints.has(Name) {
		return // an address or a number under the name of a person is what it is
	}
	text := strings.TrimSpace(s.text)
	switch {
	case text == "" || len(text) > 200:
	case s.hints.has(Secret) && len(text) >= 6 && !isPlaceholder(text) && !saysWhatHappened(text):
		s.add(Secret, 0, len(s.text), Likely, "name")
	case s.hints.has(Passport) && isPassport(strings.ToUpper(strings.ReplaceAll(text, " ", ""))):
		s.add(Passport, 0, len(s.text), Likely, "name")
	case s.hints.has(Name) && isPersonsName(text):
		s.add(Name, 0, len(s.text), Likely, "name")
	}
}

// isPersonsName tells whether a text can be a name: letters of any script, a few words, no digits.
func isPersonsName(text string) bool {
	if isPlaceholder(text) {
		return false
	}
	words, letters := 1, 0
	for _, r := range text {
		switch {
		case unicode.IsLetter(r) || unicode.IsMark(r):
			letters++
		case r == ' ':
			words++
		case r == '.' || r == '-' || r == '\'' || r == '’' || r == ',':
		default:
			return false
		}
	}
	one, _ := utf8.DecodeRuneInString(text)
	return words <= 8 && (letters >= 2 || unicode.Is(unicode.Han, one))
}

// saysWhatHappened: a word that tells what became of a password or a code, where its name would lead one to expect it.
func saysWhatHappened(text string) bool {
	switch strings.ToLower(text) {
	case "accepted", "cancelled", "canceled", "changed", "clicked", "confirmed", "created", "declined", "deleted", "disabled", "enabled", "expired",
		"failed", "failure", "forgotten", "generated", "granted", "incorrect", "invalid", "issued", "locked", "missing", "opened", "optional", "pending",
		"refused", "rejected", "required", "requested", "resent", "removed", "revoked", "rotated", "skipped", "submitted", "success", "succeeded",
		"timeout", "updated", "verified", "berhasil", "dibuat", "diubah", "ditolak", "kedaluwarsa", "terverifikasi":
		return true
	}
	return false
}

// isPlaceholder: what stands where nobody gave a value.
func isPlaceholder(text string) bool {
	switch strings.ToLower(text) {
	case "null", "none", "undefined", "unknown", "anonymous", "n/a", "na", "test", "guest", "true", "false", "yes", "no", "user",
		"admin", "redacted", "[redacted]", "********", "******", "(not set)", "not set":
		return true
	}
	return strings.Trim(text, "*•xX.-") == ""
}
