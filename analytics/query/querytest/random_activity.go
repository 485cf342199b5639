package querytest

import (
	"time"

	"jejak/question"
)

// frequency is a random question about frequency.
func (w *world) frequency() question.Question {
	q := &question.Frequency{Kind: "frequency", Exactly: w.chance(50), IncludeBots: w.chance(20), Top: w.top(), Breakdown: w.fewBreakdowns()}
	q.Interval, q.Unit = question.Day, question.Hour
	if w.length > 30*time.Hour {
		q.Interval, q.Unit = pick(w.Rand, []question.Unit{question.Week, question.Month}), question.Day
	}
	if w.chance(10) {
		q.Unit = question.Hour
	}
	q.Range, q.Selector = w.rangeOf(w.cohortUnit()), w.selector(1)
	return q
}

// stickiness is a random question about stickiness.
func (w *world) stickiness() question.Question {
	q := &question.Stickiness{Kind: "stickiness", Interval: w.cohortUnit(), AtLeast: w.chance(50), IncludeBots: w.chance(20), Top: w.top(), Breakdown: w.fewBreakdowns()}
	if w.chance(10) {
		q.Interval = pick(w.Rand, []question.Unit{question.Hour, question.Day})
	}
	q.Range, q.Selector = w.rangeOf(q.Interval), w.selector(1)
	return q
}

// lifecycle is a random question about life cycles.
func (w *world) lifecycle() question.Question {
	q := &question.Lifecycle{Kind: "lifecycle", Interval: w.cohortUnit(), IncludeBots: w.chance(20), Top: w.top(), Breakdown: w.fewBreakdowns()}
	q.Range, q.Selector = w.rangeOf(q.Interval), w.selector(1)
	return q
}
