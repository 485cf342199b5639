package question

import (
	"fmt"
	"math"

	"jejak/question/where"
)

// Cohort says which people are meant: exactly one of its fields does. docs/semantics.md, section 15, defines each part.
type Cohort struct {
	All      []Cohort        `json:"all,omitempty" nullable:"false" doc:"Who is in each of these."`
	Any      []Cohort        `json:"any,omitempty" nullable:"false" doc:"Who is in at least one of these."`
	Not      *Cohort         `json:"not,omitempty" doc:"Who is not in this one."`
	Did      *CohortDid      `json:"did,omitempty" doc:"Who did something so often, or whose events add up to so much."`
	Sequence *CohortSequence `json:"sequence,omitempty" doc:"Who did one thing after the other."`
	Where    string          `json:"where,omitempty" maxLength:"20000" doc:"An expression over the person, for example user[\"plan\"] == \"pro\". True when it is true."`
	People   []Person        `json:"people,omitempty" maxItems:"100000" nullable:"false" doc:"These people, by their numbers."`
	Cohort   CustomID        `json:"cohort,omitempty" doc:"Who is in the saved cohort of this number."`
}

// CohortDid is a measure of the events of each person, compared with bounds. Without bounds: at least one event.
type CohortDid struct {
	Selector
	FirstEver bool     `json:"first_ever,omitempty" doc:"Only events that are the first of their name that the person ever did."`
	When      *Period  `json:"when,omitempty" doc:"Only events of this time; ever when absent."`
	Measure   Measure  `json:"measure,omitempty" enum:"total,sum,average,min,max,distinct" doc:"total (when absent): how many events. The others measure a property of the person's events."`
	Property  string   `json:"property,omitempty" doc:"For every measure but total."`
	AtLeast   *float64 `json:"at_least,omitempty"`
	AtMost    *float64 `json:"at_most,omitempty" doc:"The same as at_least: exactly that. 0 of total: who never did it."`
}

// CohortSequence is the steps of a funnel that a person has gone through to its end.
type CohortSequence struct {
	Steps  []Step    `json:"steps" minItems:"2" maxItems:"20" nullable:"false"`
	Order  StepOrder `json:"order,omitempty" enum:"loose,strict" doc:"loose (when absent): anything may happen between. strict: no other event between."`
	Window int       `json:"window,omitempty" minimum:"0" maximum:"31622400" doc:"Seconds from the first step to the last; 0 or absent means 7 days."`
	When   *Period   `json:"when,omitempty" doc:"The first step is of this time; of any when absent."`
}

// Period is a time as seen from an instant: the last units, the one that holds the instant included, or dates.
type Period struct {
	Last int    `json:"last,omitempty" minimum:"0" maximum:"1500" doc:"The last so many units, the current one included."`
	Unit Unit   `json:"unit,omitempty" enum:"hour,day,week,month"`
	From string `json:"from,omitempty" doc:"A local date or date-time, included. Absent: from the beginning."`
	To   string `json:"to,omitempty" doc:"A local date, that day included, or a local date-time, excluded. Absent: to the end."`
}

// Limits of a Cohort.
const (
	MaxCohortDepth    = 10  // all, any and not inside each other
	MaxCohortParts    = 100 // of one definition
	MaxCohortSteps    = 20
	MaxCohortPeople   = 100_000
	MaxListedPeople   = 1_000_000 // in all cohorts of a project
	MaxCohortReadings = 1500      // of the events, for one question: parts times the instants they are looked at
)

// The codes of faults of a Cohort.
const (
	BadCohort      = "bad_cohort"
	TooManyParts   = "too_many_parts"
	TooManyPeople  = "too_many_people"
	CohortMixed    = "cohort_mixed"
	TooManyCohorts = "too_many_cohorts"
)

// Validate names everything wrong with a definition that can be seen without reading an event; nil when sound.
func (c *Cohort) Validate() Faults {
	var f Faults
	x := cohortCheck{faults: &f}
	x.cohort(c, "", 1)
	x.in.check(&f)
	if x.parts > MaxCohortParts {
		f.add("", TooManyParts, "a cohort has at most %d parts", MaxCohortParts)
	}
	if c.Listed() > MaxCohortPeople {
		f.add("", TooManyPeople, "a cohort lists at most %d people", MaxCohortPeople)
	}
	return f
}

// eachPart calls f with a definition and all those inside of it.
func (c *Cohort) eachPart(f func(*Cohort)) {
	f(c)
	for i := range c.All {
		c.All[i].eachPart(f)
	}
	for i := range c.Any {
		c.Any[i].eachPart(f)
	}
	if c.Not != nil {
		c.Not.eachPart(f)
	}
}

// Listed is how many people are listed in a definition.
func (c *Cohort) Listed() (n int) {
	c.eachPart(func(part *Cohort) { n += len(part.People) })
	return n
}

// Unlist takes the people of lists out.
func (c *Cohort) Unlist() { c.eachPart(func(part *Cohort) { part.People = nil }) }

// cohortCheck walks a definition.
type cohortCheck struct {
	faults *Faults
	in     scope
	parts  int
}

func (x *cohortCheck) cohort(c *Cohort, at string, depth int) {
	x.parts++
	ways := 0
	for _, given := range []bool{c.All != nil, c.Any != nil, c.Not != nil, c.Did != nil, c.Sequence != nil, c.Where != "", len(c.People) > 0, c.Cohort != 0} {
		if given {
			ways++
		}
	}
	switch {
	case ways != 1:
		x.faults.add(at, BadCohort, "a cohort has exactly one of all, any, not, did, sequence, where, people or cohort")
	case depth > MaxCohortDepth:
		x.faults.add(at, TooDeep, "all, any and not nest at most %d levels", MaxCohortDepth)
	case x.parts > MaxCohortParts:
	case c.All != nil:
		x.each(c.All, at, "all", depth)
	case c.Any != nil:
		x.each(c.Any, at, "any", depth)
	case c.Not != nil:
		x.cohort(c.Not, inside(at, "not"), depth+1)
	case c.Did != nil:
		x.did(c.Did, inside(at, "did"))
	case c.Sequence != nil:
		x.sequence(c.Sequence, inside(at, "sequence"))
	case c.Where != "":
		validatePersonCondition(x.faults, inside(at, "where"), c.Where)
	case c.Cohort < 0:
		x.faults.add(inside(at, "cohort"), BadCohort, "the number of a cohort is expected")
	}
}

// inside is a place in a definition.
func inside(at, part string) string {
	if at == "" {
		return part
	}
	return at + "." + part
}

func (x *cohortCheck) each(parts []Cohort, at, name string, depth int) {
	if len(parts) == 0 {
		x.faults.add(inside(at, name), BadCohort, "all and any hold at least one cohort")
	}
	for i := range parts {
		x.cohort(&parts[i], inside(at, fmt.Sprintf("%s[%d]", name, i)), depth+1)
	}
}

// validatePersonCondition checks an expression that is not about an event.
func validatePersonCondition(f *Faults, at, text string) {
	validateExpression(f, at, text, where.ParseCondition)
	if e, err := where.Parse(text); err == nil && (len(e.Properties) > 0 || e.Root.Mentions(where.EventField)) {
		f.add(at, BadExpression, "a condition on people is about user and cohorts, not about an event")
	}
}

func (x *cohortCheck) did(d *CohortDid, at string) {
	d.Selector.validate(x.faults, at, 1, &x.in)
	d.When.validate(x.faults, at+".when")
	of := Metric{Measure: d.MeasureOrDefault(), Property: d.Property}
	switch of.Measure {
	case Total, Sum, Average, Min, Max, Distinct:
		of.validateProperty(x.faults, at)
	default:
		x.faults.add(at+".measure", BadMeasure, "a measure is total, sum, average, min, max or distinct")
	}
	for _, bound := range []*float64{d.AtLeast, d.AtMost} {
		if bound != nil && (math.IsNaN(*bound) || math.IsInf(*bound, 0)) {
			x.faults.add(at, BadValue, "a bound is a number")
		}
	}
	switch {
	case d.AtLeast != nil && d.AtMost != nil && *d.AtLeast > *d.AtMost:
		x.faults.add(at, BoundsReversed, "at_least is not larger than at_most")
	case d.AtLeast == nil && d.AtMost == nil && of.Measure != Total:
		x.faults.add(at, ValuesRequired, "a measure of a property needs at_least or at_most")
	}
}

// MeasureOrDefault is what is measured.
func (d *CohortDid) MeasureOrDefault() Measure {
	if d.Measure == "" {
		return Total
	}
	return d.Measure
}

// Bounds are the smallest and the largest value that count.
func (d *CohortDid) Bounds() (least, most float64) {
	least, most = math.Inf(-1), math.Inf(1)
	if d.AtLeast != nil {
		least = *d.AtLeast
	}
	if d.AtMost != nil {
		most = *d.AtMost
	}
	if d.AtLeast == nil && d.AtMost == nil {
		least = 1
	}
	return least, most
}

func (x *cohortCheck) sequence(s *CohortSequence, at string) {
	if len(s.Steps) < MinFunnelSteps || len(s.Steps) > MaxCohortSteps {
		x.faults.add(at+".steps", TooManySteps, "a sequence has %d to %d steps", MinFunnelSteps, MaxCohortSteps)
		return
	}
	for i := range s.Steps {
		part := fmt.Sprintf("%s.steps[%d]", at, i)
		s.Steps[i].Selector.validate(x.faults, part, 1, &x.in)
		if s.Steps[i].Anchored {
			x.faults.add(part+".anchored", AnchorUnused, "steps of a sequence come in their order")
		}
	}
	if s.Order != "" && s.Order != OrderLoose && s.Order != OrderStrict {
		x.faults.add(at+".order", BadOrder, "an order is loose or strict")
	}
	if s.Window < 0 || s.Window > MaxFunnelWindow {
		x.faults.add(at+".window", BadWindow, "a window is 1 to %d seconds", MaxFunnelWindow)
	}
	s.When.validate(x.faults, at+".when")
}

func (p *Period) validate(f *Faults, at string) {
	switch {
	case p == nil:
	case p.Last != 0 || p.Unit != "":
		p.validateLast(f, at)
	case p.From == "" && p.To == "":
		f.add(at, RangeRequired, "a period has last and unit, from, to, or from and to")
	case p.From != "" && p.To != "":
		validateEnds(f, at, p.From, p.To)
	default:
		f.checkWall(at, p.From+p.To)
	}
}

func (p *Period) validateLast(f *Faults, at string) {
	if p.From != "" || p.To != "" {
		f.add(at, RangeMixed, "a period has last and unit, or from and to, not both")
	}
	if p.Last < 1 || p.Last > MaxIntervals {
		f.add(at+".last", BadLast, "last is 1 to %d", MaxIntervals)
	}
	if !p.Unit.known() || p.Unit == Minute {
		f.add(at+".unit", BadUnit, "a unit is hour, day, week or month")
	}
}

// checkWall checks a date that stands alone.
func (f *Faults) checkWall(at, text string) {
	wall, _, err := ParseWall(text)
	checkEnd(f, at, wall, err)
}
