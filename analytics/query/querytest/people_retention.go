package querytest

import (
	"slices"

	"jejak/event"
	"jejak/question"
)

// retentionCell is a random number of a retention.
func retentionCell(w *world, _ question.Question, answer question.Answer) question.Cell {
	a, c := answer.(*question.RetentionAnswer), &question.RetentionCell{}
	if len(a.Intervals) == 0 {
		return nil
	}
	t := pick(w.Rand, a.Tables)
	c.Segment, c.Other, c.Interval = t.Segment, t.Other, pick(w.Rand, a.Intervals)
	if w.chance(80) {
		bucket := w.IntN(len(a.Buckets))
		c.Bucket = &bucket
	}
	return c
}

// peopleOfRetention are those of a cohort, or whom a bucket counts.
func peopleOfRetention(events []event.Event, of question.Question, cell question.Cell, now present) (people []event.Actor) {
	c, r := cell.(*question.RetentionCell), newRetentionReference(events, of, now)
	cohort := slices.Index(r.asked.stamps(), c.Interval)
	places, _ := r.places()
	for _, p := range places {
		if !sameSpot(c.Spot, p.Segment, p.Other) {
			continue
		}
		for _, x := range r.cohort(cohort, p.isOf) {
			if c.Bucket == nil || x.counts[*c.Bucket] {
				people = append(people, x.person)
			}
		}
	}
	return people
}

func numberOfRetention(_ question.Question, cell question.Cell, answer question.Answer) *float64 {
	c, a := cell.(*question.RetentionCell), answer.(*question.RetentionAnswer)
	for _, t := range a.Tables {
		if !sameSpot(c.Spot, t.Segment, t.Other) {
			continue
		}
		cohort := t.Cohorts[slices.Index(a.Intervals, c.Interval)]
		if c.Bucket == nil {
			return count(int(cohort.People))
		}
		return count(int(cohort.Retained[*c.Bucket]))
	}
	return nil
}
