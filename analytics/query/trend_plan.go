package query

import "jejak/question"

// trendPlan is the metrics of a trend that are not formulas, and what they read.
type trendPlan struct {
	*plan
	metrics   []metric
	byGroup   [][]int // places in metrics
	breakdown []int   // properties
}

// metric is one metric of the question that is not a formula.
type metric struct {
	*question.Metric
	property int // what is measured; -1 when nothing
}

// trendPlanOf prepares a sound question.
func trendPlanOf(t *question.Trend, at instantReader) *trendPlan {
	p := &trendPlan{plan: planOf(t.Filter, at)}
	for i := range t.Metrics {
		if t.Metrics[i].Formula == "" {
			p.add(&t.Metrics[i])
		}
	}
	for _, b := range t.Breakdown {
		p.breakdown = append(p.breakdown, p.property(b.Property))
	}
	return p
}

func (p *trendPlan) add(m *question.Metric) {
	property := -1
	if m.Property != "" {
		property = p.property(m.Property)
	}
	group := p.group(&m.Selector)
	if group == len(p.byGroup) {
		p.byGroup = append(p.byGroup, nil)
	}
	p.byGroup[group] = append(p.byGroup[group], len(p.metrics))
	p.metrics = append(p.metrics, metric{m, property})
}
