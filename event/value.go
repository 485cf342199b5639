package event

import (
	"math"
	"strconv"
)

// Kind is the type of a property's value.
type Kind uint8

const (
	None    Kind = iota // not set; null and undefined arrive as this
	String              // UTF-8 text; dates are text in ISO form
	Number              // a finite float64
	Boolean             //
	List                // canonical JSON array
	Object              // canonical JSON object
)

// Value is one property value. The zero Value is not set.
type Value struct {
	Kind   Kind
	Number float64 // of a Number; 1 or 0 of a Boolean
	Text   string  // of a String; the canonical JSON of a List or an Object
}

// Property is a named value.
type Property struct {
	Name  string
	Value Value
}

// StringOf, NumberOf and BooleanOf make values. NumberOf of a NaN or an infinity is not set: JSON cannot carry them.
func StringOf(s string) Value { return Value{Kind: String, Text: s} }

func NumberOf(f float64) Value {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Value{}
	}
	if f == 0 {
		f = 0 // one zero: minus zero would be a second value in dictionaries
	}
	return Value{Kind: Number, Number: f}
}

func BooleanOf(b bool) Value {
	if b {
		return Value{Kind: Boolean, Number: 1}
	}
	return Value{Kind: Boolean}
}

// ListOf and ObjectOf take canonical JSON: no white space, keys of objects sorted, no duplicate keys.
func ListOf(json string) Value   { return Value{Kind: List, Text: json} }
func ObjectOf(json string) Value { return Value{Kind: Object, Text: json} }

// Bool is the truth of a Boolean.
func (v Value) Bool() bool { return v.Number != 0 }

// String is the value as a person reads it: numbers in their shortest decimal form, the empty string for not set.
func (v Value) String() string {
	switch v.Kind {
	case Number:
		return strconv.FormatFloat(v.Number, 'f', -1, 64)
	case Boolean:
		return strconv.FormatBool(v.Bool())
	default:
		return v.Text
	}
}
