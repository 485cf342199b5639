package scope

import (
	"strings"
	"unicode"

	"jejak/ground/detect"
)

// maxInert bounds a text of the file in a report, in characters.
const maxInert = 120

// inert makes a text that somebody else wrote harmless: no control and no direction marks, not long, what is personal in it masked.
func inert(text string) string {
	text = hideFound(strings.ToValidUTF8(text, "�"))
	var b strings.Builder
	n := 0
	for _, r := range text {
		switch {
		case n == maxInert:
			return b.String() + "…"
		case r == ' ' || unicode.IsGraphic(r) && !unicode.Is(unicode.Zs, r):
			b.WriteRune(r)
		default:
			b.WriteRune('·')
		}
		n++
	}
	return b.String()
}

// hideFound masks what the detectors find.
func hideFound(text string) string {
	found := detect.Value("", text, nil)
	if len(found) == 0 {
		return text
	}
	var b strings.Builder
	at := 0
	for _, f := range found {
		b.WriteString(text[at:f.From])
		b.WriteString(f.Evidence(text))
		at = f.To
	}
	return b.String() + text[at:]
}

// masked is a value of a column with all letters and digits hidden but the first and the last.
func masked(text string) string {
	r := []rune(inertOnly(text))
	for i, c := range r {
		inside := i > 0 && i < len(r)-1 || len(r) < 6
		if inside && (unicode.IsLetter(c) || unicode.IsDigit(c)) {
			r[i] = '*'
		}
	}
	return string(r)
}

// inertOnly is inert for a text that is no value: a form, or the domain of addresses.
func inertOnly(text string) string {
	n := 0
	return strings.Map(func(r rune) rune {
		if n++; n > 40 {
			return -1
		}
		if r != ' ' && !unicode.IsGraphic(r) {
			return '·'
		}
		return r
	}, strings.ToValidUTF8(text, "�"))
}
