package question

import (
	"fmt"
	"math"
)

// The codes of faults of a Funnel.
const (
	StepsRequired     = "steps_required"
	TooManySteps      = "too_many_steps"
	AnchorUnused      = "anchor_unused"
	BadIntervalBy     = "bad_interval_by"
	BadWindowSessions = "bad_window_sessions"
	OptimizedUnused   = "optimized_unused"
	ExclusionsUnused  = "exclusions_unused"
	TooManyExclusions = "too_many_exclusions"
	BadExclusion      = "bad_exclusion"
	TooManyHeld       = "too_many_held"
	TooManyKept       = "too_many_kept"
	BadAttribution    = "bad_attribution"
	BadTimes          = "bad_times"
)

// Validate implements Question.
func (q *Funnel) Validate() Faults {
	var f Faults
	if q.Kind != "funnel" {
		f.add("kind", UnknownKind, "the kind of a funnel is funnel")
	}
	q.Range.validate(&f)
	q.Counted.validate(&f)
	q.validateInterval(&f)
	var in scope
	q.Filter.validate(&f, "filter", 1, &in.conditions)
	q.validateSteps(&f, &in)
	q.validateExclusions(&f, &in)
	q.validateWindow(&f, &in)
	q.validateKeep(&f, &in)
	in.check(&f)
	q.validateHold(&f)
	q.validateBreakdown(&f)
	q.Times.validate(&f)
	validateProperty(&f, "sum", q.Sum)
	return f
}

func (q *Funnel) validateInterval(f *Faults) {
	if q.Interval != "" && !q.Interval.known() {
		f.add("interval", BadUnit, "an interval is minute, hour, day, week or month")
	}
	switch {
	case q.IntervalBy != "" && q.IntervalBy != BySeparate && q.IntervalBy != ByEntry:
		f.add("interval_by", BadIntervalBy, "interval_by is separate or entry")
	case q.IntervalBy != "" && q.Interval == "":
		f.add("interval_by", BadIntervalBy, "interval_by needs an interval")
	}
}

func (q *Funnel) validateSteps(f *Faults, in *scope) {
	switch {
	case len(q.Steps) < MinFunnelSteps:
		f.add("steps", StepsRequired, "a funnel has at least %d steps", MinFunnelSteps)
	case len(q.Steps) > MaxFunnelSteps:
		f.add("steps", TooManySteps, "a funnel has at most %d steps", MaxFunnelSteps)
		return
	}
	order := q.OrderOrDefault()
	if order != OrderLoose && order != OrderAny && order != OrderStrict {
		f.add("order", BadOrder, "an order is loose, any or strict")
	}
	for i := range q.Steps {
		at := fmt.Sprintf("steps[%d]", i)
		q.Steps[i].Selector.validate(f, at, 1, in)
		if q.Steps[i].Anchored && order != OrderAny {
			f.add(at+".anchored", AnchorUnused, "steps are anchored where they come in any order")
		}
	}
	if q.Optimized && order == OrderAny {
		f.add("optimized", OptimizedUnused, "optimized belongs to steps in an order")
	}
}

func (q *Funnel) validateExclusions(f *Faults, in *scope) {
	switch {
	case len(q.Exclude) > MaxExclusions:
		f.add("exclude", TooManyExclusions, "a funnel has at most %d exclusions", MaxExclusions)
		return
	case len(q.Exclude) > 0 && q.OrderOrDefault() == OrderStrict:
		f.add("exclude", ExclusionsUnused, "in strict order every other event ends an attempt")
	}
	for i := range q.Exclude {
		x, at := &q.Exclude[i], fmt.Sprintf("exclude[%d]", i)
		x.Selector.validate(f, at, 1, in)
		if after, before := x.Between(len(q.Steps)); after < 1 || before > len(q.Steps) || after >= before {
			f.add(at, BadExclusion, "an exclusion lies between two steps, the first and the last when nothing is said")
		}
	}
}

// Between is after which and before which step, of so many, the events end an attempt.
func (x *FunnelExclusion) Between(steps int) (after, before int) {
	after, before = x.After, x.Before
	if after == 0 {
		after = 1
	}
	if before == 0 {
		before = steps
	}
	return after, before
}

func (q *Funnel) validateWindow(f *Faults, in *scope) {
	counting := q.CountingOrDefault()
	switch counting {
	case CountUnique, CountTotal, CountSession:
	default:
		f.add("counting", BadCounting, "counting is unique, total or session")
		return
	}
	if q.Window < 0 || q.Window > MaxFunnelWindow {
		f.add("window", BadWindow, "a window is 1 to %d seconds", MaxFunnelWindow)
	}
	if q.WindowIn < 0 || q.WindowIn > MaxWindowSessions {
		f.add("window_sessions", BadWindowSessions, "a window is 1 to %d sessions", MaxWindowSessions)
	}
	switch {
	case counting == CountSession && (q.Window != 0 || q.WindowIn != 0):
		f.add("window", WindowUnused, "an attempt in a session ends with the session")
	case q.Window != 0 && q.WindowIn != 0:
		f.add("window", WindowUnused, "a window is in seconds or in sessions, not both")
	}
	if q.Sessions != nil && !q.UsesSessions() {
		f.add("sessions", SessionsUnused, "no sessions are counted")
	}
	q.Sessions.validate(f, "sessions", in)
}

func (q *Funnel) validateHold(f *Faults) {
	if len(q.Hold) > MaxHold {
		f.add("hold", TooManyHeld, "at most %d properties are held", MaxHold)
		return
	}
	for i, p := range q.Hold {
		at := fmt.Sprintf("hold[%d]", i)
		if p == "" {
			f.add(at, PropertyRequired, "a property is held")
		}
		validateProperty(f, at, p)
	}
}

func (q *Funnel) validateKeep(f *Faults, in *scope) {
	if len(q.Keep) > MaxKeep {
		f.add("keep", TooManyKept, "a funnel has at most %d conditions on attempts", MaxKeep)
		return
	}
	for i, c := range q.Keep {
		at := fmt.Sprintf("keep[%d]", i)
		c.Filter().validate(f, at, 1, &in.conditions)
		c.Attribution.validate(f, at, len(q.Steps))
	}
}

// Filter is the condition as one on events.
func (c FunnelCondition) Filter() *Filter {
	return &Filter{Property: c.Property, Operator: c.Operator, Values: c.Values}
}

func (a Attribution) validate(f *Faults, at string, steps int) {
	switch by := a.ByOrDefault(); {
	case by != ByFirst && by != ByLast && by != ByStep:
		f.add(at+".by", BadAttribution, "by is first, last or step")
	case by == ByStep && (a.Step < 1 || a.Step > steps):
		f.add(at+".step", BadAttribution, "a step is 1 to %d", steps)
	case by != ByStep && a.Step != 0:
		f.add(at+".step", BadAttribution, "a step is named by step")
	}
}

func (q *Funnel) validateBreakdown(f *Faults) {
	if len(q.Breakdown) > MaxBreakdowns {
		f.add("breakdown", TooManyBreakdowns, "a question has at most %d breakdowns", MaxBreakdowns)
		return
	}
	seen := map[FunnelBreakdown]bool{}
	for i, b := range q.Breakdown {
		at := fmt.Sprintf("breakdown[%d]", i)
		b.validate(f, at, len(q.Steps))
		if b.Property == "" {
			f.add(at+".property", PropertyRequired, "a breakdown needs a property")
		}
		validateProperty(f, at+".property", b.Property)
		b.By = b.ByOrDefault()
		if seen[b] {
			f.add(at, DuplicateBreakdown, "two breakdowns are the same")
		}
		seen[b] = true
	}
	if q.Top < 0 || q.Top > MaxTop {
		f.add("top", BadTop, "top is 1 to %d", MaxTop)
	}
}

func (t *FunnelTimes) validate(f *Faults) {
	if t == nil {
		return
	}
	if len(t.Percentiles) > MaxFunnelPercentiles {
		f.add("times.percentiles", BadTimes, "at most %d percentiles", MaxFunnelPercentiles)
	}
	for i, p := range t.Percentiles {
		if math.IsNaN(p) || p < 0 || p > 100 {
			f.add(fmt.Sprintf("times.percentiles[%d]", i), BadPercentile, "a percentile is 0 to 100")
		}
	}
	if len(t.Histogram) > MaxHistogram {
		f.add("times.histogram", BadTimes, "a histogram has at most %d limits", MaxHistogram)
		return
	}
	for i, s := range t.Histogram {
		if math.IsNaN(s) || math.IsInf(s, 0) || i > 0 && s <= t.Histogram[i-1] {
			f.add(fmt.Sprintf("times.histogram[%d]", i), BadTimes, "the limits of a histogram are numbers that ascend")
		}
	}
}

// FunnelCell is the people who reach a step, or who end there.
type FunnelCell struct {
	Step    int  `json:"step" minimum:"1" doc:"Which step, counted from 1."`
	Dropped bool `json:"dropped,omitempty" doc:"Those who reach the step and not the next."`
	Spot
}

func (c *FunnelCell) validate(of Question, f *Faults) {
	q := of.(*Funnel)
	switch {
	case c.Step < 1 || c.Step > len(q.Steps):
		f.add("cell.step", BadCell, "the funnel has %d steps, counted from 1", len(q.Steps))
	case c.Dropped && c.Step == len(q.Steps):
		f.add("cell.dropped", BadCell, "nobody drops behind the last step")
	}
	if c.Interval != "" && q.Interval == "" {
		f.add("cell.interval", BadCell, "the funnel has no intervals")
	}
	c.Spot.validate(f, len(q.Breakdown))
}
