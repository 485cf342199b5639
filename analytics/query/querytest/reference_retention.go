package querytest

import (
	"maps"
	"math/big"
	"slices"
	"time"

	"jejak/event"
	"jejak/question"
)

// retentionReference answers one question about retention (section 9).
type retentionReference struct {
	*past
	*question.Retention
	asked  stretch
	cuts   []time.Time // calendar: where units begin, from the first cohort on
	trails []retentionTrail
}

// retentionTrail is the births and returns of a person, in their order.
type retentionTrail struct {
	person event.Actor
	acts   []act
}

// act is an event that is a birth, a return or both.
type act struct {
	event.Event
	isBirth, isReturn bool
}

// returnee is a person in a cohort: the buckets that count her, and the numbers of what is measured in each of them.
type returnee struct {
	person  event.Actor
	counts  []bool
	numbers [][]float64
}

// retentionPlace is a table before it is counted, and the births that it is about.
type retentionPlace struct {
	question.Series
	isOf func(birth event.Event) bool
}

func newRetentionReference(events []event.Event, q question.Question, now present) *retentionReference {
	t := q.(*question.Retention)
	r := &retentionReference{past: pastOf(events, t.Range, t.IncludeBots, now), Retention: t}
	r.asked = r.cut(r.rangeOf(r.Range), r.Unit)
	if n := len(r.asked.starts); n > 0 && t.Alignment == question.Calendar {
		r.cuts = append(r.cuts, r.asked.starts[:n-1]...)
		r.cuts = append(r.cuts, unitsFrom(r.zone, r.asked.starts[n-1], r.Unit, r.units()+1)...)
	}
	people := r.byPerson()
	for _, person := range slices.Sorted(maps.Keys(people)) {
		r.trails = append(r.trails, r.trail(person, people[person]))
	}
	return r
}

func (r *retentionReference) trail(person event.Actor, events []event.Event) retentionTrail {
	t := retentionTrail{person: person}
	for _, e := range events {
		passes := r.passes(r.Filter, e)
		a := act{e, passes && inside(r.asked, e) && r.selects(&r.Birth, e), passes && r.selects(&r.Return, e)}
		if a.isBirth || a.isReturn {
			t.acts = append(t.acts, a)
		}
	}
	return t
}

// units is how many all buckets have.
func (r *retentionReference) units() int { return slices.Max(r.Ends()) }

// unitsFrom are an instant and the beginnings of units after it, n in all. It remembers them: they take long to find.
func unitsFrom(zone *time.Location, t time.Time, unit question.Unit, n int) []time.Time {
	key := unitsKey{zone.String(), t.UnixMilli(), unit, n}
	if found, known := knownUnits[key]; known {
		return found
	}
	cuts := []time.Time{t}
	for len(cuts) < n {
		last := cuts[len(cuts)-1]
		more := cutsAfter(zone, last, last.Add(32*24*time.Hour), unit)
		cuts = append(cuts, more[0])
	}
	knownUnits[key] = cuts
	return cuts
}

type unitsKey struct {
	zone  string
	start int64
	unit  question.Unit
	n     int
}

var knownUnits = map[unitsKey][]time.Time{}

// bucketOf is the stretch of bucket n for somebody of a cohort.
func (r *retentionReference) bucketOf(cohort int, born event.Millis, n int) stretch {
	to := r.Ends()[n]
	from := 0
	if n > 0 {
		from = r.Ends()[n-1]
	}
	if r.Alignment == question.Calendar {
		return stretch{from: r.cuts[cohort+from], to: r.cuts[cohort+to]}
	}
	unit := map[question.Unit]time.Duration{
		question.Hour: time.Hour, question.Day: 24 * time.Hour, question.Week: 7 * 24 * time.Hour, question.Month: 30 * 24 * time.Hour,
	}[r.Unit]
	birth := time.UnixMilli(int64(born))
	return stretch{from: birth.Add(time.Duration(from) * unit), to: birth.Add(time.Duration(to) * unit)}
}

// cohort is the people of one: those with a birth in the interval.
func (r *retentionReference) cohort(i int, isOf func(event.Event) bool) (out []returnee) {
	interval := stretch{from: r.asked.starts[i], to: r.asked.end(i)}
	for _, t := range r.trails {
		birth := slices.IndexFunc(t.acts, func(a act) bool { return a.isBirth && inside(interval, a.Event) && isOf(a.Event) })
		if birth >= 0 {
			out = append(out, r.returnee(i, t, birth))
		}
	}
	return out
}

func (r *retentionReference) returnee(cohort int, t retentionTrail, birth int) returnee {
	var returns []event.Event
	for i, a := range t.acts {
		if a.isReturn && (i > birth || i == birth && r.CriterionOrDefault() == question.RetainedStreak) {
			returns = append(returns, a.Event)
		}
	}
	var in [][]event.Event // by bucket
	for n := range r.Ends() {
		bucket := r.bucketOf(cohort, t.acts[birth].Time, n)
		var some []event.Event
		for _, e := range returns {
			if inside(bucket, e) {
				some = append(some, e)
			}
		}
		in = append(in, some)
	}
	x := returnee{person: t.person}
	for n := range in {
		looked, counts := r.looksAt(in, n)
		x.counts = append(x.counts, counts)
		if !counts {
			looked = nil
		}
		x.numbers = append(x.numbers, numbersOf(slices.Concat(looked...), r.Property))
	}
	return x
}

// looksAt is the buckets whose returns the criterion looks at for bucket n, and whether it counts the person.
func (r *retentionReference) looksAt(in [][]event.Event, n int) (looked [][]event.Event, counts bool) {
	some := func(events []event.Event) bool { return len(events) > 0 }
	switch r.CriterionOrDefault() {
	case question.RetainedOn:
		return in[n : n+1], some(in[n])
	case question.RetainedOnOrAfter:
		return in[n:], slices.ContainsFunc(in[n:], some)
	case question.RetainedOnOrBefore:
		return in[:n+1], slices.ContainsFunc(in[:n+1], some)
	default:
		return in[n : n+1], !slices.ContainsFunc(in[:n+1], func(e []event.Event) bool { return !some(e) })
	}
}

func referenceRetention(events []event.Event, q question.Question, now present) question.Answer {
	r := newRetentionReference(events, q, now)
	a := &question.RetentionAnswer{Kind: "retention", Range: r.asked.answer(), Intervals: r.asked.stamps(), Tables: []question.RetentionTable{}}
	from := 0
	for _, to := range r.Ends() {
		a.Buckets = append(a.Buckets, question.RetentionBucket{From: from, To: to})
		from = to
	}
	places, count := r.places()
	for _, p := range places {
		a.Tables = append(a.Tables, r.table(p))
	}
	a.Segments = count
	a.Explain = r.explainOf(r.Filter, []*question.Selector{&r.Birth, &r.Return}, r.looked(), r.asked)
	return a
}

// looked is the stretch that is looked at: to the end of the last bucket that anybody can have.
func (r *retentionReference) looked() stretch {
	s := r.asked
	if n := len(s.starts); n > 0 {
		s.to = r.bucketOf(n-1, event.Millis(s.to.UnixMilli()), len(r.Ends())-1).to
	}
	return s
}

// places are the whole, the segments shown and other.
func (r *retentionReference) places() ([]retentionPlace, *question.SegmentCount) {
	out := []retentionPlace{{question.Series{Segment: []any{}}, func(event.Event) bool { return true }}}
	if len(r.Breakdown) == 0 {
		return out, nil
	}
	by := &reference{past: r.past, Trend: &question.Trend{Breakdown: r.Breakdown}}
	all, totals := map[string]segment{}, map[string]*float64{}
	for _, e := range r.events {
		if inside(r.asked, e) && r.passes(r.Filter, e) && r.selects(&r.Birth, e) && e.Actor.Index() != 0 {
			for _, s := range by.segmentsOf(e) {
				all[s.key()] = s
			}
		}
	}
	is := func(s segment) func(event.Event) bool {
		return func(e event.Event) bool {
			return slices.ContainsFunc(by.segmentsOf(e), func(x segment) bool { return x.key() == s.key() })
		}
	}
	for key, s := range all {
		n := 0
		for i := range r.asked.starts {
			n += len(r.cohort(i, is(s)))
		}
		totals[key] = count(n)
	}
	shown, hidden := divide(slices.Collect(maps.Values(all)), totals, r.TopOrDefault())
	for _, s := range shown {
		out = append(out, retentionPlace{question.Series{Segment: plain(s)}, is(s)})
	}
	if len(hidden) > 0 {
		out = append(out, retentionPlace{question.Series{Segment: []any{}, Other: true}, func(e event.Event) bool { return by.hidden(e, shown) }})
	}
	return out, &question.SegmentCount{Shown: len(shown), All: len(all)}
}

func (r *retentionReference) table(p retentionPlace) question.RetentionTable {
	t := question.RetentionTable{Segment: p.Segment, Other: p.Other, Cohorts: []question.RetentionCohort{}}
	var cohorts [][]returnee
	for i := range r.asked.starts {
		people := r.cohort(i, p.isOf)
		cohorts = append(cohorts, people)
		row := question.RetentionCohort{People: int64(len(people)), Complete: r.complete(i)}
		for n := range r.Ends() {
			kept := retained(people, n)
			row.Retained = append(row.Retained, int64(len(kept)))
			row.Rates = append(row.Rates, divided(integer(len(kept)), integer(len(people))))
			if r.Measure != "" {
				row.Values = append(row.Values, r.value(sumOf(kept, n), integer(1), integer(len(kept))))
			}
		}
		t.Cohorts = append(t.Cohorts, row)
	}
	for n := range r.Ends() {
		t.Average = append(t.Average, r.average(cohorts, n))
	}
	return t
}

// complete is how many buckets are over for all who may be born in an interval.
func (r *retentionReference) complete(i int) (n int) {
	for n < len(r.Ends()) && !r.bucketOf(i, event.Millis(r.asked.end(i).UnixMilli()), n).to.After(r.now.Truncate(time.Millisecond)) {
		n++
	}
	return n
}

// retained are those whom bucket n counts.
func retained(people []returnee, n int) (out []returnee) {
	for _, p := range people {
		if p.counts[n] {
			out = append(out, p)
		}
	}
	return out
}

func sumOf(people []returnee, n int) *big.Rat {
	sum := new(big.Rat)
	for _, p := range people {
		for _, f := range p.numbers[n] {
			sum.Add(sum, exact(f))
		}
	}
	return sum
}

func integer(n int) *big.Rat { return big.NewRat(int64(n), 1) }

// divided is a/b; null when b is 0.
func divided(a, b *big.Rat) *float64 {
	if b.Sign() == 0 {
		return nil
	}
	return round(new(big.Rat).Quo(a, b))
}

// value is what is measured, of so much and so many people.
func (r *retentionReference) value(sum, weights, people *big.Rat) *float64 {
	if r.Measure == question.Sum {
		return divided(sum, weights)
	}
	return divided(sum, people)
}

// average is the mean over the cohorts in which bucket n is complete, each weighing w = p/Σp.
func (r *retentionReference) average(cohorts [][]returnee, n int) (m question.RetentionMean) {
	var complete [][]returnee
	all := 0
	for i, people := range cohorts {
		if r.complete(i) > n {
			complete = append(complete, people)
			all += len(people)
		}
	}
	if all == 0 {
		return m
	}
	size, kept, sum := new(big.Rat), new(big.Rat), new(big.Rat)
	for _, people := range complete {
		w := big.NewRat(int64(len(people)), int64(all))
		size.Add(size, new(big.Rat).Mul(integer(len(people)), w))
		kept.Add(kept, new(big.Rat).Mul(integer(len(retained(people, n))), w))
		sum.Add(sum, new(big.Rat).Mul(sumOf(retained(people, n), n), w))
	}
	m.People, m.Retained, m.Rate = round(size), round(kept), divided(kept, size)
	if r.Measure != "" {
		m.Value = r.value(sum, integer(1), kept)
	}
	return m
}
