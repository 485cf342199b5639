package querytest

import (
	"slices"
	"time"

	"jejak/question"
)

// funnel is a random question about steps.
func (w *world) funnel() question.Question {
	q := &question.Funnel{Kind: "funnel", Range: w.rangeOf(w.interval()), IncludeBots: w.chance(20), Top: w.top()}
	if w.chance(60) { // everything
		q.Range = question.Range{From: w.start.AddDate(0, 0, -1).Format(time.DateOnly), To: w.start.Add(w.length).AddDate(0, 0, 1).Format(time.DateOnly), Zone: w.zone}
	}
	q.Order = pick(w.Rand, []question.StepOrder{"", question.OrderLoose, question.OrderLoose, question.OrderAny, question.OrderStrict})
	for range w.funnelLength() {
		q.Steps = append(q.Steps, question.Step{Selector: w.stepSelector(), Anchored: q.Order == question.OrderAny && w.chance(30)})
	}
	w.funnelWindow(q)
	q.Optimized, q.NoGrace = w.chance(30) && q.Order != question.OrderAny, w.chance(30)
	for w.chance(25) && q.Order != question.OrderStrict {
		q.Exclude = append(q.Exclude, w.exclusion(len(q.Steps)))
	}
	for range pick(w.Rand, []int{0, 0, 0, 0, 1, 1, 2}) {
		q.Hold = append(q.Hold, w.orComputed(pick(w.Rand, []string{"plan", "ok", "ok", "tags", "mixed", "never"})))
	}
	if w.chance(15) {
		q.Filter = w.filter(2)
	}
	for range pick(w.Rand, []int{0, 0, 0, 0, 1, 2}) {
		c := w.condition()
		for c.Where != "" {
			c = w.condition()
		}
		q.Keep = append(q.Keep, question.FunnelCondition{Property: c.Property, Operator: c.Operator, Values: c.Values, Attribution: w.attribution(len(q.Steps))})
	}
	for range w.breakdowns() {
		q.Breakdown = append(q.Breakdown, question.FunnelBreakdown{Property: w.orComputed(pick(w.Rand, properties)), Attribution: w.attribution(len(q.Steps))})
	}
	w.funnelMeasures(q)
	return q
}

func (w *world) funnelLength() int { return pick(w.Rand, []int{2, 2, 3, 3, 4, 5, 8}) }

// stepSelector mostly means a frequent event: attempts are to get somewhere.
func (w *world) stepSelector() question.Selector {
	if w.chance(70) {
		return question.Selector{Event: pick(w.Rand, []string{"view", "view", "click", "pay"})}
	}
	return w.selector(1)
}

func (w *world) funnelWindow(q *question.Funnel) {
	switch w.IntN(8) {
	case 0, 1:
		q.Counting, q.Sessions = question.CountSession, w.sessions()
		return
	case 2:
		q.WindowIn, q.Sessions = 1+w.IntN(3), w.sessions()
	default:
		q.Window = pick(w.Rand, []int{0, 1, 2, 3, 60, 900, 7200, 86400, 31622400})
	}
	q.Counting = pick(w.Rand, []question.Counting{"", question.CountUnique, question.CountTotal, question.CountTotal})
}

func (w *world) exclusion(steps int) question.FunnelExclusion {
	x := question.FunnelExclusion{Selector: w.stepSelector()}
	if w.chance(50) {
		x.After = 1 + w.IntN(steps-1)
	}
	if w.chance(50) {
		x.Before = max(x.After, 1) + 1 + w.IntN(steps-max(x.After, 1))
	}
	return x
}

func (w *world) attribution(steps int) question.Attribution {
	by := pick(w.Rand, []string{"", question.ByFirst, question.ByLast, question.ByStep})
	a := question.Attribution{By: by}
	if by == question.ByStep {
		a.Step = 1 + w.IntN(steps)
	}
	return a
}

func (w *world) funnelMeasures(q *question.Funnel) {
	if w.chance(30) {
		q.Interval = pick(w.Rand, []question.Unit{w.interval(), question.Day, question.Week})
		q.IntervalBy = pick(w.Rand, []string{"", question.BySeparate, question.ByEntry})
	}
	if w.chance(25) {
		q.Sum = w.orComputed(pick(w.Rand, []string{"price", "mixed"}))
	}
	if !w.chance(35) {
		return
	}
	q.Times = &question.FunnelTimes{}
	for w.chance(50) {
		q.Times.Percentiles = append(q.Times.Percentiles, pick(w.Rand, []float64{0, 10, 33.3, 90, 99.9, 100}))
	}
	for w.chance(60) {
		q.Times.Histogram = append(q.Times.Histogram, pick(w.Rand, []float64{0, 0.001, 1, 2, 60, 900, 3600.5, 86400}))
	}
	slices.Sort(q.Times.Histogram)
	q.Times.Histogram = slices.Compact(q.Times.Histogram)
}

// funnelWorld is a world of few people who do much: attempts are to get somewhere.
func funnelWorld(w *world) {
	if w.chance(80) {
		w.people, w.visits = 1+w.IntN(6), 90
	}
}
