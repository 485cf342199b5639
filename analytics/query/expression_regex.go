package query

import (
	"strings"

	"jejak/event"
	"jejak/question/where"
)

// regexStep is a function with a regular expression. Matching takes time linear in the text and in the expression.
func regexStep(n *where.Node, args []step) step {
	f := map[where.Op]func(*where.Node) func(*evaluation, []term) term{
		where.RegexMatch: regexMatch, where.RegexExtract: regexExtract, where.RegexReplace: regexReplace,
	}[n.Op](n)
	return gathered(args, func(r *evaluation, args []term) term {
		if args[0].kind != event.String || !r.spend(len(args[0].text)*n.Weight/16) {
			return term{}
		}
		return f(r, args)
	})
}

func regexMatch(n *where.Node) func(*evaluation, []term) term {
	return func(_ *evaluation, args []term) term { return booleanTerm(n.Regexp.MatchString(args[0].text)) }
}

// regexExtract is the first match, or what its group of a number matched.
func regexExtract(n *where.Node) func(*evaluation, []term) term {
	return func(_ *evaluation, args []term) term {
		group := 0
		if len(args) == 2 {
			var whole bool
			if group, whole = count(args[1]); !whole || group > n.Regexp.NumSubexp() {
				return term{}
			}
		}
		at := n.Regexp.FindStringSubmatchIndex(args[0].text)
		if at == nil || at[2*group] < 0 {
			return term{}
		}
		return textTerm(args[0].text[at[2*group]:at[2*group+1]])
	}
}

// regexReplace puts the replacement in the place of each match.
func regexReplace(n *where.Node) func(*evaluation, []term) term {
	template := templateOf(n.Args[1].Text)
	return func(r *evaluation, args []term) term {
		s := args[0].text
		var out []byte
		end := 0
		for _, at := range n.Regexp.FindAllStringSubmatchIndex(s, -1) {
			out = append(out, s[end:at[0]]...)
			out = n.Regexp.ExpandString(out, template, s, at)
			end = at[1]
			if len(out) > where.MaxWork { // its size would be too much work
				r.spend(len(out))
				return term{}
			}
		}
		return textTerm(string(append(out, s[end:]...)))
	}
}

// templateOf turns $1 into what ExpandString takes for group 1 whatever follows. ${12}, ${name} and $$ stay; any other
// dollar stands for itself.
func templateOf(replacement string) string {
	var out strings.Builder
	for i := 0; i < len(replacement); i++ {
		rest := replacement[i:]
		switch {
		case rest[0] != '$':
			out.WriteByte(rest[0])
		case strings.HasPrefix(rest, "$$"):
			out.WriteString("$$")
			i++
		case len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9':
			out.WriteString("${" + rest[1:2] + "}")
			i++
		case isGroupName(rest):
			out.WriteByte('$')
		default:
			out.WriteString("$$")
		}
	}
	return out.String()
}

// isGroupName tells whether the text begins with ${ letters, digits or _ }.
func isGroupName(s string) bool {
	name, _, closed := strings.Cut(strings.TrimPrefix(s, "${"), "}")
	return strings.HasPrefix(s, "${") && closed && name != "" && strings.Trim(name,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}
