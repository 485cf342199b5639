package guard

import (
	"unicode/utf8"

	"jejak/event"
)

const (
	maxNested   = 8 << 10          // bytes of canonical JSON of one list or object
	maxElements = 255              // a list has fewer elements, an object fewer keys
	maxObjects  = 3                // objects inside each other
	maxBrackets = 2*maxObjects + 1 // each object in a list, the innermost holding one
)

// nested checks the canonical JSON of a list or an object in one pass. It returns a reason, and a message with a place
// for the field's name; texts inside are not cut.
func nested(json string) (why event.Reason, message string) {
	if len(json) > maxNested {
		return event.TooLarge, "%s is invalid: lists and objects must not be larger than 8 KB"
	}
	if !utf8.ValidString(json) {
		return event.NotUTF8, "%s is invalid: string should be valid utf8"
	}
	var n nesting
	for i := 0; i < len(json); i++ {
		switch c := json[i]; c {
		case '"':
			i = closingQuote(json, i)
		case '[', '{':
			if !n.open(c == '{') {
				return event.TooDeep, "%s is invalid: objects must not nest deeper than 3 levels"
			}
		case ']', '}':
			n.shut(c == '}')
		case ',':
			if !n.another() {
				return event.TooManyProps, "%s is invalid: lists and objects must have fewer than 255 entries"
			}
		}
	}
	return "", ""
}

// nesting counts the brackets that are open, and the commas seen inside each.
type nesting struct {
	depth, objects int
	commas         [maxBrackets + 1]int
}

func (n *nesting) open(object bool) bool {
	n.depth++
	if object {
		n.objects++
	}
	if n.depth > maxBrackets || n.objects > maxObjects {
		return false
	}
	n.commas[n.depth] = 0
	return true
}

func (n *nesting) shut(object bool) {
	n.depth = max(0, n.depth-1)
	if object {
		n.objects--
	}
}

// another counts a comma: one more than commas are the elements.
func (n *nesting) another() bool {
	n.commas[n.depth]++
	return n.commas[n.depth]+1 < maxElements
}

// closingQuote is the index of the quote that ends the text beginning at i.
func closingQuote(json string, i int) int {
	for i++; i < len(json) && json[i] != '"'; i++ {
		if json[i] == '\\' {
			i++
		}
	}
	return i
}
