package question

import (
	"errors"
	"strings"

	"jejak/question/where"
)

// Wherever the name of a property may stand, there may stand a computed one: = and an expression, as in a spreadsheet. A
// property whose own name begins with = is reached by =properties["=…"].
const computedMark = "="

// Computed is the expression of a computed property; ok is false for the name of an ordinary one. The expression was
// validated with the question.
func Computed(property string) (expression string, ok bool) {
	return strings.CutPrefix(property, computedMark)
}

// ComputedProperty is the computed property of an expression.
func ComputedProperty(expression string) string { return computedMark + expression }

// validateProperty names what is wrong with a property that stands at a place: its name, or its expression.
func validateProperty(f *Faults, at, property string) {
	if expression, computed := Computed(property); computed {
		validateExpression(f, at, expression, where.Parse)
	} else if len(property) > MaxPropertyBytes {
		f.add(at, BadProperty, "a property's name has at most %d bytes", MaxPropertyBytes)
	}
}

func validateExpression(f *Faults, at, text string, parse func(string) (*where.Expression, error)) {
	e, err := parse(text)
	var wrong *where.Error
	switch {
	case errors.As(err, &wrong):
		f.add(at, BadExpression, "%s", wrong)
	case e.Behaviors > 0:
		f.add(at, NeedsPeople, "column %d: behaviors are not available: filter by a cohort", e.Behaviors)
	}
}
