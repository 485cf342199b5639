// Package question holds the nouns of the way back: what can be asked, what an answer looks like, and which questions
// are refused before anything is read.
package question

import (
	"fmt"
	"strings"
)

// Question is one of the kinds, a pointer to its type.
type Question interface {
	// KindOf is the word that names the kind.
	KindOf() string

	// Validate names everything wrong with the question that can be seen without reading an event; nil when sound.
	Validate() Faults
}

// Fault is one thing wrong with a question.
type Fault struct {
	Location string `json:"location" doc:"Where in the question, for example metrics[0].property; empty for the question as a whole."`
	Code     string `json:"code" doc:"Stable word for programs, for example property_required."`
	Message  string `json:"message" doc:"One sentence for people."`
}

// Faults is the error of a question that cannot be asked. It holds at most MaxFaults entries.
type Faults []Fault

// Error lists the faults in one line.
func (f Faults) Error() string {
	parts := make([]string, len(f))
	for i, x := range f {
		parts[i] = x.Message
		if x.Location != "" {
			parts[i] = x.Location + ": " + x.Message
		}
	}
	return "cannot ask this question: " + strings.Join(parts, "; ")
}

// add notes a fault, up to MaxFaults.
func (f *Faults) add(location, code, format string, args ...any) {
	if len(*f) < MaxFaults {
		*f = append(*f, Fault{location, code, fmt.Sprintf(format, args...)})
	}
}

// The codes of faults. The set is closed: a client can branch on each.
const (
	NotJSON            = "not_json"
	TooLong            = "too_long"
	TooDeep            = "too_deep"
	UnknownKind        = "unknown_kind"
	UnknownField       = "unknown_field"
	WrongType          = "wrong_type"
	RangeRequired      = "range_required"
	RangeMixed         = "range_mixed"
	RangeReversed      = "range_reversed"
	RangeOutOfBounds   = "range_out_of_bounds"
	BadDate            = "bad_date"
	BadZone            = "bad_zone"
	BadUnit            = "bad_unit"
	BadLast            = "bad_last"
	TooManyIntervals   = "too_many_intervals"
	TooManyPoints      = "too_many_points"
	MetricsRequired    = "metrics_required"
	TooManyMetrics     = "too_many_metrics"
	OnlyFormulas       = "only_formulas"
	BadName            = "bad_name"
	DuplicateName      = "duplicate_name"
	EventRequired      = "event_required"
	EventMixed         = "event_mixed"
	BadSelector        = "bad_selector"
	TooManyNames       = "too_many_names"
	TooManySelectors   = "too_many_selectors"
	BadMeasure         = "bad_measure"
	PropertyRequired   = "property_required"
	PropertyUnused     = "property_unused"
	BadProperty        = "bad_property"
	PercentileRequired = "percentile_required"
	PercentileUnused   = "percentile_unused"
	BadPercentile      = "bad_percentile"
	BadFormula         = "bad_formula"
	UnknownMetric      = "unknown_metric"
	BadExpression      = "bad_expression"
	NeedsPeople        = "needs_people"
	BadFilter          = "bad_filter"
	TooManyConditions  = "too_many_conditions"
	BadOperator        = "bad_operator"
	ValuesRequired     = "values_required"
	ValuesUnused       = "values_unused"
	TooManyValues      = "too_many_values"
	BadValue           = "bad_value"
	BoundsReversed     = "bounds_reversed"
	TooManyBreakdowns  = "too_many_breakdowns"
	DuplicateBreakdown = "duplicate_breakdown"
	BadTop             = "bad_top"
	BadCompare         = "bad_compare"
)

// Limits of a question. They keep what comes from outside small; the budget of package query keeps the work small.
const (
	MaxBytes         = 1 << 20 // of a question as JSON
	MaxDepth         = 64      // nested JSON arrays and objects
	MaxFaults        = 50
	MaxMetrics       = 40
	MaxNameBytes     = 64   // of a metric's name
	MaxPropertyBytes = 1024 // of the name of an event or a property; expressions have limits of their own
	MaxFilterDepth   = 10   // all and any inside each other
	MaxConditions    = 500  // in the whole question
	MaxValues        = 2000 // of one condition
	MaxBreakdowns    = 3
	MaxAlternatives  = 25  // of one any_of
	MaxSelectorDepth = 5   // any_of inside each other
	MaxSelectors     = 500 // in the whole question
	MaxTop           = 1000
	DefaultTop       = 10
	MaxIntervals     = 1500
	MaxPoints        = 1_000_000 // metrics × (segments + 2) × intervals
	MaxFormulaBytes  = 1000
	MaxFormulaDepth  = 50
	MaxFormulaTerms  = 200
	MinYear          = 1970
	MaxYear          = 2200
)
