package query

import (
	"math"
	"slices"
	"strings"
	"time"

	"jejak/event"
	"jejak/question"
)

// matcher decides one condition for a value.
type matcher struct {
	negate bool
	// lowest and highest bound the numbers that pass; none do when highest < lowest.
	lowest, highest float64
	// scalars are values that pass by being equal.
	scalars map[event.Value]bool
	// other decides about values that are not among scalars and are not numbers; nil: none passes.
	other func(event.Value) bool
}

func (m *matcher) passes(v event.Value) bool {
	if v.Kind == event.Number {
		return m.passesNumber(v.Number)
	}
	return (m.scalars[v] || m.other != nil && m.other(v)) != m.negate
}

func (m *matcher) passesNumber(f float64) bool {
	pass := f >= m.lowest && f <= m.highest
	if !pass && m.scalars != nil {
		pass = m.scalars[event.Value{Kind: event.Number, Number: f}]
	}
	return pass != m.negate
}

// instantReader reads a date in the zone of the question.
type instantReader func(string) (time.Time, bool)

// matcherOf compiles a sound condition.
func matcherOf(f *question.Filter, at instantReader) *matcher {
	m := &matcher{lowest: math.Inf(1), highest: math.Inf(-1)}
	switch f.Operator {
	case question.IsNot, question.NotContains, question.NotBetween, question.ListHasNone, question.NotSet:
		m.negate = true
	}
	switch f.Operator {
	case question.Is, question.IsNot:
		m.scalars = scalarsOf(f.Values)
	case question.IsTrue, question.IsFalse:
		m.scalars = map[event.Value]bool{event.BooleanOf(f.Operator == question.IsTrue): true}
	case question.IsSet, question.NotSet:
		m.lowest, m.highest = math.Inf(-1), math.Inf(1)
		m.other = func(v event.Value) bool { return v.Kind != event.None }
	case question.Contains, question.NotContains, question.StartsWith, question.EndsWith:
		m.other = textMatcher(f.Operator, f.Values)
	case question.Before, question.Since:
		m.other = dateMatcher(f.Operator, f.Values[0].(string), at)
	case question.ListHasAny, question.ListHasAll, question.ListHasNone:
		m.other = listMatcher(f.Operator, scalarsOf(f.Values))
	default:
		m.bound(f.Operator, f.Values)
	}
	return m
}

// bound sets the numbers that pass.
func (m *matcher) bound(o question.Operator, values []any) {
	m.lowest, m.highest = math.Inf(-1), math.Inf(1)
	first := values[0].(float64)
	switch o {
	case question.Greater:
		m.lowest = math.Nextafter(first, math.Inf(1))
	case question.AtLeast:
		m.lowest = first
	case question.Less:
		m.highest = math.Nextafter(first, math.Inf(-1))
	case question.AtMost:
		m.highest = first
	case question.Between, question.NotBetween:
		m.lowest, m.highest = first, values[1].(float64)
	}
}

func scalarsOf(values []any) map[event.Value]bool {
	out := make(map[event.Value]bool, len(values))
	for _, v := range values {
		switch v := v.(type) {
		case nil:
			out[event.Value{}] = true
		case string:
			out[event.StringOf(v)] = true
		case float64:
			out[event.NumberOf(v)] = true
		case bool:
			out[event.BooleanOf(v)] = true
		}
	}
	return out
}

// textMatcher compares texts whatever their case.
func textMatcher(o question.Operator, values []any) func(event.Value) bool {
	test := strings.Contains
	switch o {
	case question.StartsWith:
		test = strings.HasPrefix
	case question.EndsWith:
		test = strings.HasSuffix
	}
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = strings.ToLower(v.(string))
	}
	return func(v event.Value) bool {
		if v.Kind != event.String {
			return false
		}
		text := strings.ToLower(v.Text)
		return slices.ContainsFunc(parts, func(part string) bool { return test(text, part) })
	}
}

func dateMatcher(o question.Operator, text string, at instantReader) func(event.Value) bool {
	bound, _ := at(text) // validated
	return func(v event.Value) bool {
		if v.Kind != event.String {
			return false
		}
		t, isDate := at(v.Text)
		return isDate && t.Before(bound) == (o == question.Before)
	}
}

func listMatcher(o question.Operator, wanted map[event.Value]bool) func(event.Value) bool {
	least := 1
	if o == question.ListHasAll {
		least = len(wanted)
	}
	return func(v event.Value) bool {
		if v.Kind != event.List {
			return false
		}
		found := 0
		for _, item := range listItems(v.Text) {
			if wanted[item] {
				found++
			}
		}
		return found >= least
	}
}

// readInstant is the instantReader of a zone.
func readInstant(zone *time.Location) instantReader {
	return func(s string) (time.Time, bool) {
		m, isDate := question.ParseMoment(s)
		if !isDate {
			return time.Time{}, false
		}
		if m.HasOffset {
			return m.Wall.Add(-time.Duration(m.Offset) * time.Second), true
		}
		return instantOfMoment(m.Wall, zone), true
	}
}

// instantOfMoment is instantAt with the fraction of a second, which does not count on a reading the clock jumps over.
func instantOfMoment(wall time.Time, zone *time.Location) time.Time {
	u := instantAt(wall, zone)
	if wallAt(u, zone).Unix() != wall.Unix() {
		return time.Unix(u, 0)
	}
	return time.Unix(u, int64(wall.Nanosecond()))
}
