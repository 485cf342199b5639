package question

import "math"

// PerUser is what is measured of each person with a matching event.
type PerUser struct {
	Measure  Measure  `json:"measure" enum:"total,sum,average,min,max,distinct" doc:"total: how many events. The others measure a property of the person's events."`
	Property string   `json:"property,omitempty" doc:"For every measure but total."`
	AtLeast  *float64 `json:"at_least,omitempty" doc:"Only people whose value is at least this."`
	Less     *float64 `json:"less,omitempty" doc:"Only people whose value is less than this."`
}

// Which event's segments a person counts in.
const (
	AttributeFirst = "first"
	AttributeLast  = "last"
)

// The codes of faults of people's values, attribution and sessions in a trend.
const (
	BadPerUser      = "bad_per_user"
	BadAttribute    = "bad_attribute"
	AttributeUnused = "attribute_unused"
)

// MeasureOrDefault is the measure of the metric.
func (m *Metric) MeasureOrDefault() Measure {
	if m.Measure == "" && m.PerUser != nil {
		return Average
	}
	return m.Measure
}

func (m *Metric) validatePerUser(f *Faults, at string) {
	switch m.MeasureOrDefault() {
	case Average, Median, Percentile, Min, Max, Sum, Unique:
	default:
		f.add(at+".measure", BadMeasure, "with per_user a measure is average, median, percentile, min, max, sum or unique")
	}
	if m.Property != "" {
		f.add(at+".property", PropertyUnused, "the property stands in per_user")
	}
	p := m.PerUser
	of := Metric{Measure: p.Measure, Property: p.Property}
	switch p.Measure {
	case Total, Sum, Average, Min, Max, Distinct:
		of.validateProperty(f, at+".per_user")
	default:
		f.add(at+".per_user.measure", BadMeasure, "a measure of each person is total, sum, average, min, max or distinct")
	}
	for _, bound := range []*float64{p.AtLeast, p.Less} {
		if bound != nil && (math.IsNaN(*bound) || math.IsInf(*bound, 0)) {
			f.add(at+".per_user", BadPerUser, "a bound is a number")
		}
	}
	if p.AtLeast != nil && p.Less != nil && *p.AtLeast >= *p.Less {
		f.add(at+".per_user", BoundsReversed, "at_least is smaller than less")
	}
}

func (m *Metric) validateAttribute(f *Faults, at string, breakdowns int) {
	switch {
	case m.Attribute == "":
	case m.Attribute != AttributeFirst && m.Attribute != AttributeLast:
		f.add(at+".attribute", BadAttribute, "attribute is first or last")
	case m.Measure != Unique || m.PerUser != nil || breakdowns == 0:
		f.add(at+".attribute", AttributeUnused, "attribute belongs to the measure unique with a breakdown")
	}
}

func (t *Trend) validateSessions(f *Faults, in *scope) {
	if t.Sessions == nil {
		return
	}
	used := false
	for i := range t.Metrics {
		used = used || t.Metrics[i].Measure == InSessions
	}
	if !used {
		f.add("sessions", SessionsUnused, "sessions belong to the measure sessions")
	}
	t.Sessions.validate(f, "sessions", in)
}
