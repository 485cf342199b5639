package querytest

import (
	"slices"

	"jejak/event"
	"jejak/question"
)

// sessionCell is a random number of an answer about sessions.
func sessionCell(w *world, _ question.Question, answer question.Answer) question.Cell {
	a, c := answer.(*question.SessionsAnswer), &question.SessionCell{}
	s := pick(w.Rand, a.Series)
	c.Segment, c.Other = s.Segment, s.Other
	if len(a.Intervals) > 0 && w.chance(60) {
		c.Interval = pick(w.Rand, a.Intervals)
	}
	return c
}

// peopleOfSessions are those with a session in the cell.
func peopleOfSessions(events []event.Event, of question.Question, cell question.Cell, now present) (people []event.Actor) {
	t, c := of.(*question.SessionTrend), cell.(*question.SessionCell)
	r := &sessionReference{pastOf(events, t.Range, t.IncludeBots, now), t}
	asked := r.cut(r.rangeOf(r.Range), r.Interval)
	visits := r.visits(asked)
	var shown []segment
	if len(t.Breakdown) > 0 {
		shown, _ = r.rank(visits)
	}
	for _, p := range r.places(visits, shown, true) {
		if sameSpot(c.Spot, p.Segment, p.Other) {
			for _, v := range starting(p.visits, asked.intervalNamed(c.Interval)) {
				people = append(people, v.person)
			}
		}
	}
	return people
}

func numberOfSessions(of question.Question, cell question.Cell, answer question.Answer) *float64 {
	c, a := cell.(*question.SessionCell), answer.(*question.SessionsAnswer)
	unique := func(m question.SessionMetric) bool { return m.Measure == question.Unique }
	metric := slices.IndexFunc(of.(*question.SessionTrend).Metrics, unique)
	if metric < 0 {
		return nil
	}
	for _, s := range a.Series {
		if s.Metric != of.(*question.SessionTrend).Metrics[metric].Name || !sameSpot(c.Spot, s.Segment, s.Other) {
			continue
		}
		if i := slices.Index(a.Intervals, c.Interval); i >= 0 {
			return s.Values[i]
		}
		return s.Total
	}
	return nil
}
