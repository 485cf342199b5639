package querytest

import (
	"maps"
	"slices"

	"jejak/event"
	"jejak/question"
)

// trendCell is a random number of a trend.
func trendCell(w *world, of question.Question, answer question.Answer) question.Cell {
	q, a := of.(*question.Trend), answer.(*question.TrendAnswer)
	c := &question.TrendCell{Compare: q.Compare != nil && w.chance(40)}
	series, intervals := a.Series, a.Intervals
	if c.Compare {
		series, intervals = a.Compare.Series, a.Compare.Intervals
	}
	s := pick(w.Rand, series)
	c.Metric, c.Segment, c.Other = s.Metric, s.Segment, s.Other
	if len(intervals) > 0 && w.chance(60) {
		c.Interval = pick(w.Rand, intervals)
	}
	return c
}

// peopleOfTrend are those with an event that is measured in the cell.
func peopleOfTrend(events []event.Event, of question.Question, cell question.Cell, now present) (people []event.Actor) {
	t, c := of.(*question.Trend), cell.(*question.TrendCell)
	r := trendReference(events, t, now)
	within := r.cut(r.rangeOf(r.Range), r.Interval)
	var shown []segment
	if len(t.Breakdown) > 0 {
		shown, _ = r.rank(within)
	}
	if c.Compare {
		within = r.cut(r.earlierRange(within), r.Interval)
	}
	metric := t.Metrics[slices.IndexFunc(t.Metrics, func(m question.Metric) bool { return m.Name == c.Metric })]
	if metric.Cohort != 0 {
		return r.lookAt(r.events, within.intervalNamed(c.Interval).to).members(metric.Cohort)
	}
	for _, p := range r.places(shown, true) {
		if !sameSpot(c.Spot, p.Segment, p.Other) {
			continue
		}
		for _, s := range r.stretchesOfCell(metric, c, within) {
			people = append(people, r.measuredPeople(metric, r.matching(metric, s, r.events), r.matching(metric, s, p.events))...)
		}
	}
	return people
}

// stretchesOfCell are those from which the number of a cell is computed.
func (r *reference) stretchesOfCell(m question.Metric, c *question.TrendCell, within stretch) []stretch {
	if len(within.starts) == 0 {
		return nil
	}
	values, total := r.stretchesOf(m, within)
	if i := slices.Index(within.stamps(), c.Interval); i >= 0 {
		return values[i : i+max(1, m.RollingAverage)]
	}
	return []stretch{total}
}

// measuredPeople are those whose events a metric measures.
func (r *reference) measuredPeople(m question.Metric, all, some []event.Event) (people []event.Actor) {
	if m.PerUser != nil {
		return slices.Collect(maps.Keys(valuesOfPeople(m.PerUser, some)))
	}
	if m.Attribute != "" {
		some = attributed(m, all, some)
	}
	for _, e := range some {
		if e.Actor.Index() != 0 {
			people = append(people, e.Actor)
		}
	}
	return people
}

// intervalNamed is the interval that starts there, or with an empty name the whole.
func (s stretch) intervalNamed(start string) stretch {
	for i, stamp := range s.stamps() {
		if stamp == start {
			return stretch{zone: s.zone, from: s.starts[i], to: s.end(i)}
		}
	}
	return s
}

// sameSpot tells whether a cell lies in the segment of a series.
func sameSpot(s question.Spot, segment []any, other bool) bool {
	return s.Other == other && encode(append([]any{}, s.Segment...)) == encode(segment)
}

func numberOfTrend(of question.Question, cell question.Cell, answer question.Answer) *float64 {
	c, a := cell.(*question.TrendCell), answer.(*question.TrendAnswer)
	series, intervals := a.Series, a.Intervals
	if c.Compare {
		series, intervals = a.Compare.Series, a.Compare.Intervals
	}
	for _, m := range of.(*question.Trend).Metrics {
		if m.Name == c.Metric && m.Cohort == 0 && (m.Measure != question.Unique || m.RollingAverage > 1) {
			return nil
		}
	}
	for _, s := range series {
		if s.Metric != c.Metric || !sameSpot(c.Spot, s.Segment, s.Other) {
			continue
		}
		if i := slices.Index(intervals, c.Interval); i >= 0 {
			return s.Values[i]
		}
		return s.Total
	}
	return nil
}
