package query

import (
	"sort"

	"jejak/event"
	"jejak/question"
)

// buckets are the stretches of time after a birth in which returns are looked for. They follow each other.
type buckets struct {
	count int
	units []int          // where each ends, in units
	spans []event.Millis // rolling: how long after the birth each ends
	cuts  []event.Millis // calendar: where units begin, the first of them with the first cohort
	until event.Millis   // the end of the last bucket of the last cohort
}

// rollingUnit is how long a unit is after a person's own birth.
var rollingUnit = map[question.Unit]event.Millis{
	question.Hour: 3600 * 1000, question.Day: 24 * 3600 * 1000, question.Week: 7 * 24 * 3600 * 1000, question.Month: 30 * 24 * 3600 * 1000,
}

func bucketsOf(q *question.Retention, line *timeline) *buckets {
	b := &buckets{units: q.Ends(), until: line.to}
	b.count = len(b.units)
	last := b.units[b.count-1]
	switch {
	case len(line.starts) == 0: // nobody is born in an empty range
	case q.Alignment == question.Calendar:
		b.cuts = append(b.cuts, line.starts...)
		for len(b.cuts) < len(line.starts)+last {
			b.cuts = append(b.cuts, event.Millis(1000*nextCut(int64(b.cuts[len(b.cuts)-1]/1000), q.Unit, line.zone)))
		}
		b.until = b.cuts[len(b.cuts)-1]
	default:
		for _, n := range b.units {
			b.spans = append(b.spans, event.Millis(n)*rollingUnit[q.Unit])
		}
		b.until += event.Millis(last) * rollingUnit[q.Unit]
	}
	return b
}

// end is where bucket k ends for somebody born then, in that cohort.
func (b *buckets) end(cohort int, born event.Millis, k int) event.Millis {
	if b.cuts != nil {
		return b.cuts[cohort+b.units[k]]
	}
	return born + b.spans[k]
}

// of is the bucket that holds an instant at or after the birth; count when it lies behind the last.
func (b *buckets) of(cohort int, born, t event.Millis) int {
	return sort.Search(b.count, func(k int) bool { return t < b.end(cohort, born, k) })
}

// complete is how many buckets are over, at an instant, for everybody of a cohort that ends then.
func (b *buckets) complete(cohort int, cohortEnd, now event.Millis) int {
	return sort.Search(b.count, func(k int) bool { return b.end(cohort, cohortEnd, k) > now })
}

func (b *buckets) answer() []question.RetentionBucket {
	out := make([]question.RetentionBucket, b.count)
	from := 0
	for i, to := range b.units {
		out[i] = question.RetentionBucket{From: from, To: to}
		from = to
	}
	return out
}
