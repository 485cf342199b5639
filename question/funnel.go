package question

import "time"

// Funnel asks how many people, times or sessions come from one step to the next. docs/semantics.md, section 8, defines
// each part.
type Funnel struct {
	Kind string `json:"kind" enum:"funnel" doc:"Always funnel."`
	Counted
	Range       Range             `json:"range" doc:"The time in which attempts begin; they may go on behind it."`
	Interval    Unit              `json:"interval,omitempty" enum:"minute,hour,day,week,month" doc:"How the range is cut, to see how conversion develops. Absent: only the whole range."`
	IntervalBy  string            `json:"interval_by,omitempty" enum:"separate,entry" doc:"separate (when absent): a funnel of its own for each interval. entry: one funnel, each attempt in the interval in which it begins."`
	Steps       []Step            `json:"steps" minItems:"2" maxItems:"100" nullable:"false"`
	Order       StepOrder         `json:"order,omitempty" enum:"loose,any,strict" doc:"loose (when absent): in this order, anything may happen between. any: in any order, but for steps that are anchored. strict: in this order, no other event between."`
	Window      int               `json:"window,omitempty" minimum:"0" maximum:"31622400" doc:"Seconds that an attempt may last; 0 or absent means 7 days. Not with window_sessions, nor when sessions are counted."`
	WindowIn    int               `json:"window_sessions,omitempty" minimum:"0" maximum:"12" doc:"Instead of a window: the session of the first step and those behind it, so many in all."`
	Counting    Counting          `json:"counting,omitempty" enum:"unique,total,session" doc:"unique (when absent): people. total: attempts. session: sessions, each with all steps in it."`
	Sessions    *Sessions         `json:"sessions,omitempty" doc:"How events are cut into sessions, when they are counted or bound the window."`
	Optimized   bool              `json:"optimized,omitempty" doc:"The best attempt counts, wherever it begins, and not the first."`
	NoGrace     bool              `json:"no_grace,omitempty" doc:"The order of events counts even when they are not more than two seconds apart."`
	Exclude     []FunnelExclusion `json:"exclude,omitempty" maxItems:"20" nullable:"false" doc:"Events that end an attempt. Not in strict order."`
	Hold        []string          `json:"hold,omitempty" maxItems:"3" nullable:"false" doc:"Properties that must be the same at all steps of an attempt."`
	Filter      *Filter           `json:"filter,omitempty" doc:"Only events that pass are looked at."`
	Keep        []FunnelCondition `json:"keep,omitempty" maxItems:"20" nullable:"false" doc:"Only attempts that pass each of these count."`
	Breakdown   []FunnelBreakdown `json:"breakdown,omitempty" maxItems:"3" nullable:"false" doc:"The properties whose values make the segments."`
	Top         int               `json:"top,omitempty" minimum:"0" maximum:"1000" doc:"Segments to keep; 0 or absent means 10. The rest is one segment other."`
	Times       *FunnelTimes      `json:"times,omitempty" doc:"How long it takes, too."`
	Sum         string            `json:"sum,omitempty" doc:"A property whose numbers are added at each step, too."`
	IncludeBots bool              `json:"include_bots,omitempty" doc:"Look at the traffic of machines too."`
}

// Step is one step of a funnel.
type Step struct {
	Selector
	Anchored bool `json:"anchored,omitempty" doc:"In any order: it comes behind all steps placed before it and ahead of all placed behind it."`
}

// StepOrder is the order in which steps come.
type StepOrder string

// The orders of steps.
const (
	OrderLoose  StepOrder = "loose"
	OrderAny    StepOrder = "any"
	OrderStrict StepOrder = "strict"
)

// What Funnel.IntervalBy may be.
const (
	BySeparate = "separate"
	ByEntry    = "entry"
)

// FunnelExclusion is events that end an attempt between two steps, counted from 1.
type FunnelExclusion struct {
	Selector
	After  int `json:"after,omitempty" minimum:"0" maximum:"100" doc:"The step behind which they end it; 0 or absent means the first."`
	Before int `json:"before,omitempty" minimum:"0" maximum:"100" doc:"The step up to which they end it; 0 or absent means the last."`
}

// Attribution says which event of an attempt gives it the value of a property.
type Attribution struct {
	By   string `json:"by,omitempty" enum:"first,last,step" doc:"first (when absent): the first step that has the property. last: the last one that has it. step: the step named."`
	Step int    `json:"step,omitempty" minimum:"0" maximum:"100" doc:"By step: which one, counted from 1."`
}

// What Attribution.By may be.
const (
	ByFirst = "first"
	ByLast  = "last"
	ByStep  = "step"
)

// FunnelBreakdown names a property whose values make segments of attempts.
type FunnelBreakdown struct {
	Property string `json:"property"`
	Attribution
}

// FunnelCondition is a condition on the value that an attempt has of a property.
type FunnelCondition struct {
	Property string   `json:"property"`
	Operator Operator `json:"operator" enum:"is,is_not,contains,not_contains,starts_with,ends_with,set,not_set,greater,at_least,less,at_most,between,not_between,before,since,is_true,is_false,list_has_any,list_has_all,list_has_none"`
	Values   []any    `json:"values,omitempty" maxItems:"2000" nullable:"false"`
	Attribution
}

// FunnelTimes says what is told about the time that steps take.
type FunnelTimes struct {
	Percentiles []float64 `json:"percentiles,omitempty" maxItems:"10" nullable:"false" doc:"Each 0 to 100."`
	Histogram   []float64 `json:"histogram,omitempty" maxItems:"100" nullable:"false" doc:"Seconds, ascending: where buckets of a histogram meet. n of them make n + 1 buckets."`
}

// Limits of a Funnel.
const (
	MinFunnelSteps       = 2
	MaxFunnelSteps       = 100
	MaxExclusions        = 20
	MaxHold              = 3
	MaxKeep              = 20
	MaxFunnelPercentiles = 10
	MaxHistogram         = 100
	MaxWindowSessions    = 12
	MaxFunnelWindow      = 366 * 24 * 3600 // seconds
	DefaultFunnelWindow  = 7 * 24 * 3600
	FunnelGrace          = 2 * time.Second
	MinConfident         = 30 // entries; of fewer there is no p
)

// FunnelAnswer is the answer to a Funnel. With a breakdown the whole comes first, then the segments shown, best first,
// then other when there is a rest.
type FunnelAnswer struct {
	Kind      string        `json:"kind" enum:"funnel"`
	Range     AnswerRange   `json:"range"`
	Intervals []string      `json:"intervals,omitempty" nullable:"false" doc:"Where each interval starts, in the range's zone; when the question has an interval."`
	Funnels   []FunnelTable `json:"funnels" nullable:"false"`
	Segments  *SegmentCount `json:"segments,omitempty" doc:"With a breakdown."`
	Explain   Explain       `json:"explain"`
}

// Cost implements Answer.
func (a *FunnelAnswer) Cost() *Explain { return &a.Explain }

// FunnelTable is the funnel of the whole, a segment or other.
type FunnelTable struct {
	Other     bool           `json:"other,omitempty" doc:"The segments that are not shown, computed together."`
	Segment   []any          `json:"segment" nullable:"false" doc:"One value per breakdown property. Empty for the whole and for other."`
	Steps     []FunnelResult `json:"steps" nullable:"false" doc:"One per step of the question."`
	Intervals [][]int64      `json:"intervals,omitempty" nullable:"false" doc:"For each interval the count of each step."`
	P         *float64       `json:"p" doc:"Of a segment: how likely it is that the difference between its conversion and that of the whole is luck. Null for the whole, for other, and below 30 entries."`
}

// FunnelResult is one step of a funnel.
type FunnelResult struct {
	Count        int64       `json:"count" doc:"How many reach the step."`
	Rate         *float64    `json:"rate" doc:"The share of those that begin; null when none does."`
	StepRate     *float64    `json:"step_rate" doc:"The share of those that reach the step before; null when none does, and for the first step."`
	FromStart    *FunnelTime `json:"from_start,omitempty" doc:"With times, from the second step on: the time since the first."`
	FromPrevious *FunnelTime `json:"from_previous,omitempty" doc:"With times, from the second step on: the time since the step before."`
	Sum          *float64    `json:"sum,omitempty" doc:"With a sum: of the numbers at this step; absent above the largest number."`
}

// FunnelTime is how long it takes those that reach a step, in seconds; null when none does.
type FunnelTime struct {
	Average     *float64   `json:"average"`
	Median      *float64   `json:"median"`
	Min         *float64   `json:"min"`
	Max         *float64   `json:"max"`
	Percentiles []*float64 `json:"percentiles,omitempty" nullable:"false" doc:"As asked."`
	Histogram   []int64    `json:"histogram,omitempty" nullable:"false" doc:"How many take less than the first time asked, then from each on and less than the next."`
}

// KindOf implements Question.
func (q *Funnel) KindOf() string { return "funnel" }

// TopOrDefault is how many segments the answer keeps.
func (q *Funnel) TopOrDefault() int { return topOrDefault(q.Top) }

// CountingOrDefault is what is counted.
func (q *Funnel) CountingOrDefault() Counting {
	if q.Counting == "" {
		return CountUnique
	}
	return q.Counting
}

// OrderOrDefault is the order of the steps.
func (q *Funnel) OrderOrDefault() StepOrder {
	if q.Order == "" {
		return OrderLoose
	}
	return q.Order
}

// WindowOrDefault is how long an attempt may last, when no sessions bound it.
func (q *Funnel) WindowOrDefault() time.Duration {
	if q.Window == 0 {
		return DefaultFunnelWindow * time.Second
	}
	return time.Duration(q.Window) * time.Second
}

// UsesSessions tells whether sessions are counted or bound the window.
func (q *Funnel) UsesSessions() bool {
	return q.CountingOrDefault() == CountSession || q.WindowIn > 0
}

// ByOrDefault is which event gives the value.
func (a Attribution) ByOrDefault() string {
	if a.By == "" {
		return ByFirst
	}
	return a.By
}
