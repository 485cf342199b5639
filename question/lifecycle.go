package question

import "slices"

// Lifecycle asks who is new, stays, comes back and goes. docs/semantics.md, section 12, defines each part.
type Lifecycle struct {
	Kind string `json:"kind" enum:"lifecycle" doc:"Always lifecycle."`
	Counted
	Range    Range `json:"range" doc:"The time asked about. Who is new, all earlier events decide."`
	Interval Unit  `json:"interval" enum:"hour,day,week,month" doc:"How the range is cut."`
	Selector
	Breakdown   []Breakdown `json:"breakdown,omitempty" maxItems:"3" nullable:"false" doc:"The properties whose values make the segments."`
	Top         int         `json:"top,omitempty" minimum:"0" maximum:"1000" doc:"Segments to keep; 0 or absent means 10. The rest is one segment other."`
	IncludeBots bool        `json:"include_bots,omitempty" doc:"Count the traffic of machines too."`
}

// LifecycleAnswer is the answer to a Lifecycle. With a breakdown the whole comes first (segment [] and other false), then
// the segments shown, largest first, then other when there is a rest.
type LifecycleAnswer struct {
	Kind      string           `json:"kind" enum:"lifecycle"`
	Range     AnswerRange      `json:"range"`
	Intervals []string         `json:"intervals" nullable:"false" doc:"Where each interval starts, in the range's zone."`
	Curves    []LifecycleCurve `json:"curves" nullable:"false"`
	Segments  *SegmentCount    `json:"segments,omitempty" doc:"With a breakdown."`
	Explain   Explain          `json:"explain"`
}

// Cost implements Answer.
func (a *LifecycleAnswer) Cost() *Explain { return &a.Explain }

// LifecycleCurve is the people of the whole, a segment or other. Its lists have one entry per interval.
type LifecycleCurve struct {
	Segment      []any   `json:"segment" nullable:"false" doc:"One value per breakdown property. Empty for the whole and for other."`
	Other        bool    `json:"other,omitempty" doc:"The segments that are not shown, counted together."`
	New          []int64 `json:"new" nullable:"false" doc:"Active for the first time ever."`
	Returning    []int64 `json:"returning" nullable:"false" doc:"Active, and in the interval before."`
	Resurrecting []int64 `json:"resurrecting" nullable:"false" doc:"Active, and earlier, but not in the interval before."`
	Dormant      []int64 `json:"dormant" nullable:"false" doc:"Active in the interval before, but not in this one."`
}

// The states of a person in an interval.
const (
	IsNew          = "new"
	IsReturning    = "returning"
	IsResurrecting = "resurrecting"
	IsDormant      = "dormant"
)

// LifecycleStates are all states.
var LifecycleStates = []string{IsNew, IsReturning, IsResurrecting, IsDormant}

// BadState is the code of a fault of a LifecycleCell.
const BadState = "bad_state"

// KindOf implements Question.
func (q *Lifecycle) KindOf() string { return "lifecycle" }

// TopOrDefault is how many segments the answer keeps.
func (q *Lifecycle) TopOrDefault() int { return topOrDefault(q.Top) }

// Validate implements Question.
func (q *Lifecycle) Validate() Faults {
	var f Faults
	if q.Kind != "lifecycle" {
		f.add("kind", UnknownKind, "the kind of a lifecycle is lifecycle")
	}
	q.Range.validate(&f)
	q.Counted.validate(&f)
	validateInterval(&f, q.Interval)
	validateActivity(&f, &q.Selector)
	validateBreakdown(&f, q.Breakdown, q.Top)
	refuseBuckets(&f, q.Breakdown)
	return f
}

// LifecycleCell is the people in a state in an interval.
type LifecycleCell struct {
	Spot
	State string `json:"state" enum:"new,returning,resurrecting,dormant"`
}

func (c *LifecycleCell) validate(of Question, f *Faults) {
	c.validateIn(f, len(of.(*Lifecycle).Breakdown))
	if !slices.Contains(LifecycleStates, c.State) {
		f.add("cell.state", BadState, "a state is new, returning, resurrecting or dormant")
	}
}
