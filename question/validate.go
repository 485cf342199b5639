package question

import (
	"fmt"
	"math"
	"reflect"
	"time"
	_ "time/tzdata" // zones on machines that have none installed
)

// Validate implements Question.
func (t *Trend) Validate() Faults {
	var f Faults
	if t.Kind != "trend" {
		f.add("kind", UnknownKind, "the kind of a trend is trend")
	}
	t.Range.validate(&f)
	t.Counted.validate(&f)
	if !t.Interval.known() {
		f.add("interval", BadUnit, "an interval is minute, hour, day, week or month")
	}
	var in scope
	t.Filter.validate(&f, "filter", 1, &in.conditions)
	t.validateMetrics(&f, &in)
	t.validateSessions(&f, &in)
	in.check(&f)
	validateBreakdown(&f, t.Breakdown, t.Top)
	t.Compare.validate(&f)
	return f
}

func (u Unit) known() bool {
	return u == Minute || u == Hour || u == Day || u == Week || u == Month
}

func (r *Range) validate(f *Faults) {
	if _, err := LoadZone(r.Zone); err != nil {
		f.add("range.zone", BadZone, "a zone is a name of the IANA time zone database, for example Asia/Jakarta")
	}
	if r.Last == 0 && r.Unit == "" {
		validateEnds(f, "range", r.From, r.To)
		return
	}
	if r.From != "" || r.To != "" {
		f.add("range", RangeMixed, "a range has from and to, or last and unit, not both")
	}
	if r.Last < 1 || r.Last > MaxIntervals {
		f.add("range.last", BadLast, "last is 1 to %d", MaxIntervals)
	}
	if !r.Unit.known() {
		f.add("range.unit", BadUnit, "a unit is minute, hour, day, week or month")
	}
}

// LoadZone is time.LoadLocation without the names that mean the machine's own settings.
func LoadZone(name string) (*time.Location, error) {
	if name == "" || name == "Local" || len(name) > MaxNameBytes {
		return nil, fmt.Errorf("cannot find the zone: not an IANA name")
	}
	return time.LoadLocation(name)
}

func validateEnds(f *Faults, location, from, to string) {
	if from == "" || to == "" {
		f.add(location, RangeRequired, "from and to are required")
		return
	}
	a, fromDate, errFrom := ParseWall(from)
	b, toDate, errTo := ParseWall(to)
	checkEnd(f, location+".from", a, errFrom)
	checkEnd(f, location+".to", b, errTo)
	if errFrom != nil || errTo != nil {
		return
	}
	if toDate {
		b = b.AddDate(0, 0, 1)
	}
	if a.After(b) || a.Equal(b) && fromDate && toDate {
		f.add(location, RangeReversed, "a range ends after it starts")
	}
}

func checkEnd(f *Faults, location string, wall time.Time, err error) {
	if err != nil {
		f.add(location, BadDate, "a date is written 2026-11-01, a date-time 2026-11-01T10:00, without an offset")
	} else if wall.Year() < MinYear || wall.Year() > MaxYear {
		f.add(location, RangeOutOfBounds, "years run from %d to %d", MinYear, MaxYear)
	}
}

// ParseWall reads a local date (isDate) or date-time, to the minute or the second. The result carries the reading of
// the wall clock in UTC; which instant it is, the zone decides.
func ParseWall(s string) (wall time.Time, isDate bool, err error) {
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if len(s) != len(layout) {
			continue
		}
		wall, err = time.Parse(layout, s)
		return wall, layout == "2006-01-02", err
	}
	return time.Time{}, false, fmt.Errorf("cannot read a date: neither a date nor a date-time")
}

func (t *Trend) validateMetrics(f *Faults, in *scope) {
	if len(t.Metrics) == 0 {
		f.add("metrics", MetricsRequired, "at least one metric is required")
		return
	}
	if len(t.Metrics) > MaxMetrics {
		f.add("metrics", TooManyMetrics, "a question has at most %d metrics", MaxMetrics)
		return
	}
	seen, measured := map[string]bool{}, false
	for i := range t.Metrics {
		m, at := &t.Metrics[i], fmt.Sprintf("metrics[%d]", i)
		if !isName(m.Name) {
			f.add(at+".name", BadName, "a name is a letter or underscore, then letters, digits or underscores, at most %d", MaxNameBytes)
		} else if seen[m.Name] {
			f.add(at+".name", DuplicateName, "two metrics have this name")
		}
		switch {
		case m.Formula != "":
			m.validateFormula(f, at, seen)
		case m.Cohort != 0:
			measured = true
			m.validateCohort(f, at, t)
		default:
			measured = true
			m.validateMeasure(f, at, in)
			m.validateAttribute(f, at, len(t.Breakdown))
		}
		seen[m.Name] = true
	}
	if !measured {
		f.add("metrics", OnlyFormulas, "at least one metric must measure events")
	}
}

func (m *Metric) validateFormula(f *Faults, at string, earlier map[string]bool) {
	alone := Metric{Name: m.Name, Formula: m.Formula}
	if !reflect.DeepEqual(*m, alone) {
		f.add(at, EventMixed, "a metric has a formula, or an event and a measure, not both")
	}
	e, err := ParseFormula(m.Formula)
	if err != nil {
		f.add(at+".formula", BadFormula, "%s", err)
		return
	}
	e.Names(func(name string) {
		if !earlier[name] {
			f.add(at+".formula", UnknownMetric, "a formula names metrics that stand before it")
		}
	})
}

// validateCohort: segments and filters are about events, and a cohort is not.
func (m *Metric) validateCohort(f *Faults, at string, t *Trend) {
	alone := Metric{Name: m.Name, Cohort: m.Cohort}
	switch {
	case !reflect.DeepEqual(*m, alone):
		f.add(at, EventMixed, "a metric has a cohort, or an event and a measure, not both")
	case m.Cohort < 0:
		f.add(at+".cohort", BadCohort, "the number of a cohort is expected")
	case t.By != "":
		f.add(at+".cohort", CohortMixed, "a cohort is people, and the question counts groups")
	case t.Filter != nil || len(t.Breakdown) > 0:
		f.add(at+".cohort", CohortMixed, "the people of a cohort have no part in a filter or a breakdown of events")
	}
}

func (m *Metric) validateMeasure(f *Faults, at string, in *scope) {
	m.Selector.validate(f, at, 1, in)
	if m.PerUser != nil {
		m.validatePerUser(f, at)
	} else {
		m.validateProperty(f, at)
	}
	m.validatePercentile(f, at)
	m.validateMode(f, at)
}

func (m *Metric) validateProperty(f *Faults, at string) {
	switch m.Measure {
	case Total, Unique, InSessions:
		if m.Property != "" {
			f.add(at+".property", PropertyUnused, "%s measures no property", m.Measure)
		}
	case Sum, Average, Median, Percentile, Min, Max, Distinct:
		if m.Property == "" {
			f.add(at+".property", PropertyRequired, "%s needs a property", m.Measure)
		}
	default:
		f.add(at+".measure", BadMeasure, "a measure is total, unique, sessions, sum, average, median, percentile, min, max or distinct")
	}
	validateProperty(f, at+".property", m.Property)
}

func (m *Metric) validatePercentile(f *Faults, at string) {
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

func validateBreakdown(f *Faults, breakdown []Breakdown, top int) {
	if len(breakdown) > MaxBreakdowns {
		f.add("breakdown", TooManyBreakdowns, "a question has at most %d breakdowns", MaxBreakdowns)
		return
	}
	seen := map[string]bool{}
	for i, b := range breakdown {
		at := fmt.Sprintf("breakdown[%d].property", i)
		switch {
		case b.Property == "":
			f.add(at, PropertyRequired, "a breakdown needs a property")
		case seen[b.Property]:
			f.add(at, DuplicateBreakdown, "two breakdowns have this property")
		default:
			validateProperty(f, at, b.Property)
		}
		seen[b.Property] = true
		b.Buckets.validate(f, fmt.Sprintf("breakdown[%d].buckets", i))
	}
	if top < 0 || top > MaxTop {
		f.add("top", BadTop, "top is 1 to %d", MaxTop)
	}
}

func (c *Compare) validate(f *Faults) {
	if c == nil {
		return
	}
	switch c.By {
	case "":
		validateEnds(f, "compare", c.From, c.To)
	case ByPrevious, ByWeek, ByMonth, ByYear:
		if c.From != "" || c.To != "" {
			f.add("compare", RangeMixed, "a comparison has by, or from and to, not both")
		}
	default:
		f.add("compare.by", BadCompare, "by is previous, week, month or year")
	}
}
