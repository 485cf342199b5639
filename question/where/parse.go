package where

import (
	"slices"
	"unicode/utf8"
)

// Parse reads a text. It takes time linear in it. The error is an *Error.
func Parse(text string) (*Expression, error) {
	if utf8.RuneCountInString(text) > MaxText {
		return nil, fault(MaxText+1, "an expression has at most %d characters", MaxText)
	}
	if !utf8.ValidString(text) {
		return nil, fault(1, "an expression is valid UTF-8")
	}
	tokens, err := split([]rune(text))
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens, out: &Expression{}}
	if p.out.Root, err = p.or(); err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != atEnd {
		return nil, fault(t.column(), "an operator or the end is expected, not %s", t)
	}
	return p.out, nil
}

// ParseCondition is Parse of what must be true or false.
func ParseCondition(text string) (*Expression, error) {
	e, err := Parse(text)
	if err == nil && e.Root.Types&ABoolean == 0 {
		return nil, fault(e.Root.Column, "a condition is true or false; this is %s", e.Root.Types)
	}
	return e, err
}

type parser struct {
	tokens []token
	at     int
	depth  int
	nodes  int
	names  []binding // in scope, the innermost last
	out    *Expression
}

// binding is a name that let or a function over lists gives a meaning.
type binding struct {
	name  string
	slot  int
	types Types
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != atEnd {
		p.at++
	}
	return t
}

func (p *parser) expect(s string) (token, error) {
	t := p.next()
	if !t.is(s) {
		return t, fault(t.column(), "%s is expected, not %s", s, t)
	}
	return t, nil
}

// node makes a node that spans its arguments and the tokens from first up to here.
func (p *parser) node(op Op, first token, args ...*Node) (*Node, error) {
	if p.nodes++; p.nodes > MaxNodes {
		return nil, fault(first.column(), "an expression has at most %d parts", MaxNodes)
	}
	n := &Node{Op: op, Column: first.column(), Args: args, first: first.first, last: p.tokens[max(p.at-1, 0)].last}
	if isInfix(op) {
		n.first = args[0].first
	}
	return n, n.infer()
}

func isInfix(op Op) bool { return op >= Index && op <= Modulo && op != Not }

func (p *parser) deeper() error {
	if p.depth++; p.depth > MaxDepth {
		return fault(p.peek().column(), "an expression nests at most %d levels", MaxDepth)
	}
	return nil
}

// chain reads operands joined by operators of one rank, from left to right.
func (p *parser) chain(operator func() (Op, bool), operand func() (*Node, error)) (*Node, error) {
	left, err := operand()
	for err == nil {
		first := p.peek()
		op, is := operator()
		if !is {
			return left, nil
		}
		var right *Node
		if right, err = operand(); err == nil {
			left, err = p.node(op, first, left, right)
		}
	}
	return nil, err
}

// word takes a keyword if it stands here.
func (p *parser) word(word string, op Op) func() (Op, bool) {
	return func() (Op, bool) {
		if !p.peek().isWord(word) {
			return 0, false
		}
		p.at++
		return op, true
	}
}

// sign takes one of the symbols if it stands here.
func (p *parser) sign(ops map[string]Op) func() (Op, bool) {
	return func() (Op, bool) {
		t := p.peek()
		op, is := ops[t.text]
		if t.kind != symbol || !is {
			return 0, false
		}
		p.at++
		return op, true
	}
}

var (
	comparisons = map[string]Op{"==": Equal, "=": Equal, "!=": Unequal, ">": Greater, ">=": AtLeast, "<": Less, "<=": AtMost}
	sums        = map[string]Op{"+": Plus, "-": Minus}
	products    = map[string]Op{"*": Times, "/": Divide, "%": Modulo}
)

func (p *parser) or() (*Node, error) {
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	return p.chain(p.word("or", Or), p.and)
}

func (p *parser) and() (*Node, error) { return p.chain(p.word("and", And), p.not) }

func (p *parser) not() (*Node, error) {
	first := p.peek()
	if !first.isWord("not") {
		return p.comparison()
	}
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	p.at++
	n, err := p.not()
	if err != nil {
		return nil, err
	}
	return p.node(Not, first, n)
}

// comparison is at most one: a < b < c means nothing.
func (p *parser) comparison() (*Node, error) {
	left, err := p.sum()
	if err != nil {
		return nil, err
	}
	first := p.peek()
	op, is := p.comparator()
	if !is {
		return left, nil
	}
	right, err := p.sum()
	if err != nil {
		return nil, err
	}
	return p.node(op, first, left, right)
}

func (p *parser) comparator() (Op, bool) {
	if op, is := p.sign(comparisons)(); is {
		return op, true
	}
	if p.peek().isWord("not") && p.tokens[p.at+1].isWord("in") {
		p.at += 2
		return NotIn, true
	}
	return p.word("in", In)()
}

func (p *parser) sum() (*Node, error) { return p.chain(p.sign(sums), p.product) }

func (p *parser) product() (*Node, error) { return p.chain(p.sign(products), p.unary) }

func (p *parser) unary() (*Node, error) {
	first := p.peek()
	if !first.is("-") {
		return p.post()
	}
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	p.at++
	n, err := p.unary()
	if err != nil {
		return nil, err
	}
	return p.node(Negate, first, n)
}

// post reads a primary and the indexes behind it.
func (p *parser) post() (*Node, error) {
	n, err := p.primary()
	for err == nil && p.peek().is("[") {
		first := p.next()
		var index *Node
		if index, err = p.or(); err != nil {
			return nil, err
		}
		if _, err = p.expect("]"); err == nil {
			n, err = p.node(Index, first, n, index)
		}
	}
	return n, err
}

func (p *parser) primary() (*Node, error) {
	t := p.next()
	switch {
	case t.kind == text:
		return p.literal(t, &Node{Op: Text, Text: t.text, Types: AText})
	case t.kind == number:
		return p.literal(t, &Node{Op: Number, Number: t.number, Types: ANumber})
	case t.kind == name:
		return p.named(t)
	case t.is("("):
		n, err := p.or()
		if err == nil {
			_, err = p.expect(")")
		}
		if err != nil {
			return nil, err
		}
		n.first, n.last = t.first, p.tokens[p.at-1].last
		return n, nil
	case t.is("["):
		items, err := p.arguments("]", p.or)
		if err != nil {
			return nil, err
		}
		return p.node(List, t, items...)
	}
	return nil, fault(t.column(), "a value is expected, not %s", t)
}

func (p *parser) literal(t token, n *Node) (*Node, error) {
	made, err := p.node(n.Op, t)
	if err != nil {
		return nil, err
	}
	made.Text, made.Number, made.Types = n.Text, n.Number, n.Types
	return made, nil
}

// arguments reads what stands between commas up to the closing symbol.
func (p *parser) arguments(closing string, read func() (*Node, error)) (out []*Node, err error) {
	if p.peek().is(closing) {
		p.at++
		return nil, nil
	}
	for {
		n, err := read()
		if err != nil {
			return nil, err
		}
		if out = append(out, n); len(out) > MaxArguments {
			return nil, fault(n.Column, "at most %d values stand here", MaxArguments)
		}
		if t := p.next(); t.is(closing) {
			return out, nil
		} else if !t.is(",") {
			return nil, fault(t.column(), ", or %s is expected, not %s", closing, t)
		}
	}
}

// named reads what begins with a word.
func (p *parser) named(t token) (*Node, error) {
	switch {
	case p.peek().is("("):
		return p.call(t)
	case t.isWord("true"):
		return p.literal(t, &Node{Op: True, Types: ABoolean})
	case t.isWord("false"):
		return p.literal(t, &Node{Op: False, Types: ABoolean})
	case t.isWord("null"), t.isWord("undefined"):
		return p.literal(t, &Node{Op: Nothing, Types: None})
	}
	for i := len(p.names) - 1; i >= 0; i-- {
		if b := p.names[i]; b.name == t.text {
			n, err := p.literal(t, &Node{Op: Variable, Types: b.types})
			if err == nil {
				n.Slot = b.slot
			}
			return n, err
		}
	}
	if slices.Contains(sources, t.text) {
		return p.accessor(t)
	}
	return nil, fault(t.column(), "there is no %q: write properties[\"…\"], a text in quotes, or a function with (", t.text)
}

// sources are what accessors read.
var sources = []string{"properties", "event", "user", "group", "behaviors"}

func (p *parser) accessor(t token) (*Node, error) {
	if _, err := p.expect("["); err != nil {
		return nil, err
	}
	key := p.next()
	if key.kind != text {
		return nil, fault(key.column(), "the name of a property in quotes is expected, not %s", key)
	}
	if _, err := p.expect("]"); err != nil {
		return nil, err
	}
	n := &Node{Op: Property, Text: key.text, Types: Unknown}
	switch t.text {
	case "properties":
		addOnce(&p.out.Properties, key.text)
	case "user":
		n.Op = User
		addOnce(&p.out.Users, key.text)
	case "group":
		return p.group(t, key)
	case "event":
		n.Op = EventField
		switch key.text {
		case "$time":
			n.Types = ADate
		case "$name":
			n.Types = AText
		default:
			return nil, fault(key.column(), "event[%q] is not available: there are event[\"$time\"] and event[\"$name\"]", key.text)
		}
	default:
		n.Op = Behaviors
		if p.out.Behaviors == 0 {
			p.out.Behaviors = t.column()
		}
	}
	return p.literal(t, n)
}

func addOnce[T comparable](names *[]T, name T) {
	if !slices.Contains(*names, name) {
		*names = append(*names, name)
	}
}

// group reads the name of a property behind group and the key: which group it is, the event's property of that name says.
func (p *parser) group(t, key token) (*Node, error) {
	which, err := p.literal(key, &Node{Op: Property, Text: key.text, Types: Unknown})
	if err != nil {
		return nil, err
	}
	addOnce(&p.out.Properties, key.text)
	if !p.peek().is("[") {
		return nil, fault(p.peek().column(), "the name of a property of the group is expected: group[%q][\"…\"]", key.text)
	}
	p.at++
	name := p.next()
	if name.kind != text {
		return nil, fault(name.column(), "the name of a property in quotes is expected, not %s", name)
	}
	if _, err := p.expect("]"); err != nil {
		return nil, err
	}
	n, err := p.node(Group, t, which)
	if err == nil {
		addOnce(&p.out.Groups, GroupProperty{key.text, name.text})
		n.Text, n.Field, n.Types = name.text, key.text, Unknown
	}
	return n, err
}
