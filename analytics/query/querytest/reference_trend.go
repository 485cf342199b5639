package querytest

import (
	"encoding/json"
	"maps"
	"slices"
	"sort"
	"strings"

	"jejak/event"
	"jejak/question"
)

// referenceTrend answers a sound trend.
func referenceTrend(events []event.Event, q question.Question, now present) question.Answer {
	r := trendReference(events, q.(*question.Trend), now)
	main := r.cut(r.rangeOf(r.Range), r.Interval)
	answer := &question.TrendAnswer{Kind: "trend", Range: main.answer(), Intervals: main.stamps()}
	var shown, hidden []segment
	if len(r.Breakdown) > 0 {
		shown, hidden = r.rank(main)
		answer.Segments = &question.SegmentCount{Shown: len(shown), All: len(shown) + len(hidden)}
	}
	other := len(hidden) > 0
	if r.Compare != nil {
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
	firsts   map[float64]bool // the places of the events that are the first of their name and person
	sessions map[float64]int  // by place: the session an event is in
	known    map[matchKey]bool
	bounds   [][]float64 // by breakdown: of its buckets

	stretches map[stretchKey][]stretch
}

func trendReference(events []event.Event, t *question.Trend, now present) *reference {
	r := &reference{past: pastOf(events, t.Range, t.IncludeBots, now), Trend: t, known: map[matchKey]bool{}, stretches: map[stretchKey][]stretch{}}
	r.events = withPlaces(r.events)
	r.lookAtPeople()
	r.findBuckets(r.rangeOf(r.Range))
	return r
}

// placeProperty holds the place of an event in the order of arrival, so that it can be told from others like it.
const placeProperty = "\x00place"

func withPlaces(events []event.Event) []event.Event {
	out := cloneEvents(events)
	for i := range out {
		out[i].Set(placeProperty, event.NumberOf(float64(i)))
	}
	return out
}

func arrivalOf(e event.Event) float64 { return e.Get(placeProperty).Number }

// lookAtPeople finds first events and sessions.
func (r *reference) lookAtPeople() {
	r.firsts, r.sessions = map[float64]bool{}, map[float64]int{}
	n := 0
	for _, events := range r.byPerson() {
		done := map[string]bool{}
		for _, e := range events {
			if e.Class == event.Bot && !r.bots {
				continue
			}
			r.firsts[arrivalOf(e)] = !done[e.Name]
			done[e.Name] = true
		}
		for _, v := range r.sessionsOf(r.Sessions, events) {
			n++
			for _, e := range v.events {
				r.sessions[arrivalOf(e)] = n
			}
		}
	}
}

// matching are those of the events that lie in a stretch and match a metric (section 3).
func (r *reference) matching(m question.Metric, s stretch, events []event.Event) (out []event.Event) {
	for _, e := range events {
		if inside(s, e) && r.matches(m, e) {
			out = append(out, e)
		}
	}
	return out
}

// matches is true for the same event and metric each time: it is remembered.
func (r *reference) matches(m question.Metric, e event.Event) bool {
	key := matchKey{m.Name, arrivalOf(e)}
	if _, known := r.known[key]; !known {
		r.known[key] = r.findMatch(m, e)
	}
	return r.known[key]
}

type matchKey struct {
	metric string
	place  float64
}

func (r *reference) findMatch(m question.Metric, e event.Event) bool {
	needsPerson := m.FirstEver || m.PerUser != nil || m.Attribute != "" || m.Measure == question.InSessions
	return (!needsPerson || e.Actor.Index() != 0) && r.passes(r.Filter, e) && r.selects(&m.Selector, e) && (!m.FirstEver || r.firsts[arrivalOf(e)]) &&
		(m.Measure != question.InSessions || r.sessions[arrivalOf(e)] > 0)
}

// explain is section 7.
func (r *reference) explain(s stretch) question.Explain {
	var selectors []*question.Selector
	for i := range r.Metrics {
		if !r.Metrics[i].IsCounted() {
			continue
		}
		selectors = append(selectors, &r.Metrics[i].Selector)
		if r.Metrics[i].Measure == question.InSessions {
			selectors = append(selectors, sessionSelectors(r.Sessions)...)
		}
	}
	x := r.explainOf(nil, selectors, s, s)
	x.RowsMatched = 0
	for _, e := range r.events {
		if len(s.starts) > 0 && slices.ContainsFunc(r.Metrics, func(m question.Metric) bool { return m.IsCounted() && r.reads(m, s, e) }) {
			x.RowsMatched++
		}
	}
	return x
}

// reads tells whether a metric looks at the event.
func (r *reference) reads(m question.Metric, s stretch, e event.Event) bool {
	reach := r.reach(m, s)
	if inside(reach, e) && r.passes(r.Filter, e) && r.selects(&m.Selector, e) {
		return true
	}
	if names := withoutFilters(m.Selector); m.FirstEver && before(e.Time, reach.to) && r.selects(&names, e) {
		return true
	}
	isPart := func(x *question.Selector) bool { return r.selects(x, e) }
	return m.Measure == question.InSessions && inside(r.wholeDays(reach), e) && slices.ContainsFunc(sessionSelectors(r.Sessions), isPart)
}

func withoutFilters(s question.Selector) question.Selector {
	out := question.Selector{Event: s.Event, AnyEvent: s.AnyEvent, Except: s.Except}
	for _, part := range s.AnyOf {
		out.AnyOf = append(out.AnyOf, withoutFilters(part))
	}
	return out
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
	for i, b := range r.Breakdown {
		var longer []segment
		for _, s := range out {
			for _, item := range bucketed(e.Get(b.Property), r.boundsAt(i)) {
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
	return slices.ContainsFunc(r.counting(s), func(e event.Event) bool { return r.hidden(e, shown) })
}

// counting are the events from which some value or total of a metric is computed.
func (r *reference) counting(s stretch) (out []event.Event) {
	for _, m := range r.Metrics {
		if !m.IsCounted() || len(s.starts) == 0 {
			continue
		}
		values, total := r.stretchesOf(m, s)
		for _, x := range append(values, total) {
			out = append(out, r.matching(m, x, r.events)...)
		}
	}
	return out
}

// rank divides the segments of a stretch into those shown, best first, and the others.
func (r *reference) rank(s stretch) (shown, hidden []segment) {
	all := map[string]segment{}
	for _, e := range r.counting(s) {
		for _, x := range r.segmentsOf(e) {
			all[x.key()] = x
		}
	}
	first := slices.IndexFunc(r.Metrics, func(m question.Metric) bool { return m.Formula == "" })
	totals := map[string]*float64{}
	for key, x := range all {
		_, totals[key] = r.curve(r.Metrics[first], s, r.of(x))
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
			x.Metric = m.Name
			x.Values, x.Total = r.curve(m, s, p.events)
			out = append(out, x)
		}
	}
	return out
}

// curve is a metric over those of the events that match: its values and its total (section 4).
func (r *reference) curve(m question.Metric, s stretch, events []event.Event) (values []*float64, total *float64) {
	values = []*float64{}
	switch {
	case m.Formula != "":
		return r.formulaCurve(m, s, events)
	case m.Cohort != 0:
		return r.cohortCurve(m, s)
	}
	if len(s.starts) == 0 {
		return values, r.value(m, s, nil)
	}
	stretches, whole := r.stretchesOf(m, s)
	for _, x := range stretches {
		values = append(values, r.value(m, x, r.matching(m, x, events)))
	}
	if m.RollingAverage > 1 {
		values = rollingAverages(values, m.RollingAverage)
	}
	return values, r.value(m, whole, r.matching(m, whole, events))
}

func (r *reference) formulaCurve(m question.Metric, s stretch, events []event.Event) (values []*float64, total *float64) {
	known, totals := map[string][]*float64{}, map[string]*float64{}
	for _, x := range r.Metrics[:slices.IndexFunc(r.Metrics, func(x question.Metric) bool { return x.Name == m.Name })] {
		if strings.Contains(m.Formula, x.Name) {
			known[x.Name], totals[x.Name] = r.curve(x, s, events)
		}
	}
	values = []*float64{}
	for i := range s.starts {
		values = append(values, formula(m.Formula, func(name string) *float64 { return known[name][i] }))
	}
	return values, formula(m.Formula, func(name string) *float64 { return totals[name] })
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
