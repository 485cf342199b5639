package querytest

import (
	"slices"

	"jejak/event"
	"jejak/question"
)

// frequencyCell is a random number of a frequency.
func frequencyCell(w *world, _ question.Question, answer question.Answer) question.Cell {
	a, c := answer.(*question.FrequencyAnswer), &question.FrequencyCell{}
	if len(a.Intervals) == 0 {
		return nil
	}
	t, i := pick(w.Rand, a.Tables), w.IntN(len(a.Intervals))
	c.Segment, c.Other, c.Interval = t.Segment, t.Other, a.Intervals[i]
	c.Units = 1 + w.IntN(min(3, len(t.People[i])))
	return c
}

func peopleOfFrequency(events []event.Event, of question.Question, cell question.Cell, now present) (people []event.Actor) {
	q, c := of.(*question.Frequency), cell.(*question.FrequencyCell)
	r := frequencyReference(events, q, now)
	places, _ := r.spots()
	for _, p := range places {
		if sameSpot(c.Spot, p.Segment, p.Other) {
			units := activeUnits(p.events, r.unitsOf(slices.Index(r.asked.stamps(), c.Interval), q.Unit))
			people = withUnits(units, c.Units, !q.Exactly)
		}
	}
	return people
}

func numberOfFrequency(_ question.Question, cell question.Cell, answer question.Answer) *float64 {
	c, a := cell.(*question.FrequencyCell), answer.(*question.FrequencyAnswer)
	for _, t := range a.Tables {
		if sameSpot(c.Spot, t.Segment, t.Other) {
			return count(int(t.People[slices.Index(a.Intervals, c.Interval)][c.Units-1]))
		}
	}
	return nil
}

// stickinessCell is a random number of a stickiness.
func stickinessCell(w *world, _ question.Question, answer question.Answer) question.Cell {
	a, c := answer.(*question.StickinessAnswer), &question.StickinessCell{}
	x := pick(w.Rand, a.Curves)
	c.Segment, c.Other = x.Segment, x.Other
	if n := len(x.People); n > 0 && w.chance(80) {
		c.Units = 1 + w.IntN(min(3, n))
	}
	return c
}

func spotOf(c *question.StickinessCell) question.Spot {
	return question.Spot{Segment: c.Segment, Other: c.Other}
}

func peopleOfStickiness(events []event.Event, of question.Question, cell question.Cell, now present) (people []event.Actor) {
	q, c := of.(*question.Stickiness), cell.(*question.StickinessCell)
	r := stickinessReference(events, q, now)
	places, _ := r.spots()
	for _, p := range places {
		if !sameSpot(spotOf(c), p.Segment, p.Other) {
			continue
		}
		if people = activeIn(p.events, r.asked); c.Units > 0 {
			people = withUnits(activeUnits(p.events, r.asked), c.Units, q.AtLeast)
		}
	}
	return people
}

func numberOfStickiness(_ question.Question, cell question.Cell, answer question.Answer) *float64 {
	c, a := cell.(*question.StickinessCell), answer.(*question.StickinessAnswer)
	for _, x := range a.Curves {
		if !sameSpot(spotOf(c), x.Segment, x.Other) {
			continue
		}
		if c.Units == 0 {
			return count(int(x.Active))
		}
		return count(int(x.People[c.Units-1]))
	}
	return nil
}

// lifecycleCell is a random number of a lifecycle.
func lifecycleCell(w *world, _ question.Question, answer question.Answer) question.Cell {
	a, c := answer.(*question.LifecycleAnswer), &question.LifecycleCell{State: pick(w.Rand, question.LifecycleStates)}
	if len(a.Intervals) == 0 {
		return nil
	}
	x := pick(w.Rand, a.Curves)
	c.Segment, c.Other, c.Interval = x.Segment, x.Other, pick(w.Rand, a.Intervals)
	return c
}

func peopleOfLifecycle(events []event.Event, of question.Question, cell question.Cell, now present) (people []event.Actor) {
	q, c := of.(*question.Lifecycle), cell.(*question.LifecycleCell)
	r := lifecycleReference(events, q, now)
	places, _ := r.spots()
	for _, p := range places {
		if sameSpot(c.Spot, p.Segment, p.Other) {
			people = r.lifeOf(p.events, slices.Index(r.asked.stamps(), c.Interval))[c.State]
		}
	}
	return people
}

func numberOfLifecycle(_ question.Question, cell question.Cell, answer question.Answer) *float64 {
	c, a := cell.(*question.LifecycleCell), answer.(*question.LifecycleAnswer)
	for _, x := range a.Curves {
		if sameSpot(c.Spot, x.Segment, x.Other) {
			rows := [][]int64{x.New, x.Returning, x.Resurrecting, x.Dormant}
			return count(int(rows[slices.Index(question.LifecycleStates, c.State)][slices.Index(a.Intervals, c.Interval)]))
		}
	}
	return nil
}
