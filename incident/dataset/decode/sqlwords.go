package decode

import (
	"bytes"
	"strings"
)

// sqlWords reads the beginning of a statement: names and lists of names.
type sqlWords struct {
	text []byte
	at   int
}

func (p *sqlWords) space() {
	for p.at < len(p.text) && (p.text[p.at] == ' ' || p.text[p.at] == '\n' || p.text[p.at] == '\r' || p.text[p.at] == '\t') {
		p.at++
	}
}

func (p *sqlWords) skipWords(n int) {
	for range n {
		p.word()
	}
}

// word is the next letters and digits.
func (p *sqlWords) word() string {
	p.space()
	from := p.at
	for p.at < len(p.text) && isNameByte(p.text[p.at]) {
		p.at++
	}
	return string(p.text[from:p.at])
}

// is tells whether a word comes next.
func (p *sqlWords) is(word string) bool {
	at := p.at
	got := p.word()
	p.at = at
	return strings.EqualFold(got, word)
}

func isNameByte(c byte) bool {
	return c == '_' || c == '$' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
}

// identifier is a name, with or without quotes; empty when none comes next.
func (p *sqlWords) identifier() (name string, quoted bool) {
	p.space()
	if p.at >= len(p.text) {
		return "", false
	}
	quote := p.text[p.at]
	if quote == '[' {
		quote = ']'
	}
	if quote != '"' && quote != '`' && quote != ']' {
		return p.word(), false
	}
	end := bytes.IndexByte(p.text[p.at+1:], quote)
	if end < 0 {
		p.at = len(p.text)
		return "", false
	}
	name = string(p.text[p.at+1 : p.at+1+end])
	p.at += end + 2
	return name, true
}

// name is a table's name; the default schema is left out.
func (p *sqlWords) name() string {
	name, _ := p.identifier()
	for p.at < len(p.text) && p.text[p.at] == '.' {
		p.at++
		last, _ := p.identifier()
		if name == "public" {
			name = last
		} else {
			name += "." + last
		}
	}
	return name
}

// open moves behind an opening bracket, when one comes next.
func (p *sqlWords) open() bool {
	p.space()
	if p.at < len(p.text) && p.text[p.at] == '(' {
		p.at++
		return true
	}
	return false
}

// names are a list of names in brackets; nil when there is none, or it is not one.
func (p *sqlWords) names() (list []string) {
	at := p.at
	if !p.open() {
		return nil
	}
	for {
		name, _ := p.identifier()
		p.space()
		if name == "" || p.at >= len(p.text) {
			p.at = at
			return nil
		}
		list = append(list, name)
		p.at++
		switch p.text[p.at-1] {
		case ',':
		case ')':
			return list
		default:
			p.at = at
			return nil
		}
	}
}

// nextEntry moves behind the next comma that stands in no brackets or quotes; false when the list is over.
func (p *sqlWords) nextEntry() bool {
	depth := 0
	for ; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; {
		case c == '\'' || c == '"' || c == '`':
			end := bytes.IndexByte(p.text[p.at+1:], c)
			if end < 0 {
				return false
			}
			p.at += end + 1
		case c == '(':
			depth++
		case c == ')' && depth == 0:
			return false
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			p.at++
			return true
		}
	}
	return false
}
