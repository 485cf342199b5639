package querytest

import (
	"encoding/json"
	"maps"
	"slices"
	"sort"
	"strings"
	"time"

	"jejak/event"
	"jejak/question"
)

// referenceTrend answers a sound trend.
func referenceTrend(events []event.Event, q question.Question, now time.Time) question.Answer {
	t := q.(*question.Trend)
	r := &reference{past: pastOf(events, t.Range, t.IncludeBots, now), Trend: t}
	main := r.cut(r.rangeOf(r.Range), r.Interval)
	answer := &question.TrendAnswer{Kind: "trend", Range: main.answer(), Intervals: main.stamps()}
	var shown, hidden []segment
	if len(t.Breakdown) > 0 {
		shown, hidden = r.rank(main)
		answer.Segments = &question.SegmentCount{Shown: len(shown), All: len(shown) + len(hidden)}
	}
	other := len(hidden) > 0
	if t.Compare != nil {
		earlier := r.cut(r.earlierRange(main), r.Interval)
		other = other || r.hasRest(earlier, shown)
		answer.Compare = &question.CompareAnswer{
			Range: earlier.answer(), Intervals: earlier.stamps(), Series: r.series(earlier, shown, other),
		}
	}
	answer.Series = r.series(main, shown, other)
	answer.Explain = r.explain(main)
	return answer
}

type reference struct {
	*past
	*question.Trend
}

// matching are those of the events that lie in a stretch and match a metric (section 3).
func (r *reference) matching(m question.Metric, s stretch, events []event.Event) (out []event.Event) {
	for _, e := range events {
		if r.matches(m, s, e) {
			out = append(out, e)
		}
	}
	return out
}

func (r *reference) matches(m question.Metric, s stretch, e event.Event) bool {
	return inside(s, e) && r.passes(r.Filter, e) && r.selects(&m.Selector, e)
}

func (r *reference) explain(s stretch) question.Explain {
	var selectors []*question.Selector
	for i := range r.Metrics {
		if r.Metrics[i].Formula == "" {
			selectors = append(selectors, &r.Metrics[i].Selector)
		}
	}
	return r.explainOf(r.Filter, selectors, s, s)
}

// segment is a combination of items (section 5).
type segment []event.Value

// key is equal for equal segments.
func (s segment) key() string {
	var b strings.Builder
	for _, v := range s {
		text, _ := json.Marshal([]any{v.Kind, v.Number, v.Text})
		b.Write(text)
	}
	return b.String()
}

// segmentsOf are the segments an event belongs to.
func (r *reference) segmentsOf(e event.Event) []segment {
	out := []segment{{}}
	for _, b := range r.Breakdown {
		var longer []segment
		for _, s := range out {
			for _, item := range items(e.Get(b.Property)) {
				longer = append(longer, append(slices.Clone(s), item))
			}
		}
		out = longer
	}
	return out
}

// of are the events that belong to a segment.
func (r *reference) of(s segment) (out []event.Event) {
	for _, e := range r.events {
		if slices.ContainsFunc(r.segmentsOf(e), func(x segment) bool { return x.key() == s.key() }) {
			out = append(out, e)
		}
	}
	return out
}

// hidden tells whether the event belongs to a segment that is not shown.
func (r *reference) hidden(e event.Event, shown []segment) bool {
	return slices.ContainsFunc(r.segmentsOf(e), func(x segment) bool {
		return !slices.ContainsFunc(shown, func(s segment) bool { return x.key() == s.key() })
	})
}

func (r *reference) hasRest(s stretch, shown []segment) bool {
	if len(r.Breakdown) == 0 {
		return false
	}
	for _, m := range r.Metrics {
		if m.Formula == "" && slices.ContainsFunc(r.matching(m, s, r.events), func(e event.Event) bool { return r.hidden(e, shown) }) {
			return true
		}
	}
	return false
}

// rank divides the segments of a stretch into those shown, best first, and the others.
func (r *reference) rank(s stretch) (shown, hidden []segment) {
	all := map[string]segment{}
	for _, m := range r.Metrics {
		if m.Formula != "" {
			continue
		}
		for _, e := range r.matching(m, s, r.events) {
			for _, x := range r.segmentsOf(e) {
				all[x.key()] = x
			}
		}
	}
	first := slices.IndexFunc(r.Metrics, func(m question.Metric) bool { return m.Formula == "" })
	totals := map[string]*float64{}
	for key, x := range all {
		totals[key] = r.value(r.Metrics[first], s, r.of(x))
	}
	ranked := slices.Collect(maps.Values(all))
	sort.Slice(ranked, func(i, j int) bool {
		a, b := totals[ranked[i].key()], totals[ranked[j].key()]
		switch {
		case a != nil && b != nil && *a != *b:
			return *a > *b
		case (a == nil) != (b == nil):
			return b == nil
		}
		return comesFirst(ranked[i], ranked[j])
	})
	n := min(len(ranked), r.TopOrDefault())
	return ranked[:n], ranked[n:]
}

// comesFirst orders segments that rank the same.
func comesFirst(a, b segment) bool {
	types := []event.Kind{event.String, event.Number, event.Boolean, event.List, event.Object, event.None}
	for i := range a {
		x, y := a[i], b[i]
		switch {
		case x.Kind != y.Kind:
			return slices.Index(types, x.Kind) < slices.Index(types, y.Kind)
		case x.Number != y.Number:
			return x.Number < y.Number
		case x.Text != y.Text:
			return x.Text < y.Text
		}
	}
	return false
}

// place is a series before it is measured: the whole, a segment or other, and the events that belong to it.
type place struct {
	question.Series
	events []event.Event
}

func (r *reference) places(shown []segment, other bool) []place {
	out := []place{{question.Series{Segment: []any{}}, r.events}}
	for _, x := range shown {
		out = append(out, place{question.Series{Segment: plain(x)}, r.of(x)})
	}
	if other {
		rest := place{question.Series{Segment: []any{}, Other: true}, nil}
		for _, e := range r.events {
			if r.hidden(e, shown) {
				rest.events = append(rest.events, e)
			}
		}
		out = append(out, rest)
	}
	return out
}

// series are all metrics for every place.
func (r *reference) series(s stretch, shown []segment, other bool) []question.Series {
	out := []question.Series{}
	places := r.places(shown, other)
	for _, m := range r.Metrics {
		for _, p := range places {
			x := p.Series
			x.Metric, x.Values = m.Name, []*float64{}
			for i := range s.starts {
				interval := stretch{zone: s.zone, from: s.starts[i], to: s.end(i)}
				x.Values = append(x.Values, r.value(m, interval, p.events))
			}
			x.Total = r.value(m, s, p.events)
			out = append(out, x)
		}
	}
	return out
}

// value is a metric over those of the events that match in a stretch (section 4).
func (r *reference) value(m question.Metric, s stretch, events []event.Event) *float64 {
	if m.Formula == "" {
		return measure(m, r.matching(m, s, events))
	}
	return formula(m.Formula, func(name string) *float64 {
		i := slices.IndexFunc(r.Metrics, func(x question.Metric) bool { return x.Name == name })
		return r.value(r.Metrics[i], s, events)
	})
}

func plain(s segment) []any {
	out := []any{}
	for _, v := range s {
		switch v.Kind {
		case event.None:
			out = append(out, nil)
		case event.String:
			out = append(out, v.Text)
		case event.Number:
			out = append(out, v.Number)
		case event.Boolean:
			out = append(out, v.Bool())
		default:
			out = append(out, json.RawMessage(v.Text))
		}
	}
	return out
}
