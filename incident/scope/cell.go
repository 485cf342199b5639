package scope

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
	"unsafe"

	"jejak/exposure"
	"jejak/ground/detect"
)

// eye looks at cells. One goroutine uses it.
type eye struct {
	found []detect.Finding
	hits  []hit
	mails []byte // the addresses that were found, one behind the other
	room  int    // bytes that may still be looked at below coats
	cut   bool   // there were more
}

// hit is something that stands in a cell.
type hit struct {
	class    detect.Class
	rule     string
	sure     detect.Confidence
	from, to int // of mails, for an address
}

// Limits of what is looked at below a value: coats of encoding, and bytes for each byte of it. A value that has more is told apart: then
// nothing is certified to be absent.
const (
	maxLayers = 3
	maxBelow  = 8
	minBelow  = 4 << 10
)

// look finds what stands in a cell, also where it is percent-encoded, escaped, in base64 or broken over lines. What it returns is
// valid until the next look.
func (e *eye) look(under detect.Named, text []byte) []hit {
	e.hits, e.mails = e.hits[:0], e.mails[:0]
	e.room, e.cut = minBelow+maxBelow*len(text), false
	e.layer(under, text, 0)
	return e.hits
}

// see is look for a column. Under a name that says number, what is one without the name is noted as possible: the column decides.
func (e *eye) see(by *role, text []byte) []hit {
	e.look(by.hints, text)
	if !by.hints.Numeric() || len(text) < 9 {
		return e.hits
	}
	n := len(e.hits)
	e.layer(detect.Named{}, text, 0)
	for i := n; i < len(e.hits); i++ {
		e.hits[i].sure = detect.Possible
	}
	seen := e.hits[:n]
	e.hits = slices.DeleteFunc(e.hits, func(h hit) bool {
		return h.sure == detect.Possible && slices.ContainsFunc(seen, func(x hit) bool { return x.class == h.class && x.rule == h.rule })
	})
	return e.hits
}

func (e *eye) layer(under detect.Named, text []byte, depth int) {
	if e.room -= len(text); e.room < 0 {
		e.cut = true
		return
	}
	s := asString(text)
	e.found = under.Value(s, e.found[:0])
	for _, f := range e.found {
		h := hit{class: f.Class, rule: f.Rule, sure: f.Confidence}
		if f.Class == detect.Email {
			h.from = len(e.mails)
			e.mails = append(e.mails, strings.Replace(s[f.From:f.To], "%40", "@", 1)...)
			h.to = len(e.mails)
		}
		e.hits = append(e.hits, h)
	}
	if depth < maxLayers {
		e.peel(under, text, depth+1)
	}
}

// peel looks below each coat that the text has.
func (e *eye) peel(under detect.Named, text []byte, depth int) {
	if plain, is := unpercent(text, false); is {
		e.layer(under, plain, depth)
	}
	if bytes.IndexByte(text, '=') >= 0 && bytes.IndexByte(text, '+') >= 0 {
		plain, _ := unpercent(text, true)
		e.layer(under, plain, depth)
	}
	if plain, is := unescape(text); is {
		e.layer(under, plain, depth)
	}
	if plain, is := unbreak(text); is {
		e.layer(under, plain, depth)
	}
	e.base64(text, depth)
}

// asString is the text without a copy: it is not kept.
func asString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func nibble(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|32 >= 'a' && c|32 <= 'f':
		return int(c|32-'a') + 10
	}
	return -1
}

// unpercent takes percent-encoding off; in forms also the plus signs that stand for blanks.
func unpercent(text []byte, form bool) (plain []byte, is bool) {
	if bytes.IndexByte(text, '%') < 0 && !form {
		return nil, false
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '%' && i+2 < len(text) {
			if high, low := nibble(text[i+1]), nibble(text[i+2]); high >= 0 && low >= 0 {
				c, is = byte(high<<4|low), true
				i += 2
			}
		} else if c == '+' && form {
			c = ' '
		}
		plain = append(plain, c)
	}
	return plain, is
}

// unescape takes the escapes of JSON off.
func unescape(text []byte) (plain []byte, is bool) {
	if bytes.IndexByte(text, '\\') < 0 {
		return nil, false
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c != '\\' || i+1 == len(text) {
			plain = append(plain, c)
			continue
		}
		is = true
		i++
		switch text[i] {
		case 'n', 'r', 't', 'b', 'f':
			plain = append(plain, '\n')
		case 'u':
			var r rune
			n := 0
			for ; n < 4 && i+1+n < len(text) && nibble(text[i+1+n]) >= 0; n++ {
				r = r<<4 | rune(nibble(text[i+1+n]))
			}
			i += n
			plain = utf8.AppendRune(plain, r)
		default:
			plain = append(plain, text[i])
		}
	}
	return plain, is
}

// unbreak joins lines, as mails break them.
func unbreak(text []byte) (plain []byte, is bool) {
	if bytes.IndexByte(text, '\n') < 0 {
		return nil, false
	}
	plain = bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("=\r\n"), nil), []byte("=\n"), nil)
	plain = bytes.ReplaceAll(bytes.ReplaceAll(plain, []byte("\r"), nil), []byte("\n"), nil)
	return plain, true
}

// shortestCode is how long a run of base64 is at least that is looked into: shorter ones hold no value that a detector knows.
const shortestCode = 16

// base64 looks into runs that are base64 of text.
func (e *eye) base64(text []byte, depth int) {
	for from := 0; len(text)-from >= shortestCode; {
		to := from
		for to < len(text) && inBase64[text[to]] {
			to++
		}
		if to-from >= shortestCode {
			if plain, is := unbase64(text[from:to]); is {
				e.layer(detect.Named{}, plain, depth)
			}
		}
		from = to + 1
	}
}

var inBase64 = func() (t [256]bool) {
	for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_" {
		t[c] = true
	}
	return t
}()

// unbase64 decodes a run, in either alphabet, when text comes of it.
func unbase64(run []byte) (plain []byte, is bool) {
	code := base64.RawStdEncoding
	if bytes.ContainsAny(run, "-_") {
		code = base64.RawURLEncoding
	}
	if len(run)%4 == 1 {
		return nil, false
	}
	var head [12]byte
	if n, err := code.Decode(head[:], run[:shortestCode]); err != nil || !isText(head[:n-3]) {
		return nil, false
	}
	plain = make([]byte, code.DecodedLen(len(run)))
	n, err := code.Decode(plain, run)
	return plain[:n], err == nil && isText(plain[:n])
}

func isText(b []byte) bool {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 || !unicode.IsPrint(r) && r != '\n' && r != '\r' && r != '\t' {
			return false
		}
		b = b[n:]
	}
	return true
}

// isBlank tells whether a cell says that there is no value.
func isBlank(text []byte) bool {
	text = bytes.TrimSpace(text)
	if len(text) > 12 {
		return false
	}
	var low [12]byte
	n := copy(low[:], text)
	for i, c := range low[:n] {
		if c >= 'A' && c <= 'Z' {
			low[i] = c + 32
		}
	}
	switch string(low[:n]) {
	case "", "null", "none", "undefined", "nan", "n/a", "-", "unknown", "(none)", "(not set)", "$direct", `\n`:
		return true
	}
	return false
}

// isIdentifier tells whether a value may be one by its look alone: a number, or a word, is too often something else.
func isIdentifier(text []byte) bool {
	if len(text) < 8 || len(text) > 128 {
		return false
	}
	digits, letters := 0, 0
	for _, c := range text {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c|32 >= 'a' && c|32 <= 'z':
			letters++
		case c <= ' ' || c >= 0x7f || c == '/' || c == ':' || c == ',':
			return false
		}
	}
	return digits > 0 && letters > 0
}

// classOfHit is what a likely finding makes of its cell; 0 when it is not likely, or nobody's.
func classOfHit(h hit, by role) classes {
	if h.sure < detect.Likely {
		return 0
	}
	c := detected[h.class]
	if h.class == detect.Secret && by.class == bitOf[exposure.Password] {
		return bitOf[exposure.Password]
	}
	return c
}
