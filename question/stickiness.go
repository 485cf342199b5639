package question

// Stickiness asks in how many intervals of a range people were active. docs/semantics.md, section 12, defines each part.
type Stickiness struct {
	Kind string `json:"kind" enum:"stickiness" doc:"Always stickiness."`
	Counted
	Range    Range `json:"range" doc:"The time asked about."`
	Interval Unit  `json:"interval" enum:"hour,day,week,month" doc:"How the range is cut."`
	Selector
	AtLeast     bool        `json:"at_least,omitempty" doc:"Count people active in at least n intervals instead of exactly n."`
	Breakdown   []Breakdown `json:"breakdown,omitempty" maxItems:"3" nullable:"false" doc:"The properties whose values make the segments."`
	Top         int         `json:"top,omitempty" minimum:"0" maximum:"1000" doc:"Segments to keep; 0 or absent means 10. The rest is one segment other."`
	IncludeBots bool        `json:"include_bots,omitempty" doc:"Count the traffic of machines too."`
}

// StickinessAnswer is the answer to a Stickiness. With a breakdown the whole comes first (segment [] and other false),
// then the segments shown, largest first, then other when there is a rest.
type StickinessAnswer struct {
	Kind      string            `json:"kind" enum:"stickiness"`
	Range     AnswerRange       `json:"range"`
	Intervals []string          `json:"intervals" nullable:"false" doc:"Where each interval starts, in the range's zone."`
	Curves    []StickinessCurve `json:"curves" nullable:"false"`
	Segments  *SegmentCount     `json:"segments,omitempty" doc:"With a breakdown."`
	Explain   Explain           `json:"explain"`
}

// Cost implements Answer.
func (a *StickinessAnswer) Cost() *Explain { return &a.Explain }

// StickinessCurve is the people of the whole, a segment or other.
type StickinessCurve struct {
	Segment []any    `json:"segment" nullable:"false" doc:"One value per breakdown property. Empty for the whole and for other."`
	Other   bool     `json:"other,omitempty" doc:"The segments that are not shown, counted together."`
	Active  int64    `json:"active" doc:"People active in the range."`
	People  []int64  `json:"people" nullable:"false" doc:"One entry for each interval: the first says how many were active in exactly (or at least) one, and so on."`
	Ratio   *float64 `json:"ratio" doc:"How many people were active in an interval, on average, divided by active: DAU/MAU for the days of a month. Null when nobody was."`
}

// KindOf implements Question.
func (q *Stickiness) KindOf() string { return "stickiness" }

// TopOrDefault is how many segments the answer keeps.
func (q *Stickiness) TopOrDefault() int { return topOrDefault(q.Top) }

// Validate implements Question.
func (q *Stickiness) Validate() Faults {
	var f Faults
	if q.Kind != "stickiness" {
		f.add("kind", UnknownKind, "the kind of a stickiness is stickiness")
	}
	q.Range.validate(&f)
	q.Counted.validate(&f)
	validateInterval(&f, q.Interval)
	validateActivity(&f, &q.Selector)
	validateBreakdown(&f, q.Breakdown, q.Top)
	refuseBuckets(&f, q.Breakdown)
	return f
}

func validateInterval(f *Faults, u Unit) {
	if !u.known() || u == Minute {
		f.add("interval", BadUnit, "an interval is hour, day, week or month")
	}
}

// StickinessCell is the people active in so many intervals, or in at least so many.
type StickinessCell struct {
	Segment []any `json:"segment,omitempty" nullable:"false" doc:"A segment that the answer shows, as it stands there. Absent or empty: the whole."`
	Other   bool  `json:"other,omitempty" doc:"The segments that the answer does not show."`
	Units   int   `json:"units,omitempty" minimum:"0" doc:"In how many; 0 or absent: all who were active."`
}

func (c *StickinessCell) validate(of Question, f *Faults) {
	s := Spot{Segment: c.Segment, Other: c.Other}
	s.validate(f, len(of.(*Stickiness).Breakdown))
	if c.Units != 0 {
		validateUnitsOf(f, c.Units)
	}
}
