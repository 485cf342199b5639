// Package where reads the language of conditions and computed properties into one typed tree. docs/semantics.md,
// section 13, says what each part means; the tree is evaluated by others.
package where

import (
	"fmt"
	"regexp"
	"slices"
)

// Limits of an expression.
const (
	MaxText      = 20_000 // characters
	MaxDepth     = 100    // brackets, calls and signs inside each other
	MaxNodes     = 5_000
	MaxArguments = 2_000 // of a list or a call
	MaxRegexp    = 1_000 // instructions of one regular expression
	// MaxWork bounds what evaluating it for one event may cost: parts evaluated and bytes looked at.
	MaxWork = 1_000_000
)

// Expression is a whole text that was read.
type Expression struct {
	Root  *Node
	Slots int // of variables: each binding has one
	// Properties are those of the event that it names, each once, in the order of the text.
	Properties []string
	// Users are the properties of the person's profile that it names, each once.
	Users []string
	// Groups are the properties of groups that it names, each once.
	Groups []GroupProperty
	// Cohorts are those that it asks about, each once: their numbers as it names them.
	Cohorts []string
	// Lookups are the names of the lookup tables that it reads, each once.
	Lookups []string
	// Behaviors is where it first asks for behaviors: a column, 0 when it does not.
	Behaviors int
}

// GroupProperty is a property of the profile of the group that an event's property, the key, names.
type GroupProperty struct{ Key, Name string }

// Node is one part: a literal, a name, an operator or a call.
type Node struct {
	Op     Op
	Column int     // where it begins, in characters from 1
	Text   string  // of Text: itself; of Property, EventField, User, Group: the name; of Cohort: the number; of Lookup: the table
	Field  string  // of Group: the key; of Lookup: the column of the table
	Number float64 // of Number
	Slot   int     // of Variable: what it reads
	Slots  []int   // of Let: what its values set, in their order; of Any, All, Filter, Map: what each item sets
	Args   []*Node
	// Regexp is the pattern of a regex function, which is no argument; Weight how many instructions it has.
	Regexp *regexp.Regexp
	Weight int
	Types  Types // that its value may have

	first, last int // characters of the text it was read from, last excluded
}

// Mentions tells whether a part does op.
func (n *Node) Mentions(op Op) bool {
	return n.Op == op || slices.ContainsFunc(n.Args, func(a *Node) bool { return a.Mentions(op) })
}

// Op is what a node does.
type Op uint8

// Literals and names.
const (
	Nothing Op = iota // null and undefined
	True
	False
	Text
	Number
	List
	Property
	EventField // $time, $name
	User       // a property of the person's profile
	Group      // a property of the profile of the group that the argument names; Field is the key of such groups
	Behaviors
	Variable
	// Operators, in the order of the table in docs/semantics.md.
	Index
	Or
	And
	Not
	Equal
	Unequal
	Less
	AtMost
	Greater
	AtLeast
	In
	NotIn
	Plus
	Minus
	Times
	Divide
	Modulo
	Negate
	// Functions.
	Defined
	ToBoolean
	ToNumber
	ToText
	ToDate
	Floor
	Ceil
	Round
	Min
	Max
	If
	Ifs
	Let
	Upper
	Lower
	Len
	Left
	Right
	Mid
	Split
	HasPrefix
	HasSuffix
	RegexMatch
	RegexExtract
	RegexReplace
	URLDomain // parse_url(s, "domain")
	URLHost   // parse_url(s, "full_domain")
	DateDif   // Text is the unit
	Today
	Any
	All
	Filter
	Map
	Sum
	TypeOf
	Cohort
	Lookup
)

// Types is a set of types of values.
type Types uint8

// The types. None is what is not set.
const (
	None Types = 1 << iota
	AText
	ANumber
	ABoolean
	AList
	AnObject
	ADate
	Unknown = None | AText | ANumber | ABoolean | AList | AnObject // whatever an event may hold
)

// String names the types as a sentence does.
func (t Types) String() string {
	names := []string{"not set", "a text", "a number", "true or false", "a list", "an object", "a date"}
	out := ""
	for i, name := range names {
		if t&(1<<i) == 0 {
			continue
		}
		if out != "" {
			out += " or "
		}
		out += name
	}
	return out
}

// Error says what is wrong and where.
type Error struct {
	Column  int // in characters from 1
	Message string
}

func (e *Error) Error() string { return fmt.Sprintf("column %d: %s", e.Column, e.Message) }

func fault(column int, format string, args ...any) error {
	return &Error{column, fmt.Sprintf(format, args...)}
}
