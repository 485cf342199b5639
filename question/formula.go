package question

import (
	"fmt"
	"math"
	"strconv"
)

// Expression is a node of a formula: a number, the name of a metric, or an operation on one or two others.
type Expression struct {
	Op          byte // '+', '-', '*', '/'; 'm' unary minus; 'n' a number; 'v' the value of a metric
	Number      float64
	Name        string
	Left, Right *Expression // Right alone is set for 'm'
}

// ParseFormula reads + - * / ( ), numbers and names, with the usual precedence, from left to right. It takes time
// linear in the text and refuses what is longer, deeper or richer in terms than the limits. Errors name the byte, from 1.
func ParseFormula(text string) (*Expression, error) {
	if len(text) > MaxFormulaBytes {
		return nil, fmt.Errorf("a formula has at most %d bytes", MaxFormulaBytes)
	}
	p := &formulaParser{text: text}
	e, err := p.sum()
	if err != nil {
		return nil, err
	}
	if p.peek(); p.at < len(text) {
		return nil, p.fault("an operator or the end is expected")
	}
	return e, nil
}

// Names calls f with each metric named in e, from left to right, repeats included.
func (e *Expression) Names(f func(string)) {
	if e == nil {
		return
	}
	if e.Op == 'v' {
		f(e.Name)
	}
	e.Left.Names(f)
	e.Right.Names(f)
}

type formulaParser struct {
	text  string
	at    int
	depth int
	terms int
}

func (p *formulaParser) fault(what string) error { return fmt.Errorf("%s at byte %d", what, p.at+1) }

// peek is the next byte that is not white space; 0 at the end.
func (p *formulaParser) peek() byte {
	for p.at < len(p.text) && (p.text[p.at] == ' ' || p.text[p.at] == '\t' || p.text[p.at] == '\n' || p.text[p.at] == '\r') {
		p.at++
	}
	if p.at == len(p.text) {
		return 0
	}
	return p.text[p.at]
}

func (p *formulaParser) sum() (*Expression, error) {
	return p.chain('+', '-', (*formulaParser).product)
}

func (p *formulaParser) product() (*Expression, error) {
	return p.chain('*', '/', (*formulaParser).factor)
}

// chain reads operands joined by either operator and nests them to the left.
func (p *formulaParser) chain(one, two byte, operand func(*formulaParser) (*Expression, error)) (*Expression, error) {
	left, err := operand(p)
	for err == nil {
		op := p.peek()
		if op == 0 || op != one && op != two {
			return left, nil
		}
		p.at++
		var right *Expression
		if right, err = operand(p); err == nil {
			left = &Expression{Op: op, Left: left, Right: right}
		}
	}
	return nil, err
}

func (p *formulaParser) factor() (*Expression, error) {
	p.depth++
	p.terms++
	defer func() { p.depth-- }()
	if p.depth > MaxFormulaDepth {
		return nil, p.fault(fmt.Sprintf("more than %d levels", MaxFormulaDepth))
	}
	if p.terms > MaxFormulaTerms {
		return nil, p.fault(fmt.Sprintf("more than %d terms", MaxFormulaTerms))
	}
	switch c := p.peek(); {
	case c == '(':
		return p.inBrackets()
	case c == '-':
		p.at++
		e, err := p.factor()
		return &Expression{Op: 'm', Right: e}, err
	case isDigit(c):
		return p.number()
	case isNameStart(c):
		return &Expression{Op: 'v', Name: p.name()}, nil
	default:
		return nil, p.fault("a number, a metric or ( is expected")
	}
}

func (p *formulaParser) inBrackets() (*Expression, error) {
	p.at++
	e, err := p.sum()
	if err != nil {
		return nil, err
	}
	if p.peek() != ')' {
		return nil, p.fault(") is expected")
	}
	p.at++
	return e, nil
}

func (p *formulaParser) name() string {
	start := p.at
	for p.at < len(p.text) && (isNameStart(p.text[p.at]) || isDigit(p.text[p.at])) {
		p.at++
	}
	return p.text[start:p.at]
}

// number reads digits, optionally a point and digits, optionally an exponent.
func (p *formulaParser) number() (*Expression, error) {
	start := p.at
	p.digits()
	if p.at < len(p.text) && p.text[p.at] == '.' {
		p.at++
		if !p.digits() {
			return nil, p.fault("a digit is expected")
		}
	}
	if p.at < len(p.text) && (p.text[p.at] == 'e' || p.text[p.at] == 'E') {
		p.at++
		if p.at < len(p.text) && (p.text[p.at] == '+' || p.text[p.at] == '-') {
			p.at++
		}
		if !p.digits() {
			return nil, p.fault("a digit is expected")
		}
	}
	f, err := strconv.ParseFloat(p.text[start:p.at], 64)
	if err != nil || math.IsInf(f, 0) {
		return nil, p.fault("a number out of range")
	}
	return &Expression{Op: 'n', Number: f}, nil
}

func (p *formulaParser) digits() bool {
	start := p.at
	for p.at < len(p.text) && isDigit(p.text[p.at]) {
		p.at++
	}
	return p.at > start
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isNameStart(c byte) bool { return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// isName tells whether formulas can name the metric.
func isName(s string) bool {
	if s == "" || len(s) > MaxNameBytes || !isNameStart(s[0]) {
		return false
	}
	for i := range len(s) {
		if !isNameStart(s[i]) && !isDigit(s[i]) {
			return false
		}
	}
	return true
}
