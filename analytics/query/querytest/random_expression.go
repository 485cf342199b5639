package querytest

import (
	"math/rand/v2"
	"testing"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// runExpressions compares what random expressions compute from all events of random worlds: each answer lists their values.
func runExpressions(t *testing.T, open func(t *testing.T) store.Store) {
	seed := *seedFlag
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("to repeat: -seed %d -worlds %d", seed, *worldsFlag)
	about := kindOf("trend")
	answers, set := 0, 0
	reference := about.reference
	about.random = func(w *world) question.Question { return w.valuesOfExpression() }
	about.reference = func(events []event.Event, q question.Question, now present) question.Answer {
		a := reference(events, q, now)
		answers++
		if isSet(a) {
			set++
		}
		return a
	}
	runWorlds(t, open, about, seed, *worldsFlag, nil, nil)
	t.Logf("%d of %d expressions have a value that is set", set, answers)
	if set < answers/3 {
		t.Error("the expressions are too often not set to tell much")
	}
}

// valuesOfExpression asks how many events of the world have which value.
func (w *world) valuesOfExpression() question.Question {
	return &question.Trend{
		Kind: "trend", Interval: question.Month, IncludeBots: true, Top: question.MaxTop,
		Range:     question.Range{From: w.start.AddDate(0, 0, -1).Format("2006-01-02"), To: w.start.Add(w.length).Format("2006-01-02"), Zone: w.zone},
		Metrics:   []question.Metric{{Name: "events", Selector: question.Selector{AnyEvent: true}, Measure: question.Total}},
		Breakdown: []question.Breakdown{{Property: w.computed(1 + w.IntN(4))}},
	}
}

// isSet tells whether an answer of valuesOfExpression has a value that is set.
func isSet(a question.Answer) bool {
	for _, s := range a.(*question.TrendAnswer).Series {
		if len(s.Segment) > 0 && s.Segment[0] != nil {
			return true
		}
	}
	return false
}
