package querytest

import (
	"jejak/event"
	"jejak/question"
)

// kind is what the exam knows of one kind of question.
type kind struct {
	name string
	// random is a question about the world; it may be one that validation refuses.
	random func(w *world) question.Question
	// reference answers a sound question over events in order of arrival, following docs/semantics.md literally.
	reference func(events []event.Event, q question.Question, now present) question.Answer
	// print writes an answer for people: its lines stand in the scripts.
	print func(question.Answer) []string
}

// kinds are all kinds that package question knows.
var kinds = []kind{
	{"sessions", func(w *world) question.Question { return w.sessionTrend() }, referenceSessions, printSessions},
	{"flow", func(w *world) question.Question { return w.flow() }, referenceFlow, printFlow},
	{"funnel", func(w *world) question.Question { return w.funnel() }, referenceFunnel, printFunnel},
	{"retention", func(w *world) question.Question { return w.retention() }, referenceRetention, printRetention},
	{"frequency", func(w *world) question.Question { return w.frequency() }, referenceFrequency, printFrequency},
	{"stickiness", func(w *world) question.Question { return w.stickiness() }, referenceStickiness, printStickiness},
	{"lifecycle", func(w *world) question.Question { return w.lifecycle() }, referenceLifecycle, printLifecycle},
	{"trend", func(w *world) question.Question { return w.trend() }, referenceTrend, printTrend},
	{"timeline", func(w *world) question.Question { return w.timeline() }, referenceTimeline, printTimeline},
}

func kindOf(name string) kind {
	for _, k := range kinds {
		if k.name == name {
			return k
		}
	}
	panic("BUG: the exam does not know the kind " + name)
}
