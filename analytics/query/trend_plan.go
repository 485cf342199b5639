package query

import "jejak/question"

// trendPlan is the metrics of a trend that are not formulas, and what they read.
type trendPlan struct {
	*plan
	metrics   []metric
	byGroup   [][]int // places in metrics, of those that are tallied event by event
	breakdown []int   // properties
	sessions  *sessionRule
	captures  captures // of metrics by person
	// breakdownCapture is the place of the breakdown's first property among the labels.
	breakdownCapture int
}

// metric is one metric of the question that is not a formula.
type metric struct {
	*question.Metric
	property int // what is measured; -1 when nothing
	group    int
	// A metric by person is computed from trails: which events count depends on others of the same person.
	byPerson bool
	history  int // the group of all events of its names; for first_ever
	capture  int // of the property, among the numbers or labels
}

// byPerson tells whether a metric of the question is computed from trails.
func byPerson(m *question.Metric) bool {
	return m.IsCounted() && (m.FirstEver || m.PerUser != nil || m.Attribute != "" || m.Measure == question.InSessions)
}

// trendPlanOf prepares a sound question over a range.
func trendPlanOf(t *question.Trend, line *timeline, at instantReader, m *meter) *trendPlan {
	history := false
	for i := range t.Metrics {
		history = history || t.Metrics[i].FirstEver || t.Metrics[i].Measure == question.InSessions
	}
	p := &trendPlan{}
	if history { // what happened before and around counts whether the filter passes it or not
		p.plan = planOf(nil, at)
	} else {
		p.plan = planOf(t.Filter, at)
	}
	for i := range t.Metrics {
		if t.Metrics[i].IsCounted() {
			p.add(&t.Metrics[i], t.Filter, history)
		}
	}
	p.byGroup = make([][]int, len(p.groups))
	for i, m := range p.metrics {
		if !m.byPerson {
			p.byGroup[m.group] = append(p.byGroup[m.group], i)
		}
	}
	for _, b := range t.Breakdown {
		p.breakdown = append(p.breakdown, p.property(b.Property))
	}
	p.addHistory(t, line, m)
	return p
}

// add adds a metric; its own group must pass the filter of the question when the plan does not ask for that.
func (p *trendPlan) add(m *question.Metric, filter *question.Filter, apart bool) {
	x := metric{Metric: m, property: -1, byPerson: byPerson(m), history: -1, capture: -1}
	name := m.Property
	if m.PerUser != nil {
		name = m.PerUser.Property
	}
	if name != "" {
		x.property = p.property(name)
	}
	selector := m.Selector
	if apart && filter != nil {
		selector = question.Selector{AnyOf: []question.Selector{m.Selector}, Filter: filter}
	}
	x.group = p.group(&selector)
	p.metrics = append(p.metrics, x)
}

// addHistory adds what metrics by person read beside their own events.
func (p *trendPlan) addHistory(t *question.Trend, line *timeline, meter *meter) {
	for i := range p.metrics {
		m := &p.metrics[i]
		if m.FirstEver {
			all := namesOf(m.Selector)
			m.history = p.group(&all)
			p.captures.names = true
		}
		if m.Measure == question.InSessions && p.sessions == nil {
			p.sessions = p.sessionRule(t.Sessions, line, &p.captures, meter)
		}
	}
	for len(p.byGroup) < len(p.groups) {
		p.byGroup = append(p.byGroup, nil)
	}
}

// namesOf means all events of the names that a selector means.
func namesOf(s question.Selector) question.Selector {
	s.Filter = nil
	parts := s.AnyOf
	s.AnyOf = nil
	for _, part := range parts {
		s.AnyOf = append(s.AnyOf, namesOf(part))
	}
	return s
}

// groups are those that sessions are cut by.
func (r *sessionRule) groups() []int {
	if r.by == question.ByEvents {
		return []int{r.members, r.start, r.end}
	}
	return []int{r.members}
}
