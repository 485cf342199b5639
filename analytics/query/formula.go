package query

import (
	"math"

	"jejak/question"
)

// null stands for "not defined" among the float64 values of a trend while it is computed: no measure yields a NaN.
var null = math.NaN()

// evaluate computes a formula from the values of the metrics it names. Null propagates; what is not a finite number,
// such as a division by zero, is null.
func evaluate(e *question.Expression, value func(name string) float64) float64 {
	switch e.Op {
	case 'n':
		return e.Number
	case 'v':
		return value(e.Name)
	case 'm':
		return 0 - evaluate(e.Right, value) // 0 - 0 is 0, where -0 would be minus zero
	}
	a, b := evaluate(e.Left, value), evaluate(e.Right, value)
	var f float64
	switch e.Op {
	case '+':
		f = a + b
	case '-':
		f = a - b
	case '*':
		f = a * b
	case '/':
		f = a / b
	}
	if math.IsInf(f, 0) {
		return null
	}
	if f == 0 {
		return 0 // one zero: never minus zero
	}
	return f
}
