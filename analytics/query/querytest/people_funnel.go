package querytest

import (
	"slices"

	"jejak/event"
	"jejak/question"
)

// funnelCell is a random number of a funnel.
func funnelCell(w *world, of question.Question, answer question.Answer) question.Cell {
	q, a := of.(*question.Funnel), answer.(*question.FunnelAnswer)
	c := &question.FunnelCell{Step: 1 + w.IntN(len(q.Steps))}
	c.Dropped = c.Step < len(q.Steps) && w.chance(40)
	t := pick(w.Rand, a.Funnels)
	c.Segment, c.Other = t.Segment, t.Other
	if len(a.Intervals) > 0 && w.chance(60) {
		c.Interval = pick(w.Rand, a.Intervals)
	}
	return c
}

// peopleOfFunnel are those with an attempt that counts in the cell.
func peopleOfFunnel(events []event.Event, of question.Question, cell question.Cell, now present) (people []event.Actor) {
	q, c := of.(*question.Funnel), cell.(*question.FunnelCell)
	r := funnelReferenceOf(events, q, now)
	asked := r.asked()
	groups := r.attempts(asked)
	var shown, hidden []segment
	if len(q.Breakdown) > 0 {
		shown, hidden = r.rank(groups)
	}
	for _, s := range r.spots(shown, hidden) {
		if !sameSpot(c.Spot, s.Segment, s.Other) {
			continue
		}
		for _, a := range r.inCell(groups, asked, c, s.belongs) {
			if n := len(a.taken); n == c.Step || n > c.Step && !c.Dropped {
				people = append(people, a.person)
			}
		}
	}
	return people
}

func (r *funnelReference) inCell(groups [][]attempt, asked stretch, c *question.FunnelCell, belongs func(attempt) bool) []attempt {
	if c.Interval == "" {
		return r.choose(groups, belongs)
	}
	within := asked.intervalNamed(c.Interval)
	if r.IntervalBy != question.ByEntry {
		return r.choose(r.attempts(within), belongs)
	}
	return slices.DeleteFunc(r.choose(groups, belongs), func(a attempt) bool { return !inside(within, a.taken[0].Event) })
}

// numberOfFunnel is the number shown; when people are counted that is how many they are.
func numberOfFunnel(of question.Question, cell question.Cell, answer question.Answer) *float64 {
	q, c, a := of.(*question.Funnel), cell.(*question.FunnelCell), answer.(*question.FunnelAnswer)
	if q.CountingOrDefault() != question.CountUnique {
		return nil
	}
	for _, t := range a.Funnels {
		if !sameSpot(c.Spot, t.Segment, t.Other) {
			continue
		}
		var n []int64
		for _, s := range t.Steps {
			n = append(n, s.Count)
		}
		if i := slices.Index(a.Intervals, c.Interval); i >= 0 {
			n = t.Intervals[i]
		}
		number := n[c.Step-1]
		if c.Dropped {
			number -= n[c.Step]
		}
		return count(int(number))
	}
	return nil
}
