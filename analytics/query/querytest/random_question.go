package querytest

import (
	"fmt"
	"slices"
	"time"

	"jejak/question"
)

// trend is a random question about the world.
func (w *world) trend() *question.Trend {
	q := &question.Trend{Kind: "trend", Interval: w.interval(), IncludeBots: w.chance(20), Top: w.top()}
	q.Range = w.rangeOf(q.Interval)
	for range 1 + w.IntN(4) {
		q.Metrics = append(q.Metrics, w.metric(q.Metrics))
	}
	if w.chance(30) {
		q.Filter = w.filter(3)
	}
	for range w.breakdowns() {
		q.Breakdown = append(q.Breakdown, question.Breakdown{Property: w.orComputed(pick(w.Rand, properties)), Buckets: w.buckets()})
	}
	if w.chance(30) {
		q.Compare = w.compare()
	}
	for _, m := range q.Metrics {
		if m.Measure == question.InSessions && w.chance(50) {
			q.Sessions = w.sessions()
		}
	}
	return q
}

// buckets are some, rarely.
func (w *world) buckets() *question.Buckets {
	switch w.IntN(15) {
	case 0:
		return &question.Buckets{Auto: true}
	case 1:
		return &question.Buckets{Breakpoints: pick(w.Rand, [][]float64{{0}, {5, 10}, {-3, 0.1, 5, 1e16}})}
	case 2:
		low := pick(w.Rand, []float64{0, 0.1, -10})
		high := low + pick(w.Rand, []float64{1, 99.9, 50})
		return &question.Buckets{Min: &low, Max: &high, Size: pick(w.Rand, []float64{1, 0.3, 25})}
	}
	return nil
}

func (w *world) breakdowns() int {
	return pick(w.Rand, []int{0, 0, 0, 1, 1, 2, 3})
}

func (w *world) top() int { return pick(w.Rand, []int{0, 1, 2, 3, 5, 100}) }

// interval is one that cuts the world into not too many pieces.
func (w *world) interval() question.Unit {
	switch {
	case w.length <= 2*time.Hour:
		return pick(w.Rand, []question.Unit{question.Minute, question.Hour, question.Day})
	case w.length <= 5*24*time.Hour:
		return pick(w.Rand, []question.Unit{question.Hour, question.Day, question.Week})
	default:
		return pick(w.Rand, []question.Unit{question.Day, question.Week, question.Month})
	}
}

func (w *world) rangeOf(interval question.Unit) question.Range {
	if w.chance(25) {
		return question.Range{Last: 1 + w.IntN(12), Unit: interval, Zone: w.zone}
	}
	from, to := w.ends()
	return question.Range{From: from, To: to, Zone: w.zone}
}

// ends are two readings in the world or just outside.
func (w *world) ends() (from, to string) {
	a, b := w.wall(), w.wall()
	if b.Before(a) {
		a, b = b, a
	}
	if w.chance(50) {
		return a.Format(time.DateOnly), b.Format(time.DateOnly)
	}
	if w.chance(50) {
		a, b = a.Truncate(time.Hour), b.Truncate(time.Hour)
	}
	return a.Format("2006-01-02T15:04"), b.Format("2006-01-02T15:04")
}

func (w *world) wall() time.Time {
	return w.start.Add(time.Duration((w.Float64()*1.2 - 0.1) * float64(w.length)))
}

func (w *world) compare() *question.Compare {
	by := pick(w.Rand, []string{question.ByPrevious, question.ByPrevious, question.ByWeek, question.ByMonth, question.ByYear, ""})
	c := &question.Compare{By: by}
	if by == "" {
		c.From, c.To = w.ends()
	}
	return c
}

// metric is one that may stand behind the earlier ones.
func (w *world) metric(earlier []question.Metric) question.Metric {
	m := question.Metric{Name: fmt.Sprintf("m%d", len(earlier))}
	if len(earlier) > 0 && w.chance(20) {
		m.Formula = w.formula(earlier, 3)
		return m
	}
	if w.chance(10) {
		m.Cohort = w.cohortID()
		return m
	}
	m.Selector = w.selector(2)
	m.FirstEver = w.chance(10)
	if w.chance(15) {
		w.perUser(&m)
	} else {
		w.measure(&m)
	}
	if m.MeasureOrDefault() == question.Percentile {
		p := pick(w.Rand, []float64{0, 25, 50, 90, 99.9, 100, 33.3})
		m.Percentile = &p
	}
	if w.chance(25) {
		w.mode(&m)
	}
	return m
}

func (w *world) measure(m *question.Metric) {
	m.Measure = pick(w.Rand, []question.Measure{
		question.Total, question.Unique, question.Unique, question.Sum, question.Average, question.Median,
		question.Percentile, question.Min, question.Max, question.Distinct, question.InSessions,
	})
	switch m.Measure {
	case question.Total, question.InSessions:
	case question.Unique:
		if w.chance(20) {
			m.Attribute = pick(w.Rand, []string{question.AttributeFirst, question.AttributeLast})
		}
	default:
		m.Property = w.measured()
	}
}

func (w *world) measured() string {
	return w.orComputed(pick(w.Rand, []string{"price", "price", "mixed", "tags", "plan", "never"}))
}

// perUser measures people first.
func (w *world) perUser(m *question.Metric) {
	m.Measure = pick(w.Rand, []question.Measure{
		"", question.Average, question.Median, question.Percentile, question.Min, question.Max, question.Sum, question.Unique, question.Unique,
	})
	p := &question.PerUser{Measure: pick(w.Rand, []question.Measure{
		question.Total, question.Total, question.Sum, question.Average, question.Min, question.Max, question.Distinct,
	})}
	if p.Measure != question.Total {
		p.Property = w.measured()
	}
	if w.chance(30) {
		low := float64(w.IntN(4))
		p.AtLeast = &low
	}
	if w.chance(30) {
		high := float64(1 + w.IntN(6))
		p.Less = &high
	}
	m.PerUser = p
}

// mode is a window, running values or an average of several.
func (w *world) mode(m *question.Metric) {
	switch w.IntN(3) {
	case 0:
		m.Window = &question.Window{Last: 1 + w.IntN(8), Unit: pick(w.Rand, []question.Unit{question.Hour, question.Day, question.Day, question.Week, question.Month})}
	case 1:
		m.Cumulative = true
	default:
		m.RollingAverage = 1 + w.IntN(5)
	}
}

// selector means events of one name, any, or of several selectors.
func (w *world) selector(depth int) (s question.Selector) {
	switch {
	case depth > 0 && w.chance(15):
		for range 1 + w.IntN(3) {
			s.AnyOf = append(s.AnyOf, w.selector(depth-1))
		}
	case w.chance(25):
		s.AnyEvent = true
		for w.chance(30) {
			s.Except = append(s.Except, pick(w.Rand, names))
		}
	default:
		s.Event = pick(w.Rand, names)
	}
	if w.chance(30) {
		s.Filter = w.filter(2)
	}
	return s
}

func (w *world) formula(earlier []question.Metric, depth int) string {
	if depth == 0 || w.chance(30) {
		if w.chance(25) {
			return pick(w.Rand, []string{"0", "2", "100", "0.1", "1e308"})
		}
		return pick(w.Rand, earlier).Name
	}
	if w.chance(15) {
		return "-(" + w.formula(earlier, depth-1) + ")"
	}
	operator := pick(w.Rand, []string{"+", "-", "*", "/"})
	return "(" + w.formula(earlier, depth-1) + " " + operator + " " + w.formula(earlier, depth-1) + ")"
}

func (w *world) filter(depth int) *question.Filter {
	if depth == 0 || w.chance(60) {
		return w.condition()
	}
	var parts []question.Filter
	for range 1 + w.IntN(3) {
		parts = append(parts, *w.filter(depth - 1))
	}
	if w.chance(50) {
		return &question.Filter{All: parts}
	}
	return &question.Filter{Any: parts}
}

var (
	scalarOperators = []question.Operator{question.Is, question.IsNot, question.ListHasAny, question.ListHasAll, question.ListHasNone}
	textOperators   = []question.Operator{question.Contains, question.NotContains, question.StartsWith, question.EndsWith}
	numberOperators = []question.Operator{question.Greater, question.AtLeast, question.Less, question.AtMost}
	rangeOperators  = []question.Operator{question.Between, question.NotBetween}
	dateOperators   = []question.Operator{question.Before, question.Since}
	plainOperators  = []question.Operator{question.IsSet, question.NotSet, question.IsTrue, question.IsFalse}
)

func (w *world) condition() *question.Filter {
	if w.chance(12) {
		return &question.Filter{Where: w.where(3)}
	}
	f := &question.Filter{Property: w.orComputed(pick(w.Rand, append([]string{"never"}, properties...)))}
	switch w.IntN(6) {
	case 0:
		f.Operator = pick(w.Rand, scalarOperators)
		for range 1 + w.IntN(3) {
			f.Values = append(f.Values, pick(w.Rand, scalars))
		}
	case 1:
		f.Operator = pick(w.Rand, textOperators)
		for range 1 + w.IntN(2) {
			f.Values = append(f.Values, pick(w.Rand, []string{"R", "free", "5", "ä", "\"", "e", "2026"}))
		}
	case 2:
		f.Operator, f.Values = pick(w.Rand, numberOperators), []any{pick(w.Rand, numbers)}
	case 3:
		bounds := []float64{pick(w.Rand, numbers), pick(w.Rand, numbers)}
		slices.Sort(bounds)
		f.Operator, f.Values = pick(w.Rand, rangeOperators), []any{bounds[0], bounds[1]}
	case 4:
		f.Operator, f.Values = pick(w.Rand, dateOperators), []any{pick(w.Rand, dates)}
	default:
		f.Operator = pick(w.Rand, plainOperators)
	}
	return f
}
