package query

import (
	"cmp"
	"math"
	"strings"

	"jejak/event"
	"jejak/question/where"
)

// binaries are the operators and functions of two values.
var binaries = map[where.Op]func(r *evaluation, a, b term) term{
	where.Equal:   func(r *evaluation, a, b term) term { return booleanTerm(r.same(a, b)) },
	where.Unequal: func(r *evaluation, a, b term) term { return booleanTerm(!r.same(a, b)) },
	where.Less:    compared(func(order int) bool { return order < 0 }),
	where.AtMost:  compared(func(order int) bool { return order <= 0 }),
	where.Greater: compared(func(order int) bool { return order > 0 }),
	where.AtLeast: compared(func(order int) bool { return order >= 0 }),
	where.In:      (*evaluation).in,
	where.NotIn:   func(r *evaluation, a, b term) term { return negation(r, r.in(a, b)) },
	where.Index:   index,
	where.Plus:    plus,
	where.Minus:   onNumbers(func(a, b float64) float64 { return a - b }),
	where.Times:   onNumbers(func(a, b float64) float64 { return a * b }),
	where.Divide:  onNumbers(func(a, b float64) float64 { return a / b }),
	where.Modulo:  onNumbers(math.Mod),
	where.Min:     onNumbers(math.Min),
	where.Max:     onNumbers(math.Max),
	where.Left:    func(_ *evaluation, s, n term) term { return part(s, n, false) },
	where.Right:   func(_ *evaluation, s, n term) term { return part(s, n, true) },

	where.HasPrefix: onLowered(strings.HasPrefix),
	where.HasSuffix: onLowered(strings.HasSuffix),
}

// onNumbers is not set unless both are numbers and the result is one: a division by zero is not.
func onNumbers(f func(a, b float64) float64) func(*evaluation, term, term) term {
	return func(_ *evaluation, a, b term) term {
		if a.kind != event.Number || b.kind != event.Number {
			return term{}
		}
		return numberTerm(f(a.number, b.number))
	}
}

func plus(_ *evaluation, a, b term) term {
	switch {
	case a.kind == event.Number && b.kind == event.Number:
		return numberTerm(a.number + b.number)
	case a.kind == event.String && b.kind == event.String:
		return textTerm(a.text + b.text)
	}
	return term{}
}

// compared orders two numbers, two texts or two dates.
func compared(holds func(order int) bool) func(*evaluation, term, term) term {
	return func(r *evaluation, a, b term) term {
		a, b = r.bothDates(a, b)
		switch {
		case a.kind != b.kind:
			return term{}
		case a.kind == event.String:
			return booleanTerm(holds(strings.Compare(a.text, b.text)))
		case a.kind == event.Number || a.kind == date:
			return booleanTerm(holds(cmp.Compare(a.number, b.number)))
		}
		return term{}
	}
}

func (r *evaluation) in(a, b term) term {
	switch {
	case b.kind == event.List:
		for _, item := range b.list.items {
			if r.same(a, item) {
				return booleanTerm(true)
			}
		}
		return booleanTerm(false)
	case a.kind == event.String && b.kind == event.String:
		return booleanTerm(strings.Contains(b.text, a.text))
	}
	return term{}
}

// index is an item of a list, from 0, or a member of an object.
func index(_ *evaluation, from, at term) term {
	switch {
	case from.kind == event.List && at.kind == event.Number:
		if n, whole := count(at); whole && n < len(from.list.items) {
			return from.list.items[n]
		}
	case from.kind == event.Object && at.kind == event.String:
		return memberOf(from.text, at.text)
	}
	return term{}
}

// count is a whole number of at least 0.
func count(t term) (n int, whole bool) {
	if t.kind != event.Number || t.number < 0 || t.number != math.Trunc(t.number) {
		return 0, false
	}
	return int(min(t.number, math.MaxInt32)), true
}

// unaries are the operators and functions of one value.
var unaries = map[where.Op]func(r *evaluation, a term) term{
	where.Not:       negation,
	where.Negate:    onNumber(func(a float64) float64 { return -a }),
	where.Floor:     onNumber(math.Floor),
	where.Ceil:      onNumber(math.Ceil),
	where.Round:     onNumber(math.Round),
	where.Defined:   func(_ *evaluation, a term) term { return booleanTerm(a.kind != event.None) },
	where.ToBoolean: toBoolean,
	where.ToNumber:  toNumber,
	where.ToDate:    (*evaluation).date,
	where.TypeOf:    func(_ *evaluation, a term) term { return textTerm(typeNames[a.kind]) },
	where.Upper:     onText(func(s string) term { return textTerm(strings.ToUpper(s)) }),
	where.Lower:     onText(func(s string) term { return textTerm(strings.ToLower(s)) }),
	where.Len:       length,
	where.Sum:       sum,
	where.URLDomain: onText(func(s string) term { return host(s, true) }),
	where.URLHost:   onText(func(s string) term { return host(s, false) }),
}

var typeNames = [...]string{
	event.None: "undefined", event.String: "string", event.Number: "number", event.Boolean: "boolean",
	event.List: "list", event.Object: "object", date: "datetime",
}

func onNumber(f func(float64) float64) func(*evaluation, term) term {
	return func(_ *evaluation, a term) term {
		if a.kind != event.Number {
			return term{}
		}
		return numberTerm(f(a.number))
	}
}

func negation(_ *evaluation, a term) term {
	switch a.kind {
	case event.None:
		return booleanTerm(true)
	case event.Boolean:
		return booleanTerm(a.number == 0)
	}
	return term{}
}

func toBoolean(_ *evaluation, a term) term {
	switch a.kind {
	case event.None:
		return booleanTerm(false)
	case event.Boolean, event.Number:
		return booleanTerm(a.number != 0)
	case event.String:
		return booleanTerm(a.text != "" && a.text != "false")
	}
	return booleanTerm(true)
}

func sum(_ *evaluation, a term) term {
	if a.kind != event.List {
		return term{}
	}
	total := 0.0
	for _, item := range a.list.items {
		if item.kind == event.Number {
			total += item.number
		}
	}
	return numberTerm(total)
}
