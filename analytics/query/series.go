package query

import (
	"encoding/json"

	"jejak/event"
	"jejak/question"
)

// curve is one metric for the whole, a segment or other. What is not defined is null.
type curve struct {
	values []float64
	total  float64
}

// series writes what was measured as the series of an answer, formulas computed.
func (t *trend) series(m *measured, other bool) []question.Series {
	places := t.ranking.places(other)
	byName := map[string][]curve{}
	out := []question.Series{}
	next := 0
	for _, metric := range t.Trend.Metrics {
		var curves []curve
		switch {
		case metric.Formula != "":
			curves = formulaCurves(metric.Formula, byName, len(places), len(m.line.starts))
		case metric.Cohort != 0:
			curves = []curve{m.members[metric.Name]} // there are no segments
		default:
			curves = m.curves(next, len(places))
			next++
		}
		byName[metric.Name] = curves
		for i, c := range curves {
			s := places[i]
			s.Metric, s.Values, s.Total = metric.Name, pointers(c.values), pointers([]float64{c.total})[0]
			out = append(out, s)
		}
	}
	return out
}

// places are the series of one metric, without numbers: the whole, the segments shown, other.
func (r *ranking) places(other bool) []question.Series {
	out := []question.Series{{Segment: []any{}}}
	if r == nil {
		return out
	}
	for _, segment := range r.shown {
		values := []any{}
		for _, v := range r.values(segment) {
			values = append(values, plain(v))
		}
		out = append(out, question.Series{Segment: values})
	}
	if other {
		out = append(out, question.Series{Segment: []any{}, Other: true})
	}
	return out
}

// plain is a value as encoding/json writes it.
func plain(v event.Value) any {
	switch v.Kind {
	case event.String:
		return v.Text
	case event.Number:
		return v.Number
	case event.Boolean:
		return v.Bool()
	case event.List, event.Object:
		return json.RawMessage(v.Text)
	default:
		return nil
	}
}

// curves reads a metric's tallies: the whole, then so many slots that there are n.
func (m *measured) curves(metric, n int) []curve {
	out := make([]curve, n)
	for i := range out {
		out[i] = m.curveOf(metric, i-1)
	}
	return out
}

// curveOf is a metric in a slot; -1 is the whole.
func (m *measured) curveOf(metric, slot int) (c curve) {
	c.values = make([]float64, m.framing.values(metric))
	if slot < 0 {
		c.total = m.wholes[metric].result(0, c.values)
	} else {
		c.total = m.segments[metric].result(m.placeOf(slot), c.values)
	}
	if f := m.frameOf(metric); f != nil && f.before > 0 {
		c.values = rollingAverages(c.values, f.before+1)
	}
	return c
}

// placeOf is where a slot of the segments is in their tallies.
func (m *measured) placeOf(slot int) int {
	if m.at == nil {
		return slot
	}
	return int(m.at[slot])
}

// rollingAverages are the averages of each n values that follow each other: the exact sum of those that are not null, divided
// by how many they are.
func rollingAverages(values []float64, n int) []float64 {
	out := make([]float64, len(values)-n+1)
	for i := range out {
		var sum sumCell
		for _, v := range values[i : i+n] {
			if v == v {
				sum.add(v)
				sum.count++
			}
		}
		out[i] = sum.average(sum.count)
	}
	return out
}

// formulaCurves computes a formula for each of n series from those of the metrics it names.
func formulaCurves(formula string, byName map[string][]curve, n, intervals int) []curve {
	e, _ := question.ParseFormula(formula) // validated
	out := make([]curve, n)
	for i := range out {
		out[i].values = make([]float64, intervals)
		for at := range intervals {
			out[i].values[at] = evaluate(e, func(name string) float64 { return byName[name][i].values[at] })
		}
		out[i].total = evaluate(e, func(name string) float64 { return byName[name][i].total })
	}
	return out
}

// pointers are to the values; nil where one is null.
func pointers(values []float64) []*float64 {
	out := make([]*float64, len(values))
	for i := range values {
		if values[i] == values[i] {
			out[i] = &values[i]
		}
	}
	return out
}
