package querytest

import (
	"maps"
	"slices"
	"sort"

	"jejak/event"
	"jejak/question"
)

// sessionReference answers one question about sessions (section 11).
type sessionReference struct {
	*past
	*question.SessionTrend
}

// personVisit is a session and whose it is.
type personVisit struct {
	visit
	person event.Actor
}

// referenceSessions answers a sound question about sessions.
func referenceSessions(events []event.Event, q question.Question, now present) question.Answer {
	t := q.(*question.SessionTrend)
	r := &sessionReference{pastOf(events, t.Range, t.IncludeBots, now), t}
	asked := r.cut(r.rangeOf(r.Range), r.Interval)
	visits := r.visits(asked)
	a := &question.SessionsAnswer{Kind: "sessions", Range: asked.answer(), Intervals: asked.stamps(), Series: []question.Series{}}
	var shown, hidden []segment
	if len(t.Breakdown) > 0 {
		shown, hidden = r.rank(visits)
		a.Segments = &question.SegmentCount{Shown: len(shown), All: len(shown) + len(hidden)}
	}
	for _, m := range r.Metrics {
		for _, p := range r.places(visits, shown, len(hidden) > 0) {
			s := p.Series
			s.Metric, s.Values, s.Total = m.Name, []*float64{}, measureVisits(m, p.visits)
			for i := range asked.starts {
				s.Values = append(s.Values, measureVisits(m, starting(p.visits, stretch{from: asked.starts[i], to: asked.end(i)})))
			}
			a.Series = append(a.Series, s)
		}
	}
	a.Explain = r.explain(asked)
	return a
}

// visits are the sessions that count: they start in the range, and hold an event that With means.
func (r *sessionReference) visits(asked stretch) (out []personVisit) {
	for person, events := range r.byPerson() {
		for _, v := range r.sessionsOf(r.Sessions, events) {
			with := func(e event.Event) bool { return r.With == nil || r.selects(r.With, e) }
			if slices.ContainsFunc(v.events, with) {
				out = append(out, personVisit{v, person})
			}
		}
	}
	return starting(out, asked)
}

func starting(visits []personVisit, within stretch) (out []personVisit) {
	for _, v := range visits {
		if inside(within, v.events[0]) {
			out = append(out, v)
		}
	}
	return out
}

// measureVisits is a metric over sessions.
func measureVisits(m question.SessionMetric, visits []personVisit) *float64 {
	people, single := map[event.Actor]bool{}, 0
	var values []float64
	for _, v := range visits {
		people[v.person] = true
		if len(v.events) == 1 {
			single++
		}
		if m.Of == question.OfEvents {
			values = append(values, float64(len(v.events)))
		} else if !v.open {
			values = append(values, float64(v.events[len(v.events)-1].Time-v.start())/1000)
		}
	}
	sort.Float64s(values)
	switch {
	case m.Measure == question.Total:
		return count(len(visits))
	case m.Measure == question.Unique:
		return count(len(people))
	case m.Measure == question.BounceRate && len(visits) == 0:
		return nil
	case m.Measure == question.BounceRate:
		return defined(float64(single) / float64(len(visits)))
	}
	return measureNumbers(question.Metric{Measure: m.Measure, Percentile: m.Percentile}, values)
}

// segmentsOf are the segments a session belongs to.
func (r *sessionReference) segmentsOf(v personVisit) []segment {
	out := []segment{{}}
	for _, b := range r.Breakdown {
		var longer []segment
		for _, s := range out {
			for _, item := range items(r.valueAt(b, v.events)) {
				longer = append(longer, append(slices.Clone(s), item))
			}
		}
		out = longer
	}
	return out
}

// valueAt is the value a breakdown means.
func (r *sessionReference) valueAt(b question.SessionBreakdown, events []event.Event) event.Value {
	entry, exit := events[0], events[len(events)-1]
	switch {
	case b.Name && b.At == question.AtEntry:
		return event.StringOf(entry.Name)
	case b.Name:
		return event.StringOf(exit.Name)
	case b.At == question.AtEntry:
		return entry.Get(b.Property)
	case b.At == question.AtExit:
		return exit.Get(b.Property)
	}
	for _, e := range events {
		if v := e.Get(b.Property); !slices.Equal(items(v), []event.Value{{}}) {
			return v
		}
	}
	return event.Value{}
}

// in tells whether a session belongs to a segment.
func (r *sessionReference) in(v personVisit, s segment) bool {
	return slices.ContainsFunc(r.segmentsOf(v), func(x segment) bool { return x.key() == s.key() })
}

// rank divides the segments into those shown, best first, and the others.
func (r *sessionReference) rank(visits []personVisit) (shown, hidden []segment) {
	all, totals := map[string]segment{}, map[string]*float64{}
	for _, v := range visits {
		for _, s := range r.segmentsOf(v) {
			all[s.key()] = s
		}
	}
	for key, s := range all {
		totals[key] = measureVisits(r.Metrics[0], r.of(visits, s))
	}
	return divide(slices.Collect(maps.Values(all)), totals, r.TopOrDefault())
}

// divide ranks segments by their totals (section 5).
func divide(all []segment, totals map[string]*float64, top int) (shown, hidden []segment) {
	sort.Slice(all, func(i, j int) bool {
		a, b := totals[all[i].key()], totals[all[j].key()]
		switch {
		case a != nil && b != nil && *a != *b:
			return *a > *b
		case (a == nil) != (b == nil):
			return b == nil
		}
		return comesFirst(all[i], all[j])
	})
	n := min(len(all), top)
	return all[:n], all[n:]
}

func (r *sessionReference) of(visits []personVisit, s segment) (out []personVisit) {
	for _, v := range visits {
		if r.in(v, s) {
			out = append(out, v)
		}
	}
	return out
}

// visitPlace is a series before it is measured, and the sessions that belong to it.
type visitPlace struct {
	question.Series
	visits []personVisit
}

func (r *sessionReference) places(visits []personVisit, shown []segment, other bool) []visitPlace {
	out := []visitPlace{{question.Series{Segment: []any{}}, visits}}
	for _, s := range shown {
		out = append(out, visitPlace{question.Series{Segment: plain(s)}, r.of(visits, s)})
	}
	if !other {
		return out
	}
	rest := visitPlace{question.Series{Segment: []any{}, Other: true}, nil}
	for _, v := range visits {
		isShown := func(x segment) bool {
			return slices.ContainsFunc(shown, func(s segment) bool { return x.key() == s.key() })
		}
		if slices.ContainsFunc(r.segmentsOf(v), func(x segment) bool { return !isShown(x) }) {
			rest.visits = append(rest.visits, v)
		}
	}
	return append(out, rest)
}

func (r *sessionReference) explain(asked stretch) question.Explain {
	x := r.explainOf(nil, sessionSelectors(r.Sessions, r.With), r.wholeDays(asked), asked)
	return x
}

// sessionSelectors are the selectors by which sessions are found, and others.
func sessionSelectors(q *question.Sessions, others ...*question.Selector) (out []*question.Selector) {
	members := q.Members()
	out = append(out, &members)
	if q.ByOrDefault() == question.ByEvents {
		out = append(out, q.Start, q.End)
	}
	for _, s := range others {
		if s != nil {
			out = append(out, s)
		}
	}
	return out
}
