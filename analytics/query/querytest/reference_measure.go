package querytest

import (
	"encoding/json"
	"math"
	"math/big"
	"sort"

	"jejak/event"
	"jejak/question"
)

// measure is section 4: a plain measure of events.
func measure(m question.Metric, events []event.Event) *float64 {
	switch m.Measure {
	case question.Total:
		return count(len(events))
	case question.Unique:
		people := map[event.Actor]bool{}
		for _, e := range events {
			if e.Actor.Index() != 0 {
				people[e.Actor] = true
			}
		}
		return count(len(people))
	case question.Distinct:
		different := map[event.Value]bool{}
		for _, e := range events {
			for _, item := range items(e.Get(m.Property)) {
				if item.Kind != event.None {
					different[item] = true
				}
			}
		}
		return count(len(different))
	}
	return measureNumbers(m, numbersOf(events, m.Property))
}

func count(n int) *float64 {
	f := float64(n)
	return &f
}

// numbersOf are the property's numbers, in ascending order.
func numbersOf(events []event.Event, property string) (out []float64) {
	for _, e := range events {
		if v := e.Get(property); v.Kind == event.Number {
			out = append(out, v.Number)
		}
	}
	sort.Float64s(out)
	return out
}

func measureNumbers(m question.Metric, v []float64) *float64 {
	sum := new(big.Rat)
	for _, f := range v {
		sum.Add(sum, exact(f))
	}
	switch n := len(v); {
	case m.Measure == question.Sum:
		return round(sum)
	case n == 0:
		return nil
	case m.Measure == question.Average:
		return round(sum.Quo(sum, big.NewRat(int64(n), 1)))
	case m.Measure == question.Min:
		return round(exact(v[0]))
	case m.Measure == question.Max:
		return round(exact(v[n-1]))
	case m.Measure == question.Median:
		return percentile(v, 50)
	default:
		return percentile(v, *m.Percentile)
	}
}

// percentile of ascending numbers: h = p/100·(n−1), k = ⌊h⌋, vₖ + (h−k)·(vₖ₊₁−vₖ).
func percentile(v []float64, p float64) *float64 {
	h := exact(p)
	h.Mul(h, big.NewRat(int64(len(v)-1), 100))
	k := new(big.Int).Div(h.Num(), h.Denom())
	rest := new(big.Rat).Sub(h, new(big.Rat).SetInt(k))
	low := exact(v[k.Int64()])
	if rest.Sign() == 0 {
		return round(low)
	}
	step := new(big.Rat).Sub(exact(v[k.Int64()+1]), low)
	return round(low.Add(low, step.Mul(step, rest)))
}

func exact(f float64) *big.Rat { return new(big.Rat).SetFloat64(f) }

// round is the nearest float64; null when there is none.
func round(r *big.Rat) *float64 {
	f, _ := r.Float64()
	return defined(f)
}

// defined is f, or null when it is no finite number. There is one zero.
func defined(f float64) *float64 {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return nil
	}
	if f == 0 {
		f = 0
	}
	return &f
}

// formula computes an expression from the values of the metrics it names.
func formula(text string, value func(name string) *float64) *float64 {
	e, err := question.ParseFormula(text)
	if err != nil {
		panic("BUG: a formula that was not validated")
	}
	return compute(e, value)
}

func compute(e *question.Expression, value func(name string) *float64) *float64 {
	switch e.Op {
	case 'n':
		return defined(e.Number)
	case 'v':
		return value(e.Name)
	}
	b := compute(e.Right, value)
	a := count(0)
	if e.Op != 'm' {
		a = compute(e.Left, value)
	}
	if a == nil || b == nil {
		return nil
	}
	switch e.Op {
	case '+':
		return defined(*a + *b)
	case '-', 'm':
		return defined(*a - *b)
	case '*':
		return defined(*a * *b)
	default:
		return defined(*a / *b)
	}
}

// items are the items of a value (section 1).
func items(v event.Value) []event.Value {
	if v.Kind != event.List {
		return []event.Value{v}
	}
	out := listItems(v)
	if len(out) == 0 {
		return []event.Value{{}}
	}
	return out
}

// listItems are the different items of a list.
func listItems(v event.Value) (out []event.Value) {
	var list []any
	if err := json.Unmarshal([]byte(v.Text), &list); err != nil {
		panic("BUG: a list that is not JSON")
	}
	for _, x := range list {
		item := valueOf(x)
		different := true
		for _, earlier := range out {
			different = different && earlier != item
		}
		if different {
			out = append(out, item)
		}
	}
	return out
}

// valueOf is the value of what encoding/json decoded. Maps are encoded with sorted keys: that is canonical.
func valueOf(x any) event.Value {
	switch x := x.(type) {
	case nil:
		return event.Value{}
	case string:
		return event.StringOf(x)
	case float64:
		return event.NumberOf(x)
	case bool:
		return event.BooleanOf(x)
	case []any:
		return event.ListOf(encode(x))
	default:
		return event.ObjectOf(encode(x))
	}
}
