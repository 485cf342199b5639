package querytest

import (
	"slices"
	"strings"

	"jejak/event"
	"jejak/question"
)

// passes is section 3.
func (p *past) passes(f *question.Filter, e event.Event) bool {
	pass := func(part question.Filter) bool { return p.passes(&part, e) }
	switch {
	case f == nil:
		return true
	case f.All != nil:
		return !slices.ContainsFunc(f.All, func(part question.Filter) bool { return !pass(part) })
	case f.Any != nil:
		return slices.ContainsFunc(f.Any, pass)
	}
	if f.Where != "" {
		return e.Get(question.ComputedProperty(f.Where)) == event.BooleanOf(true) // withComputed
	}
	return p.condition(f, e.Get(f.Property))
}

// condition compares a value: one row of the table after the other.
func (p *past) condition(f *question.Filter, v event.Value) bool {
	opposite := func(o question.Operator) bool {
		return !p.condition(&question.Filter{Operator: o, Values: f.Values}, v)
	}
	some := func(test func(x any) bool) bool { return slices.ContainsFunc(f.Values, test) }
	isNumber := v.Kind == event.Number
	switch f.Operator {
	case question.Is:
		return some(func(x any) bool { return valueOf(x) == v })
	case question.Contains:
		return some(func(x any) bool { return v.Kind == event.String && strings.Contains(lower(v.Text), lower(x)) })
	case question.StartsWith:
		return some(func(x any) bool { return v.Kind == event.String && strings.HasPrefix(lower(v.Text), lower(x)) })
	case question.EndsWith:
		return some(func(x any) bool { return v.Kind == event.String && strings.HasSuffix(lower(v.Text), lower(x)) })
	case question.IsSet:
		return v.Kind != event.None
	case question.NotSet:
		return v.Kind == event.None
	case question.Greater:
		return isNumber && v.Number > f.Values[0].(float64)
	case question.AtLeast:
		return isNumber && v.Number >= f.Values[0].(float64)
	case question.Less:
		return isNumber && v.Number < f.Values[0].(float64)
	case question.AtMost:
		return isNumber && v.Number <= f.Values[0].(float64)
	case question.Between:
		return isNumber && v.Number >= f.Values[0].(float64) && v.Number <= f.Values[1].(float64)
	case question.Before:
		return p.dated(v, func(t, bound instant) bool { return t.before(bound) }, f.Values[0])
	case question.Since:
		return p.dated(v, func(t, bound instant) bool { return !t.before(bound) }, f.Values[0])
	case question.IsTrue:
		return v == event.BooleanOf(true)
	case question.IsFalse:
		return v == event.BooleanOf(false)
	case question.ListHasAny:
		return some(func(x any) bool { return v.Kind == event.List && slices.Contains(listItems(v), valueOf(x)) })
	case question.ListHasAll:
		return v.Kind == event.List && !some(func(x any) bool { return !slices.Contains(listItems(v), valueOf(x)) })
	case question.IsNot:
		return opposite(question.Is)
	case question.NotContains:
		return opposite(question.Contains)
	case question.NotBetween:
		return opposite(question.Between)
	case question.ListHasNone:
		return opposite(question.ListHasAny)
	}
	panic("BUG: an operator without a meaning: " + f.Operator)
}

func lower(x any) string { return strings.ToLower(x.(string)) }

func (p *past) dated(v event.Value, test func(t, bound instant) bool, bound any) bool {
	if v.Kind != event.String {
		return false
	}
	t, isDate := p.instantOf(v.Text)
	b, _ := p.instantOf(bound.(string))
	return isDate && test(t, b)
}

// instant is a point in time: seconds since the epoch, and nanoseconds. Years from 0 to 9999 fit.
type instant struct{ seconds, nanos int64 }

func (a instant) before(b instant) bool {
	return a.seconds < b.seconds || a.seconds == b.seconds && a.nanos < b.nanos
}

// instantOf reads a date in the question's zone.
func (p *past) instantOf(text string) (instant, bool) {
	m, isDate := question.ParseMoment(text)
	if !isDate {
		return instant{}, false
	}
	if m.HasOffset {
		return instant{m.Wall.Unix() - int64(m.Offset), int64(m.Wall.Nanosecond())}, true
	}
	t := firstShowing(p.zone, m.Wall)
	if !reading(p.zone, t).Equal(m.Wall) {
		return instant{t.Unix(), 0}, true // it never comes: the jump
	}
	return instant{t.Unix(), int64(t.Nanosecond())}, true
}
