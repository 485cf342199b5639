package question

// Filter is a condition on an event: exactly one of All, Any, Where, or Property with Operator.
type Filter struct {
	All      []Filter `json:"all,omitempty" nullable:"false" doc:"True when each is."`
	Any      []Filter `json:"any,omitempty" nullable:"false" doc:"True when at least one is."`
	Where    string   `json:"where,omitempty" maxLength:"20000" doc:"An expression, for example properties[\"plan\"] == \"pro\" and properties[\"price\"] > 10. True when it is true."`
	Property string   `json:"property,omitempty" doc:"The name of a property, or = and an expression that computes one."`
	Operator Operator `json:"operator,omitempty" enum:"is,is_not,contains,not_contains,starts_with,ends_with,set,not_set,greater,at_least,less,at_most,between,not_between,before,since,is_true,is_false,list_has_any,list_has_all,list_has_none"`
	Values   []any    `json:"values,omitempty" maxItems:"2000" nullable:"false" doc:"JSON strings, numbers, booleans or null, as the operator takes them."`
}

// Operator compares a property with values. docs/semantics.md says what each does with missing and mixed values.
type Operator string

// The operators.
const (
	Is          Operator = "is"
	IsNot       Operator = "is_not"
	Contains    Operator = "contains"
	NotContains Operator = "not_contains"
	StartsWith  Operator = "starts_with"
	EndsWith    Operator = "ends_with"
	IsSet       Operator = "set"
	NotSet      Operator = "not_set"
	Greater     Operator = "greater"
	AtLeast     Operator = "at_least"
	Less        Operator = "less"
	AtMost      Operator = "at_most"
	Between     Operator = "between"
	NotBetween  Operator = "not_between"
	Before      Operator = "before"
	Since       Operator = "since"
	IsTrue      Operator = "is_true"
	IsFalse     Operator = "is_false"
	ListHasAny  Operator = "list_has_any"
	ListHasAll  Operator = "list_has_all"
	ListHasNone Operator = "list_has_none"
)
