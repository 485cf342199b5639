package where

import (
	"regexp"
	"regexp/syntax"
	"strings"
)

// function is how a function may be called.
type function struct {
	op          Op
	least, most int // arguments
}

// functions by name in lower case.
var functions = map[string]function{
	"defined": {Defined, 1, 1}, "boolean": {ToBoolean, 1, 1}, "number": {ToNumber, 1, 1}, "string": {ToText, 1, 2},
	"datetime": {ToDate, 1, 1}, "floor": {Floor, 1, 1}, "ceil": {Ceil, 1, 1}, "round": {Round, 1, 1},
	"min": {Min, 2, 2}, "max": {Max, 2, 2}, "if": {If, 3, 3}, "ifs": {Ifs, 2, MaxArguments}, "let": {Let, 3, MaxArguments},
	"upper": {Upper, 1, 1}, "lower": {Lower, 1, 1}, "len": {Len, 1, 1}, "left": {Left, 2, 2}, "right": {Right, 2, 2},
	"mid": {Mid, 3, 3}, "split": {Split, 2, 3}, "has_prefix": {HasPrefix, 2, 2}, "has_suffix": {HasSuffix, 2, 2},
	"regex_match": {RegexMatch, 2, 2}, "regex_extract": {RegexExtract, 2, 3}, "regex_replace": {RegexReplace, 3, 3},
	"parse_url": {URLDomain, 2, 2}, "datedif": {DateDif, 3, 3}, "today": {Today, 0, 0},
	"any": {Any, 3, 3}, "all": {All, 3, 3}, "filter": {Filter, 3, 3}, "map": {Map, 3, 3}, "sum": {Sum, 1, 1},
	"typeof": {TypeOf, 1, 1}, "cohort": {Cohort, 1, 1}, "lookup": {Lookup, 3, 3},
}

// call reads a function's arguments; t is its name.
func (p *parser) call(t token) (*Node, error) {
	f, known := functions[strings.ToLower(t.text)]
	if !known {
		return nil, fault(t.column(), "there is no function %s", t.text)
	}
	p.at++
	switch f.op {
	case Let:
		return p.let(t)
	case Any, All, Filter, Map:
		return p.overList(t, f.op)
	}
	args, err := p.arguments(")", p.or)
	if err != nil {
		return nil, err
	}
	if len(args) < f.least || len(args) > f.most || f.op == Ifs && len(args)%2 == 1 {
		return nil, fault(t.column(), "%s takes %s, not %d", t.text, f.wants(), len(args))
	}
	return p.fixed(t, f.op, args)
}

// wants says how many arguments a function takes.
func (f function) wants() string {
	switch {
	case f.op == Ifs:
		return "a condition and a value, once or more"
	case f.least == 0:
		return "nothing between the brackets"
	case f.least < f.most:
		return numerals[f.least] + " or " + numerals[f.most] + " values"
	case f.most == 1:
		return "one value"
	}
	return numerals[f.most] + " values"
}

var numerals = []string{"no", "one", "two", "three"}

// fixed makes the node; what must be known before an event is read is taken out of the arguments.
func (p *parser) fixed(t token, op Op, args []*Node) (*Node, error) {
	switch op {
	case RegexMatch, RegexExtract, RegexReplace:
		return p.regex(t, op, args)
	case URLDomain:
		part, err := chosen(args[1], "domain", "full_domain")
		if err != nil {
			return nil, err
		}
		if part == "full_domain" {
			op = URLHost
		}
		return p.node(op, t, args[0])
	case Cohort:
		return p.cohort(t, args[0])
	case Lookup:
		return p.lookup(t, args)
	case DateDif:
		unit, err := chosen(args[2], "D", "M", "Y", "MD", "YM", "YD")
		if err != nil {
			return nil, err
		}
		n, err := p.node(op, t, args[:2]...)
		if err == nil {
			n.Text = unit
		}
		return n, err
	}
	return p.node(op, t, args...)
}

// chosen is an argument that is one of a few texts.
func chosen(n *Node, from ...string) (string, error) {
	if n.Op == Text {
		for _, s := range from {
			if strings.EqualFold(n.Text, s) {
				return s, nil
			}
		}
	}
	return "", fault(n.Column, `one of "%s" is expected`, strings.Join(from, `", "`))
}

// regex compiles the pattern. Values are data: a pattern never comes from an event.
func (p *parser) regex(t token, op Op, args []*Node) (*Node, error) {
	pattern := args[1]
	if pattern.Op != Text {
		return nil, fault(pattern.Column, "a regular expression in quotes is expected")
	}
	if op == RegexReplace && args[2].Op != Text {
		return nil, fault(args[2].Column, "a replacement in quotes is expected")
	}
	compiled, weight, err := compile(pattern)
	if err != nil {
		return nil, err
	}
	n, err := p.node(op, t, append([]*Node{args[0]}, args[2:]...)...)
	if err != nil {
		return nil, err
	}
	n.Regexp, n.Weight = compiled, weight
	return n, nil
}

// compile reads a pattern in RE2's syntax, letters of either case alike unless it says (?-i).
func compile(n *Node) (compiled *regexp.Regexp, weight int, err error) {
	compiled, err = regexp.Compile("(?i)" + n.Text)
	if err != nil {
		reason := err.Error()
		if e, ok := err.(*syntax.Error); ok {
			reason = string(e.Code) + " " + e.Expr
		}
		return nil, 0, fault(n.Column, "this is no regular expression in RE2's syntax: %s", reason)
	}
	parsed, _ := syntax.Parse("(?i)"+n.Text, syntax.Perl) // it was read before
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil || len(program.Inst) > MaxRegexp {
		return nil, 0, fault(n.Column, "this regular expression is too large: repeat less")
	}
	return compiled, len(program.Inst), nil
}

// binder reads a name and gives it a meaning from the next bind on.
func (p *parser) binder() (token, error) {
	t := p.next()
	if t.kind != name {
		return t, fault(t.column(), "a name is expected, not %s", t)
	}
	for _, word := range []string{"true", "false", "null", "undefined", "and", "or", "not", "in"} {
		if t.isWord(word) {
			return t, fault(t.column(), "%s cannot be a name", t.text)
		}
	}
	_, err := p.expect(",")
	return t, err
}

func (p *parser) bind(t token, types Types) (slot int) {
	slot = p.out.Slots
	p.out.Slots++
	p.names = append(p.names, binding{t.text, slot, types})
	return slot
}

// let reads name, value, …, expression.
func (p *parser) let(t token) (*Node, error) {
	scope := len(p.names)
	defer func() { p.names = p.names[:scope] }()
	n := &Node{}
	var slots []int
	for p.isBinding() || len(n.Args) == 0 {
		called, err := p.binder()
		if err != nil {
			return nil, err
		}
		value, err := p.or()
		if err != nil {
			return nil, err
		}
		if _, err := p.expect(","); err != nil {
			return nil, err
		}
		slots = append(slots, p.bind(called, value.Types))
		n.Args = append(n.Args, value)
	}
	body, err := p.or()
	if err != nil {
		return nil, err
	}
	if _, err := p.expect(")"); err != nil {
		return nil, err
	}
	made, err := p.node(Let, t, append(n.Args, body)...)
	if err == nil {
		made.Slots = slots
	}
	return made, err
}

// isBinding tells whether a name and a comma stand here.
func (p *parser) isBinding() bool {
	return p.peek().kind == name && p.tokens[p.at+1].is(",")
}

// overList reads name, list, expression.
func (p *parser) overList(t token, op Op) (*Node, error) {
	scope := len(p.names)
	defer func() { p.names = p.names[:scope] }()
	called, err := p.binder()
	if err != nil {
		return nil, err
	}
	list, err := p.or()
	if err != nil {
		return nil, err
	}
	if _, err := p.expect(","); err != nil {
		return nil, err
	}
	slot := p.bind(called, Unknown|ADate)
	body, err := p.or()
	if err != nil {
		return nil, err
	}
	if _, err := p.expect(")"); err != nil {
		return nil, err
	}
	n, err := p.node(op, t, list, body)
	if err == nil {
		n.Slots = []int{slot}
	}
	return n, err
}
