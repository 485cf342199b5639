package querytest

import (
	"time"

	"jejak/question"
)

// retention is a random question about retention.
func (w *world) retention() question.Question {
	q := &question.Retention{Kind: "retention", Unit: w.cohortUnit(), IncludeBots: w.chance(20), Top: w.top()}
	q.Range, q.Birth, q.Return = w.rangeOf(q.Unit), w.selector(1), w.selector(1)
	if w.chance(30) {
		q.Return = q.Birth
	}
	q.Alignment = pick(w.Rand, []string{"", question.Rolling, question.Calendar})
	q.Criterion = pick(w.Rand, []question.RetentionCriterion{
		"", question.RetainedOn, question.RetainedOnOrAfter, question.RetainedOnOrBefore, question.RetainedStreak})
	if q.Buckets = 1 + w.IntN(6); w.chance(30) {
		q.Buckets = 0
		for range 1 + w.IntN(4) {
			q.Brackets = append(q.Brackets, 1+w.IntN(3))
		}
	}
	if w.chance(40) {
		q.Measure, q.Property = pick(w.Rand, []question.Measure{question.Sum, question.Average}), w.orComputed(pick(w.Rand, []string{"price", "price", "mixed", "plan", "never"}))
	}
	if w.chance(20) {
		q.Filter = w.filter(2)
	}
	q.Breakdown = w.fewBreakdowns()
	return q
}

// cohortUnit is one that cuts the world into few pieces.
func (w *world) cohortUnit() question.Unit {
	switch {
	case w.length <= 2*time.Hour:
		return pick(w.Rand, []question.Unit{question.Hour, question.Hour, question.Day})
	case w.length <= 30*time.Hour:
		return pick(w.Rand, []question.Unit{question.Hour, question.Day})
	case w.length <= 5*24*time.Hour:
		return pick(w.Rand, []question.Unit{question.Day, question.Day, question.Week})
	default:
		return pick(w.Rand, []question.Unit{question.Week, question.Week, question.Month})
	}
}

func (w *world) fewBreakdowns() (out []question.Breakdown) {
	for range pick(w.Rand, []int{0, 0, 0, 1, 1, 2}) {
		out = append(out, question.Breakdown{Property: w.orComputed(pick(w.Rand, properties))})
	}
	return out
}
