package question

// Frequency asks on how many hours of a day, or days of a week or month, people were active. docs/semantics.md, section 9,
// defines each part.
type Frequency struct {
	Kind string `json:"kind" enum:"frequency" doc:"Always frequency."`
	Counted
	Range    Range `json:"range" doc:"The time asked about."`
	Interval Unit  `json:"interval" enum:"day,week,month" doc:"How the range is cut."`
	Unit     Unit  `json:"unit" enum:"hour,day" doc:"What is counted in each interval: shorter than that."`
	Selector
	Exactly     bool        `json:"exactly,omitempty" doc:"Count people active in exactly n units instead of at least n."`
	Breakdown   []Breakdown `json:"breakdown,omitempty" maxItems:"3" nullable:"false" doc:"The properties whose values make the segments."`
	Top         int         `json:"top,omitempty" minimum:"0" maximum:"1000" doc:"Segments to keep; 0 or absent means 10. The rest is one segment other."`
	IncludeBots bool        `json:"include_bots,omitempty" doc:"Count the traffic of machines too."`
}

// FrequencyAnswer is the answer to a Frequency. With a breakdown the whole comes first (segment [] and other false), then
// the segments shown, largest first, then other when there is a rest.
type FrequencyAnswer struct {
	Kind      string           `json:"kind" enum:"frequency"`
	Range     AnswerRange      `json:"range"`
	Intervals []string         `json:"intervals" nullable:"false" doc:"Where each interval starts, in the range's zone."`
	Tables    []FrequencyTable `json:"tables" nullable:"false"`
	Segments  *SegmentCount    `json:"segments,omitempty" doc:"With a breakdown."`
	Explain   Explain          `json:"explain"`
}

// Cost implements Answer.
func (a *FrequencyAnswer) Cost() *Explain { return &a.Explain }

// FrequencyTable is the people of the whole, a segment or other.
type FrequencyTable struct {
	Segment []any     `json:"segment" nullable:"false" doc:"One value per breakdown property. Empty for the whole and for other."`
	Other   bool      `json:"other,omitempty" doc:"The segments that are not shown, counted together."`
	People  [][]int64 `json:"people" nullable:"false" doc:"By interval, one entry for each unit in it: the first says how many were active in (at least) one, and so on."`
}

// The code of a fault of Frequency.
const UnitNotShorter = "unit_not_shorter"

// KindOf implements Question.
func (q *Frequency) KindOf() string { return "frequency" }

// TopOrDefault is how many segments the answer keeps.
func (q *Frequency) TopOrDefault() int { return topOrDefault(q.Top) }

// Validate implements Question.
func (q *Frequency) Validate() Faults {
	var f Faults
	if q.Kind != "frequency" {
		f.add("kind", UnknownKind, "the kind of a frequency is frequency")
	}
	q.Range.validate(&f)
	q.Counted.validate(&f)
	q.validateUnits(&f)
	validateActivity(&f, &q.Selector)
	validateBreakdown(&f, q.Breakdown, q.Top)
	refuseBuckets(&f, q.Breakdown)
	return f
}

func (q *Frequency) validateUnits(f *Faults) {
	if q.Interval != Day && q.Interval != Week && q.Interval != Month {
		f.add("interval", BadUnit, "an interval is day, week or month")
	}
	switch {
	case q.Unit != Hour && q.Unit != Day:
		f.add("unit", BadUnit, "a unit is hour or day")
	case q.Unit == q.Interval:
		f.add("unit", UnitNotShorter, "a unit is shorter than the interval")
	}
}

// validateActivity checks the selector that stands in a question itself.
func validateActivity(f *Faults, s *Selector) {
	var in scope
	var own Faults
	s.validate(&own, "", 1, &in)
	in.check(&own)
	for _, x := range own {
		if len(x.Location) > 0 && x.Location[0] == '.' {
			x.Location = x.Location[1:]
		}
		f.add(x.Location, x.Code, "%s", x.Message)
	}
}

// FrequencyCell is the people active in so many units of an interval, or with at least so many.
type FrequencyCell struct {
	Spot
	Units int `json:"units" minimum:"1" doc:"In how many."`
}

func (c *FrequencyCell) validate(of Question, f *Faults) {
	c.validateIn(f, len(of.(*Frequency).Breakdown))
	validateUnitsOf(f, c.Units)
}

func validateUnitsOf(f *Faults, n int) {
	if n < 1 || n > MaxIntervals {
		f.add("cell.units", BadCell, "units is 1 or more")
	}
}
