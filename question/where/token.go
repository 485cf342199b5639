package where

import (
	"math"
	"strconv"
	"strings"
	"unicode"
)

// token is a word of the text.
type token struct {
	kind   tokenKind
	text   string // a symbol as it stands, a name as it stands, the content of a text
	number float64
	first  int // character it begins at, from 0
	last   int // the one after its end
}

type tokenKind uint8

const (
	atEnd tokenKind = iota
	symbol
	name
	text
	number
)

func (t token) column() int { return t.first + 1 }

// is tells whether the token is the symbol.
func (t token) is(s string) bool { return t.kind == symbol && t.text == s }

// isWord tells whether the token is the keyword, in any case.
func (t token) isWord(word string) bool { return t.kind == name && strings.EqualFold(t.text, word) }

// String is the token as a message shows it.
func (t token) String() string {
	switch t.kind {
	case atEnd:
		return "the end"
	case text:
		return "a text"
	case number:
		return "a number"
	}
	return t.text
}

// split divides a text into tokens, the last of them the end.
func split(chars []rune) (tokens []token, err error) {
	for at := 0; ; {
		for at < len(chars) && unicode.IsSpace(chars[at]) {
			at++
		}
		t := token{first: at, last: at}
		if at < len(chars) {
			if t, err = next(chars, at); err != nil {
				return nil, err
			}
		}
		tokens = append(tokens, t)
		if t.kind == atEnd {
			return tokens, nil
		}
		at = t.last
	}
}

func next(chars []rune, at int) (token, error) {
	switch c := chars[at]; {
	case c == '"' || c == '\'':
		return readText(chars, at)
	case isDigit(c) || c == '.' && at+1 < len(chars) && isDigit(chars[at+1]):
		return readNumber(chars, at)
	case isLetter(c):
		end := at
		for end < len(chars) && (isLetter(chars[end]) || isDigit(chars[end])) {
			end++
		}
		return token{kind: name, text: string(chars[at:end]), first: at, last: end}, nil
	}
	return readSymbol(chars, at)
}

func isDigit(c rune) bool { return c >= '0' && c <= '9' }

func isLetter(c rune) bool { return c == '_' || unicode.IsLetter(c) }

// symbols are the longer ones first.
var symbols = []string{"==", "!=", ">=", "<=", "=", ">", "<", "+", "-", "*", "/", "%", "(", ")", "[", "]", ","}

func readSymbol(chars []rune, at int) (token, error) {
	ahead := string(chars[at:min(at+2, len(chars))])
	for _, s := range symbols {
		if strings.HasPrefix(ahead, s) {
			return token{kind: symbol, text: s, first: at, last: at + len(s)}, nil
		}
	}
	return token{}, fault(at+1, "%q has no meaning here", chars[at])
}

// readText reads a text in quotes of either kind. A backslash takes the meaning from a quote or a backslash; before
// anything else it stands for itself.
func readText(chars []rune, at int) (token, error) {
	var content strings.Builder
	for i := at + 1; i < len(chars); i++ {
		switch c := chars[i]; {
		case c == chars[at]:
			return token{kind: text, text: content.String(), first: at, last: i + 1}, nil
		case c == '\\' && i+1 < len(chars) && strings.ContainsRune(`\"'`, chars[i+1]):
			i++
			content.WriteRune(chars[i])
		default:
			content.WriteRune(c)
		}
	}
	return token{}, fault(at+1, "this text has no end: %c is expected", chars[at])
}

func readNumber(chars []rune, at int) (token, error) {
	end := at
	digits := func() bool {
		start := end
		for end < len(chars) && isDigit(chars[end]) {
			end++
		}
		return end > start
	}
	digits()
	if end < len(chars) && chars[end] == '.' {
		end++
		if !digits() {
			return token{}, fault(end+1, "a digit is expected")
		}
	}
	if end < len(chars) && (chars[end] == 'e' || chars[end] == 'E') {
		end++
		if end < len(chars) && (chars[end] == '+' || chars[end] == '-') {
			end++
		}
		if !digits() {
			return token{}, fault(end+1, "a digit is expected")
		}
	}
	f, err := strconv.ParseFloat(string(chars[at:end]), 64)
	if err != nil || math.IsInf(f, 0) {
		return token{}, fault(at+1, "this number is out of range")
	}
	return token{kind: number, number: f, first: at, last: end}, nil
}
