package question

import "fmt"

// Retention asks who comes back: people who did one event, by when they did it, and in which later stretches of time they
// did another. docs/semantics.md, section 9, defines each part.
type Retention struct {
	Kind string `json:"kind" enum:"retention" doc:"Always retention."`
	Counted
	Range       Range              `json:"range" doc:"The births that are looked at lie in it; returns may lie behind it."`
	Unit        Unit               `json:"unit" enum:"hour,day,week,month" doc:"The cohorts: the range is cut by it. Buckets are measured in it, too."`
	Birth       Selector           `json:"birth" doc:"The events with which people come into a cohort."`
	Return      Selector           `json:"return" doc:"The events with which they come back."`
	Alignment   string             `json:"alignment,omitempty" enum:"rolling,calendar" doc:"rolling (when absent): buckets are measured from each person's birth, a day being 24 hours, a month 30 days. calendar: from the beginning of the unit that holds it."`
	Buckets     int                `json:"buckets,omitempty" minimum:"0" maximum:"730" doc:"How many buckets of one unit; 0 or absent means 8, unless there are brackets."`
	Brackets    []int              `json:"brackets,omitempty" maxItems:"730" nullable:"false" doc:"Instead of buckets: the sizes in units of consecutive buckets."`
	Criterion   RetentionCriterion `json:"criterion,omitempty" enum:"on,on_or_after,on_or_before,streak" doc:"Whom bucket n counts: who came back in it (on, when absent), in it or a later one, in it or an earlier one, in each up to it."`
	Measure     Measure            `json:"measure,omitempty" enum:"sum,average" doc:"Beside the people: the sum of a property of the returns, or that divided by the people."`
	Property    string             `json:"property,omitempty" doc:"What is measured."`
	Filter      *Filter            `json:"filter,omitempty" doc:"Applies to births and returns."`
	Breakdown   []Breakdown        `json:"breakdown,omitempty" maxItems:"3" nullable:"false" doc:"Properties of the birth whose values make the segments."`
	Top         int                `json:"top,omitempty" minimum:"0" maximum:"1000" doc:"Segments to keep; 0 or absent means 10. The rest is one segment other."`
	IncludeBots bool               `json:"include_bots,omitempty" doc:"Count the traffic of machines too."`
}

// RetentionCriterion says whom a bucket counts.
type RetentionCriterion string

// The criteria.
const (
	RetainedOn         RetentionCriterion = "on"
	RetainedOnOrAfter  RetentionCriterion = "on_or_after"
	RetainedOnOrBefore RetentionCriterion = "on_or_before"
	RetainedStreak     RetentionCriterion = "streak"
)

// The alignments.
const (
	Rolling  = "rolling"
	Calendar = "calendar"
)

// Limits of Retention.
const (
	MaxRetentionBuckets     = 730
	MaxRetentionUnits       = 3660 // all buckets together
	DefaultRetentionBuckets = 8
)

// The codes of faults of Retention.
const (
	BadAlignment = "bad_alignment"
	BadBrackets  = "bad_brackets"
	BadCriterion = "bad_criterion"
)

// RetentionAnswer is the answer to a Retention. With a breakdown the whole comes first (segment [] and other false), then
// the segments shown, largest first, then other when there is a rest.
type RetentionAnswer struct {
	Kind      string            `json:"kind" enum:"retention"`
	Range     AnswerRange       `json:"range"`
	Intervals []string          `json:"intervals" nullable:"false" doc:"Where each cohort starts, in the range's zone."`
	Buckets   []RetentionBucket `json:"buckets" nullable:"false"`
	Tables    []RetentionTable  `json:"tables" nullable:"false"`
	Segments  *SegmentCount     `json:"segments,omitempty" doc:"With a breakdown."`
	Explain   Explain           `json:"explain"`
}

// Cost implements Answer.
func (a *RetentionAnswer) Cost() *Explain { return &a.Explain }

// RetentionBucket is a stretch of time after a birth: from From, included, to To, excluded.
type RetentionBucket struct {
	From int `json:"from" doc:"In units, from the birth or from the beginning of its unit."`
	To   int `json:"to"`
}

// RetentionTable is the cohorts of the whole, a segment or other.
type RetentionTable struct {
	Segment []any             `json:"segment" nullable:"false" doc:"One value per breakdown property. Empty for the whole and for other."`
	Other   bool              `json:"other,omitempty" doc:"The segments that are not shown, counted together."`
	Cohorts []RetentionCohort `json:"cohorts" nullable:"false" doc:"One per interval."`
	Average []RetentionMean   `json:"average" nullable:"false" doc:"One per bucket, over the cohorts in which it is complete, weighted by their people."`
}

// RetentionCohort is the people who were born in an interval. Its lists have one entry per bucket.
type RetentionCohort struct {
	People   int64      `json:"people" doc:"How many were born."`
	Complete int        `json:"complete" doc:"How many buckets, from the first on, are over for all of them."`
	Retained []int64    `json:"retained" nullable:"false" doc:"How many came back."`
	Rates    []*float64 `json:"rates" nullable:"false" doc:"Retained divided by people; null for a cohort without people."`
	Values   []*float64 `json:"values,omitempty" nullable:"false" doc:"What was measured; null where it is not defined."`
}

// RetentionMean is a bucket's weighted average; null where no cohort has people for whom it is complete.
type RetentionMean struct {
	People   *float64 `json:"people" doc:"The weighted size of the cohorts."`
	Retained *float64 `json:"retained" doc:"The weighted number of those who came back."`
	Rate     *float64 `json:"rate" doc:"The one divided by the other."`
	Value    *float64 `json:"value,omitempty" doc:"With a measure: its weighted value."`
}

// KindOf implements Question.
func (q *Retention) KindOf() string { return "retention" }

// TopOrDefault is how many segments the answer keeps.
func (q *Retention) TopOrDefault() int { return topOrDefault(q.Top) }

// CriterionOrDefault says whom a bucket counts.
func (q *Retention) CriterionOrDefault() RetentionCriterion {
	if q.Criterion == "" {
		return RetainedOn
	}
	return q.Criterion
}

// Ends are where the buckets end, in units; each begins where the one before it ends, the first at 0.
func (q *Retention) Ends() (ends []int) {
	if len(q.Brackets) == 0 {
		for i := range q.bucketsOrDefault() {
			ends = append(ends, i+1)
		}
		return ends
	}
	end := 0
	for _, size := range q.Brackets {
		end += size
		ends = append(ends, end)
	}
	return ends
}

func (q *Retention) bucketsOrDefault() int {
	if q.Buckets == 0 {
		return DefaultRetentionBuckets
	}
	return q.Buckets
}

// Validate implements Question.
func (q *Retention) Validate() Faults {
	var f Faults
	if q.Kind != "retention" {
		f.add("kind", UnknownKind, "the kind of a retention is retention")
	}
	q.Range.validate(&f)
	q.Counted.validate(&f)
	if !q.Unit.known() || q.Unit == Minute {
		f.add("unit", BadUnit, "a unit is hour, day, week or month")
	}
	var in scope
	q.Filter.validate(&f, "filter", 1, &in.conditions)
	q.Birth.validate(&f, "birth", 1, &in)
	q.Return.validate(&f, "return", 1, &in)
	in.check(&f)
	q.validateBuckets(&f)
	q.validateMeasure(&f)
	validateBreakdown(&f, q.Breakdown, q.Top)
	refuseBuckets(&f, q.Breakdown)
	return f
}

func (q *Retention) validateBuckets(f *Faults) {
	if q.Alignment != "" && q.Alignment != Rolling && q.Alignment != Calendar {
		f.add("alignment", BadAlignment, "alignment is rolling or calendar")
	}
	switch q.CriterionOrDefault() {
	case RetainedOn, RetainedOnOrAfter, RetainedOnOrBefore, RetainedStreak:
	default:
		f.add("criterion", BadCriterion, "criterion is on, on_or_after, on_or_before or streak")
	}
	if q.Buckets < 0 || q.Buckets > MaxRetentionBuckets {
		f.add("buckets", BadBrackets, "buckets is 1 to %d", MaxRetentionBuckets)
	}
	if q.Brackets != nil {
		q.validateBrackets(f)
	}
}

func (q *Retention) validateBrackets(f *Faults) {
	if q.Buckets != 0 {
		f.add("brackets", BadBrackets, "buckets or brackets, not both")
	}
	if len(q.Brackets) == 0 || len(q.Brackets) > MaxRetentionBuckets {
		f.add("brackets", BadBrackets, "there are 1 to %d brackets", MaxRetentionBuckets)
		return
	}
	left := MaxRetentionUnits
	for i, size := range q.Brackets {
		if size < 1 || size > left {
			f.add(fmt.Sprintf("brackets[%d]", i), BadBrackets, "a bracket has 1 unit or more, all together at most %d", MaxRetentionUnits)
			return
		}
		left -= size
	}
}

func (q *Retention) validateMeasure(f *Faults) {
	switch q.Measure {
	case "":
		if q.Property != "" {
			f.add("property", PropertyUnused, "without a measure no property is measured")
		}
	case Sum, Average:
		if q.Property == "" {
			f.add("property", PropertyRequired, "%s needs a property", q.Measure)
		}
	default:
		f.add("measure", BadMeasure, "a measure of returns is sum or average")
	}
	validateProperty(f, "property", q.Property)
}

// RetentionCell is the people of a cohort, or those of them whom a bucket counts.
type RetentionCell struct {
	Spot
	Bucket *int `json:"bucket,omitempty" minimum:"0" doc:"The place of the bucket. Absent: the whole cohort."`
}

func (c *RetentionCell) validate(of Question, f *Faults) {
	q := of.(*Retention)
	c.validateIn(f, len(q.Breakdown))
	if n := len(q.Ends()); c.Bucket != nil && (*c.Bucket < 0 || *c.Bucket >= n) {
		f.add("cell.bucket", BadCell, "the answer has %d buckets, counted from 0", n)
	}
}

// validateIn checks a spot that must name an interval.
func (s *Spot) validateIn(f *Faults, breakdowns int) {
	s.validate(f, breakdowns)
	if s.Interval == "" {
		f.add("cell.interval", BadCell, "an interval is required")
	}
}
