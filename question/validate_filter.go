package question

import (
	"fmt"
	"math"

	"jejak/question/where"
)

// takes is what an operator wants for values.
type takes struct {
	least, most int
	what        kindOfValue
}

type kindOfValue uint8

const (
	scalars kindOfValue = iota // strings, numbers, booleans, null
	texts
	numbers
	dates
)

var operators = map[Operator]takes{
	Is: {1, MaxValues, scalars}, IsNot: {1, MaxValues, scalars},
	Contains: {1, MaxValues, texts}, NotContains: {1, MaxValues, texts},
	StartsWith: {1, MaxValues, texts}, EndsWith: {1, MaxValues, texts},
	IsSet: {}, NotSet: {},
	Greater: {1, 1, numbers}, AtLeast: {1, 1, numbers}, Less: {1, 1, numbers}, AtMost: {1, 1, numbers},
	Between: {2, 2, numbers}, NotBetween: {2, 2, numbers},
	Before: {1, 1, dates}, Since: {1, 1, dates},
	IsTrue: {}, IsFalse: {},
	ListHasAny: {1, MaxValues, scalars}, ListHasAll: {1, MaxValues, scalars}, ListHasNone: {1, MaxValues, scalars},
}

// validate walks a filter; nil is no filter. conditions counts the leaves seen so far.
func (x *Filter) validate(f *Faults, at string, depth int, conditions *int) {
	if x == nil {
		return
	}
	if depth > MaxFilterDepth {
		f.add(at, TooDeep, "all and any nest at most %d levels", MaxFilterDepth)
		return
	}
	leaf := x.Property != "" || x.Operator != "" || x.Values != nil
	ways := 0
	for _, given := range []bool{x.All != nil, x.Any != nil, x.Where != "", leaf} {
		if given {
			ways++
		}
	}
	if ways != 1 {
		f.add(at, BadFilter, "a filter has exactly one of all, any, where, or property with operator")
		return
	}
	if (x.All != nil || x.Any != nil) && len(x.All)+len(x.Any) == 0 {
		f.add(at, BadFilter, "all and any hold at least one filter")
	}
	for i := range x.All {
		x.All[i].validate(f, fmt.Sprintf("%s.all[%d]", at, i), depth+1, conditions)
	}
	for i := range x.Any {
		x.Any[i].validate(f, fmt.Sprintf("%s.any[%d]", at, i), depth+1, conditions)
	}
	switch {
	case x.Where != "":
		*conditions++
		validateExpression(f, at+".where", x.Where, where.ParseCondition)
	case leaf:
		*conditions++
		x.validateCondition(f, at)
	}
}

func (x *Filter) validateCondition(f *Faults, at string) {
	if x.Property == "" {
		f.add(at+".property", PropertyRequired, "a condition needs a property")
	}
	validateProperty(f, at+".property", x.Property)
	want, known := operators[x.Operator]
	if !known {
		f.add(at+".operator", BadOperator, "there is no operator of this name")
		return
	}
	switch n := len(x.Values); {
	case want.most == 0 && n > 0:
		f.add(at+".values", ValuesUnused, "%s takes no values", x.Operator)
	case n < want.least:
		f.add(at+".values", ValuesRequired, "%s needs %d or more values", x.Operator, want.least)
	case n > want.most:
		f.add(at+".values", TooManyValues, "%s takes at most %d values", x.Operator, want.most)
	default:
		x.validateValues(f, at, want)
	}
}

func (x *Filter) validateValues(f *Faults, at string, want takes) {
	sound := true
	for i, v := range x.Values {
		if !want.what.holds(v) {
			sound = false
			f.add(fmt.Sprintf("%s.values[%d]", at, i), BadValue, "%s", want.what)
		}
	}
	if sound && want.least == 2 && x.Values[0].(float64) > x.Values[1].(float64) {
		f.add(at+".values", BoundsReversed, "the lower bound stands first")
	}
}

// String says what is expected, as a sentence for a fault.
func (k kindOfValue) String() string {
	return [...]string{
		"a string, a number, a boolean or null is expected",
		"a string that is not empty is expected",
		"a number is expected",
		"a date (2026-11-01) or a date-time (2026-11-01T10:00:00, with or without an offset) is expected",
	}[k]
}

func (k kindOfValue) holds(v any) bool {
	switch v := v.(type) {
	case nil, bool:
		return k == scalars
	case float64:
		return (k == scalars || k == numbers) && !math.IsNaN(v) && !math.IsInf(v, 0)
	case string:
		if k == dates {
			_, ok := ParseMoment(v)
			return ok
		}
		return k == scalars || k == texts && v != ""
	default:
		return false
	}
}
