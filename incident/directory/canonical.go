package directory

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// maxValue bounds what is taken for an identifier, in bytes.
const maxValue = 1024

// forms makes the forms in which identifiers are compared. One goroutine uses it; what a method returns is valid until the next
// call of the same method. ASCII costs no allocation.
type forms struct{ plain, folded, provider, user, name, word []byte }

// trim takes away what stands around an identifier without being part of it.
func trim(v []byte) []byte {
	v = bytes.TrimSpace(v)
	if len(v) > 0 && v[0] >= 0x80 {
		v = bytes.TrimSpace(bytes.TrimPrefix(v, []byte("\uFEFF")))
	}
	return v
}

func isASCII(v []byte) bool {
	for _, c := range v {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// appendLower appends v with its ASCII letters in lower case, and nothing else changed.
func appendLower(to, v []byte) []byte {
	for _, c := range v {
		if c-'A' < 26 {
			c += 'a' - 'A'
		}
		to = append(to, c)
	}
	return to
}

// split tells the local part of an address from its domain.
func split(v []byte) (local, domain []byte, ok bool) {
	at := bytes.LastIndexByte(v, '@')
	if at <= 0 || at == len(v)-1 || len(v) > 320 {
		return nil, nil, false
	}
	return v[:at], bytes.TrimSuffix(v[at+1:], []byte(".")), true
}

// appendDomain appends a domain as the DNS has it.
func appendDomain(to, domain []byte) []byte {
	if isASCII(domain) {
		return appendLower(to, domain)
	}
	if ascii, err := idna.Lookup.ToASCII(string(domain)); err == nil {
		return append(to, ascii...)
	}
	return appendLower(to, domain)
}

// address is the form in which two addresses are one mailbox for certain: only ASCII letters and the domain lose their case.
// What merely looks alike stays apart. Not ok: it is no address.
func (f *forms) address(v []byte) (form []byte, ok bool) {
	local, domain, ok := split(v)
	if !ok {
		return nil, false
	}
	f.plain = append(appendLower(f.plain[:0], local), '@')
	f.plain = appendDomain(f.plain, domain)
	return f.plain, true
}

// fold is the canonical form of an address that address made: compatibility forms (NFKC) and the case of all scripts are gone. It
// is the form itself for one in ASCII.
func (f *forms) fold(address []byte) []byte {
	if isASCII(address) {
		return address
	}
	at := bytes.LastIndexByte(address, '@')
	f.folded = f.appendFolded(f.folded[:0], address[:at])
	f.folded = append(f.folded, address[at:]...)
	return f.folded
}

// appendFolded appends NFKC in lower case. Other scripts' look-alikes stay what they are.
func (f *forms) appendFolded(to, v []byte) []byte {
	if isASCII(v) {
		return appendLower(to, v)
	}
	f.word = norm.NFKC.Append(f.word[:0], v...)
	from := len(to)
	for rest := f.word; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		to = utf8.AppendRune(to, unicode.ToLower(r))
		rest = rest[n:]
	}
	return append(to[:from], norm.NFKC.Bytes(to[from:])...) // lower case may compose anew
}

// mailbox is whose mailbox a folded address is by the rules of providers: no tag behind a plus, and no points where Gmail delivers.
func (f *forms) mailbox(folded []byte) []byte {
	at := bytes.LastIndexByte(folded, '@')
	local, domain := folded[:at], folded[at:]
	if plus := bytes.IndexByte(local, '+'); plus > 0 {
		local = local[:plus]
	}
	gmail := string(domain) == "@gmail.com" || string(domain) == "@googlemail.com"
	f.provider = f.provider[:0]
	for _, c := range local {
		if !gmail || c != '.' {
			f.provider = append(f.provider, c)
		}
	}
	if gmail {
		domain = []byte("@gmail.com")
	}
	f.provider = append(f.provider, domain...)
	return f.provider
}

// id is an identifier after case, dashes and brackets were broken on its way.
func (f *forms) id(v []byte) []byte {
	f.user = f.user[:0]
	for _, c := range v {
		switch {
		case c-'A' < 26:
			f.user = append(f.user, c+'a'-'A')
		case c == '-' || c == '_' || c == ' ' || c == '{' || c == '}' || c == '"' || c == '\'':
		default:
			f.user = append(f.user, c)
		}
	}
	return f.user
}

// words is a name or a place: canonical, with single blanks between its words.
func (f *forms) words(v []byte) []byte {
	f.name = f.appendFolded(f.name[:0], v)
	to, blank := 0, true
	for _, c := range f.name {
		space := c == ' ' || c-'\t' < 5
		if space && blank {
			continue
		}
		if blank = space; space {
			c = ' '
		}
		f.name[to] = c
		to++
	}
	return bytes.TrimSuffix(f.name[:to], []byte(" "))
}
