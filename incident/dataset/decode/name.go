package decode

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// numbered is the name of the column at a place when it has none.
func numbered(place int) string { return "column " + strconv.Itoa(place+1) }

// printable makes a name from outside one that can be shown: valid UTF-8, no control or direction characters, not long.
func printable(s string) string {
	if !utf8.ValidString(s) {
		s = string(fromWindows1252([]byte(s)))
	}
	if len(s) > maxName {
		s = strings.ToValidUTF8(s[:maxName], "")
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' {
			return '\uFFFD'
		}
		return r
	}, s)
}

// wholeRunes cuts off the beginning of a character at the end.
func wholeRunes(text []byte) []byte {
	for i := 1; i <= min(utf8.UTFMax, len(text)); i++ {
		if last := text[len(text)-i:]; utf8.RuneStart(last[0]) {
			if !utf8.FullRune(last) {
				return text[:len(text)-i]
			}
			break
		}
	}
	return text
}

// high are the characters of Windows-1252 from 0x80 to 0x9f; the five that it leaves open stay what they are in Latin-1.
var high = [32]rune{
	0x20ac, 0x81, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d, 0x017d, 0x8f,
	0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d, 0x017e, 0x0178,
}

// fromWindows1252 is how text is read that is not UTF-8. Latin-1 is the same where it has printable characters.
func fromWindows1252(text []byte) []byte {
	out := make([]byte, 0, len(text)+len(text)/4)
	for _, c := range text {
		switch {
		case c < 0x80:
			out = append(out, c)
		case c < 0xa0:
			out = utf8.AppendRune(out, high[c-0x80])
		default:
			out = utf8.AppendRune(out, rune(c))
		}
	}
	return out
}
