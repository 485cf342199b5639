package verify

import (
	"strings"
	"unicode/utf8"
)

// Mask is a mailbox as strangers may see it: its last letter, and the ends of its domain, as in …n@e…e.com. Who knows the mailbox
// recognises it, and nobody else can tell it from it.
func Mask(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 1 || at == len(address)-1 {
		return "…"
	}
	last, _ := utf8.DecodeLastRuneInString(address[:at])
	name, rest := address[at+1:], ""
	if dot := strings.LastIndexByte(name, '.'); dot > 0 {
		name, rest = name[:dot], name[dot:]
	}
	first, _ := utf8.DecodeRuneInString(name)
	end, _ := utf8.DecodeLastRuneInString(name)
	return "…" + string(last) + "@" + string(first) + "…" + string(end) + rest
}
