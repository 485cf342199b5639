package where

import "strings"

// Replace writes an expression with other expressions in the place of some properties, each in brackets. The text is the
// one that Parse read.
func (e *Expression) Replace(text string, by func(property string) (expression string, replaced bool)) string {
	r := &replacement{chars: []rune(text), by: by}
	r.walk(e.Root)
	r.out.WriteString(string(r.chars[r.at:]))
	return r.out.String()
}

type replacement struct {
	chars []rune
	at    int // what stands before it is written
	out   strings.Builder
	by    func(string) (string, bool)
}

// walk meets the nodes in the order of the text.
func (r *replacement) walk(n *Node) {
	if n.Op == Property {
		if expression, replaced := r.by(n.Text); replaced {
			r.out.WriteString(string(r.chars[r.at:n.first]) + "(" + expression + ")")
			r.at = n.last
		}
	}
	if n.Op == Group {
		return // the key is the name of a property, never one that is computed
	}
	for _, a := range n.Args {
		r.walk(a)
	}
}
