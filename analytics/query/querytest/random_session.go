package querytest

import (
	"fmt"

	"jejak/question"
)

// sessionTrend is a random question about sessions.
func (w *world) sessionTrend() question.Question {
	q := &question.SessionTrend{Kind: "sessions", Interval: w.interval(), IncludeBots: w.chance(20), Top: w.top()}
	q.Range, q.Sessions = w.rangeOf(q.Interval), w.sessions()
	if w.chance(25) {
		with := w.selector(1)
		q.With = &with
	}
	for i := range 1 + w.IntN(3) {
		q.Metrics = append(q.Metrics, w.sessionMetric(fmt.Sprintf("m%d", i)))
	}
	for range w.breakdowns() {
		q.Breakdown = append(q.Breakdown, w.sessionBreakdown())
	}
	return q
}

// sessions is a random way to cut events into sessions.
func (w *world) sessions() *question.Sessions {
	s := &question.Sessions{}
	for w.chance(25) {
		s.Exclude = append(s.Exclude, pick(w.Rand, names))
	}
	switch w.IntN(6) {
	case 0:
		return nil
	case 1, 2:
		s.By = question.ByEvents
		start, end := w.selector(1), w.selector(1)
		s.Start, s.End = &start, &end
	case 3:
		s.By, s.Property = question.ByProperty, pick(w.Rand, []string{"plan", "ok", "tags", "mixed", "never"})
	default:
		s.Timeout = pick(w.Rand, []int{0, 60, 900, 3600, 7200, 86400})
	}
	return s
}

func (w *world) sessionMetric(name string) question.SessionMetric {
	m := question.SessionMetric{Name: name, Measure: pick(w.Rand, []question.Measure{
		question.Total, question.Unique, question.BounceRate, question.Sum, question.Average, question.Median, question.Percentile,
		question.Min, question.Max,
	})}
	switch m.Measure {
	case question.Total, question.Unique, question.BounceRate:
	default:
		m.Of = pick(w.Rand, []string{question.OfDuration, question.OfEvents})
	}
	if m.Measure == question.Percentile {
		p := pick(w.Rand, []float64{0, 25, 90, 100, 33.3})
		m.Percentile = &p
	}
	return m
}

func (w *world) sessionBreakdown() question.SessionBreakdown {
	b := question.SessionBreakdown{At: pick(w.Rand, []string{"", question.AtFirst, question.AtEntry, question.AtExit})}
	if b.Name = w.chance(30); !b.Name {
		b.Property = w.orComputed(pick(w.Rand, properties))
	}
	return b
}
