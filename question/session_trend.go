package question

import (
	"fmt"
	"math"
)

// SessionTrend asks how many sessions there were, how long, with how many events, where they began and ended.
// docs/semantics.md, section 11, defines each part.
type SessionTrend struct {
	Kind string `json:"kind" enum:"sessions" doc:"Always sessions."`
	Counted
	Range       Range              `json:"range" doc:"The sessions that start in this time."`
	Interval    Unit               `json:"interval" enum:"minute,hour,day,week,month" doc:"How the range is cut. A session is in the interval of its start."`
	Sessions    *Sessions          `json:"sessions,omitempty" doc:"How events are cut into sessions; by a timeout of 30 minutes when absent."`
	With        *Selector          `json:"with,omitempty" doc:"Only sessions that hold an event that this means."`
	Metrics     []SessionMetric    `json:"metrics" minItems:"1" maxItems:"40" nullable:"false"`
	Breakdown   []SessionBreakdown `json:"breakdown,omitempty" maxItems:"3" nullable:"false" doc:"What makes the segments."`
	Top         int                `json:"top,omitempty" minimum:"0" maximum:"1000" doc:"Segments to keep; 0 or absent means 10. The rest is one segment other."`
	IncludeBots bool               `json:"include_bots,omitempty" doc:"Sessions of machines too."`
}

// SessionMetric is one line of an answer about sessions.
type SessionMetric struct {
	Name       string   `json:"name" maxLength:"64" doc:"A letter or underscore, then letters, digits or underscores."`
	Measure    Measure  `json:"measure" enum:"total,unique,bounce_rate,sum,average,median,percentile,min,max" doc:"total: sessions. unique: people. bounce_rate: the share of sessions with one event. The others measure what of names."`
	Of         string   `json:"of,omitempty" enum:"duration,events" doc:"duration: seconds from the first event of a session to its last. events: how many a session has. For sum, average, median, percentile, min and max."`
	Percentile *float64 `json:"percentile,omitempty" minimum:"0" maximum:"100" doc:"For the measure percentile."`
}

// BounceRate is a measure of sessions.
const BounceRate Measure = "bounce_rate"

// What a SessionMetric is of.
const (
	OfDuration = "duration"
	OfEvents   = "events"
)

// SessionBreakdown names what makes segments of sessions.
type SessionBreakdown struct {
	Property string `json:"property,omitempty"`
	Name     bool   `json:"name,omitempty" doc:"The name of the event instead of a property; at entry or exit."`
	At       string `json:"at,omitempty" enum:"first,entry,exit" doc:"first (when absent): the first event of the session that has the property. entry, exit: its first, its last event."`
}

// Where a SessionBreakdown looks.
const (
	AtFirst = "first"
	AtEntry = "entry"
	AtExit  = "exit"
)

// SessionsAnswer is the answer to a SessionTrend. With a breakdown each metric has its whole series first (segment [] and
// other false), then the segments shown, best first, then other when there is a rest.
type SessionsAnswer struct {
	Kind      string        `json:"kind" enum:"sessions"`
	Range     AnswerRange   `json:"range"`
	Intervals []string      `json:"intervals" nullable:"false" doc:"Where each interval starts, in the range's zone."`
	Series    []Series      `json:"series" nullable:"false"`
	Segments  *SegmentCount `json:"segments,omitempty" doc:"With a breakdown."`
	Explain   Explain       `json:"explain"`
}

// Cost implements Answer.
func (a *SessionsAnswer) Cost() *Explain { return &a.Explain }

// The codes of faults of a SessionTrend.
const (
	OfUnused = "of_unused"
	BadOf    = "bad_of"
	BadAt    = "bad_at"
)

// KindOf implements Question.
func (s *SessionTrend) KindOf() string { return "sessions" }

// TopOrDefault is how many segments the answer keeps.
func (s *SessionTrend) TopOrDefault() int { return topOrDefault(s.Top) }

// AtOrDefault is where the breakdown looks.
func (b SessionBreakdown) AtOrDefault() string {
	if b.At == "" {
		return AtFirst
	}
	return b.At
}

// Validate implements Question.
func (s *SessionTrend) Validate() Faults {
	var f Faults
	if s.Kind != "sessions" {
		f.add("kind", UnknownKind, "the kind of a question about sessions is sessions")
	}
	s.Range.validate(&f)
	s.Counted.validate(&f)
	if !s.Interval.known() {
		f.add("interval", BadUnit, "an interval is minute, hour, day, week or month")
	}
	var in scope
	s.Sessions.validate(&f, "sessions", &in)
	if s.With != nil {
		s.With.validate(&f, "with", 1, &in)
	}
	in.check(&f)
	s.validateMetrics(&f)
	s.validateBreakdown(&f)
	return f
}

func (s *SessionTrend) validateMetrics(f *Faults) {
	if len(s.Metrics) == 0 {
		f.add("metrics", MetricsRequired, "at least one metric is required")
		return
	}
	if len(s.Metrics) > MaxMetrics {
		f.add("metrics", TooManyMetrics, "a question has at most %d metrics", MaxMetrics)
		return
	}
	seen := map[string]bool{}
	for i, m := range s.Metrics {
		at := fmt.Sprintf("metrics[%d]", i)
		if !isName(m.Name) {
			f.add(at+".name", BadName, "a name is a letter or underscore, then letters, digits or underscores, at most %d", MaxNameBytes)
		} else if seen[m.Name] {
			f.add(at+".name", DuplicateName, "two metrics have this name")
		}
		seen[m.Name] = true
		m.validateOf(f, at)
		m.validatePercentile(f, at)
	}
}

func (m SessionMetric) validateOf(f *Faults, at string) {
	switch m.Measure {
	case Total, Unique, BounceRate:
		if m.Of != "" {
			f.add(at+".of", OfUnused, "%s is not of anything", m.Measure)
		}
	case Sum, Average, Median, Percentile, Min, Max:
		if m.Of != OfDuration && m.Of != OfEvents {
			f.add(at+".of", BadOf, "%s is of duration or events", m.Measure)
		}
	default:
		f.add(at+".measure", BadMeasure, "a measure of sessions is total, unique, bounce_rate, sum, average, median, percentile, min or max")
	}
}

func (m SessionMetric) validatePercentile(f *Faults, at string) {
	switch {
	case m.Measure != Percentile && m.Percentile != nil:
		f.add(at+".percentile", PercentileUnused, "only the measure percentile takes one")
	case m.Measure != Percentile:
	case m.Percentile == nil:
		f.add(at+".percentile", PercentileRequired, "the measure percentile needs a percentile")
	case math.IsNaN(*m.Percentile) || *m.Percentile < 0 || *m.Percentile > 100:
		f.add(at+".percentile", BadPercentile, "a percentile is 0 to 100")
	}
}

func (s *SessionTrend) validateBreakdown(f *Faults) {
	if len(s.Breakdown) > MaxBreakdowns {
		f.add("breakdown", TooManyBreakdowns, "a question has at most %d breakdowns", MaxBreakdowns)
		return
	}
	seen := map[SessionBreakdown]bool{}
	for i, b := range s.Breakdown {
		at := fmt.Sprintf("breakdown[%d]", i)
		b.validate(f, at)
		b.At = b.AtOrDefault()
		if seen[b] {
			f.add(at, DuplicateBreakdown, "two breakdowns are the same")
		}
		seen[b] = true
	}
	if s.Top < 0 || s.Top > MaxTop {
		f.add("top", BadTop, "top is 1 to %d", MaxTop)
	}
}

func (b SessionBreakdown) validate(f *Faults, at string) {
	where := b.AtOrDefault()
	switch {
	case where != AtFirst && where != AtEntry && where != AtExit:
		f.add(at+".at", BadAt, "at is first, entry or exit")
	case b.Name && where == AtFirst:
		f.add(at+".at", BadAt, "a name is that of the event at entry or at exit")
	}
	switch {
	case b.Name && b.Property != "":
		f.add(at+".property", PropertyUnused, "a breakdown has a property or name, not both")
	case !b.Name && b.Property == "":
		f.add(at+".property", PropertyRequired, "a breakdown needs a property or name")
	default:
		validateProperty(f, at+".property", b.Property)
	}
}

// SessionCell is the people with a session that counts in a spot.
type SessionCell struct{ Spot }

func (c *SessionCell) validate(of Question, f *Faults) {
	c.Spot.validate(f, len(of.(*SessionTrend).Breakdown))
}
