package querytest

import (
	"cmp"
	"slices"
	"sort"

	"jejak/event"
	"jejak/question"
)

// value is the measure of events that match in a stretch: all of them, or those that belong to a segment.
func (r *reference) value(m question.Metric, s stretch, some []event.Event) *float64 {
	switch {
	case m.PerUser != nil:
		return measurePeople(m, some)
	case m.Attribute != "":
		return measure(m, attributed(m, r.matching(m, s, r.events), some))
	case m.Measure == question.InSessions:
		sessions := map[int]bool{}
		for _, e := range some {
			sessions[r.sessions[arrivalOf(e)]] = true
		}
		return count(len(sessions))
	}
	return measure(m, some)
}

// measurePeople measures each person and then the people's values.
func measurePeople(m question.Metric, events []event.Event) *float64 {
	values := []float64{}
	for _, v := range valuesOfPeople(m.PerUser, events) {
		values = append(values, v)
	}
	sort.Float64s(values)
	if m.Measure == question.Unique {
		return count(len(values))
	}
	return measureNumbers(question.Metric{Measure: m.MeasureOrDefault(), Percentile: m.Percentile}, values)
}

// valuesOfPeople are the values of those people that have one between the bounds.
func valuesOfPeople(p *question.PerUser, events []event.Event) map[event.Actor]float64 {
	hers := map[event.Actor][]event.Event{}
	for _, e := range events {
		if e.Actor.Index() != 0 {
			hers[e.Actor] = append(hers[e.Actor], e)
		}
	}
	values := map[event.Actor]float64{}
	for person, events := range hers {
		v := measure(question.Metric{Measure: p.Measure, Property: p.Property}, events)
		if v != nil && (p.AtLeast == nil || *v >= *p.AtLeast) && (p.Less == nil || *v < *p.Less) {
			values[person] = *v
		}
	}
	return values
}

// attributed are the first or last event of each person among all, if it is among some.
func attributed(m question.Metric, all, some []event.Event) (out []event.Event) {
	ordered := slices.Clone(all)
	slices.SortStableFunc(ordered, func(a, b event.Event) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(arrivalOf(a), arrivalOf(b)))
	})
	if m.Attribute == question.AttributeLast {
		slices.Reverse(ordered)
	}
	counted := map[event.Actor]bool{}
	for _, e := range ordered {
		is := func(x event.Event) bool { return arrivalOf(x) == arrivalOf(e) }
		if !counted[e.Actor] && slices.ContainsFunc(some, is) {
			out = append(out, e)
		}
		counted[e.Actor] = true
	}
	return out
}
