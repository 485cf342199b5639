package querytest

import (
	"math/big"
	"slices"
	"time"

	"jejak/question"
)

// stretchesOf are the stretches of which a metric measures the events, one for each value, and that of the total (section 4). For a
// rolling average the values before the range come first. They are remembered: finding them is slow.
func (r *reference) stretchesOf(m question.Metric, s stretch) (values []stretch, total stretch) {
	key := stretchKey{m.Name, s.from, s.to}
	if _, known := r.stretches[key]; !known {
		values, total = r.findStretches(m, s)
		r.stretches[key] = append(values, total)
	}
	all := r.stretches[key]
	return slices.Clone(all[:len(all)-1]), all[len(all)-1]
}

type stretchKey struct {
	metric   string
	from, to time.Time
}

func (r *reference) findStretches(m question.Metric, s stretch) (values []stretch, total stretch) {
	total = stretch{from: s.from, to: s.to}
	if m.RollingAverage > 1 {
		from := s.from.Add(-time.Duration(m.RollingAverage+1) * longestUnit[r.Interval])
		cuts := cutsAfter(r.zone, from, s.from, r.Interval)
		cuts = append(cuts[len(cuts)-m.RollingAverage+1:], s.from)
		for i := range len(cuts) - 1 {
			values = append(values, stretch{from: cuts[i], to: cuts[i+1]})
		}
	}
	for i := range s.starts {
		values = append(values, stretch{from: s.starts[i], to: s.end(i)})
	}
	for i := range values {
		switch {
		case m.Cumulative:
			values[i].from = s.from
		case m.Window != nil:
			values[i] = r.window(m.Window, values[i])
		}
	}
	if m.Window != nil {
		total = r.window(m.Window, total)
	}
	return values, total
}

var longestUnit = map[question.Unit]time.Duration{
	question.Minute: time.Minute, question.Hour: time.Hour, question.Day: 25 * time.Hour,
	question.Week: 169 * time.Hour, question.Month: 745 * time.Hour,
}

// window ends with the last unit of an interval, or with the present one when the interval holds the present.
func (r *reference) window(w *question.Window, interval stretch) stretch {
	last := interval.to.Add(-time.Millisecond)
	if !r.now.Before(interval.from) && r.now.Before(interval.to) {
		last = r.now
	}
	if w.Unit == question.Hour {
		cuts := cutsAfter(r.zone, last.Add(-time.Duration(w.Last+5)*time.Hour).Truncate(quarter), last.Add(5*time.Hour), question.Hour)
		i := slices.IndexFunc(cuts, func(t time.Time) bool { return t.After(last) })
		return stretch{from: cuts[i-w.Last], to: cuts[i]}
	}
	days := cutsAfter(r.zone, last.Add(-75*time.Hour), last.Add(75*time.Hour), question.Day)
	end := days[slices.IndexFunc(days, func(t time.Time) bool { return t.After(last) })]
	date := label(r.zone, end, question.Day)
	switch w.Unit {
	case question.Month:
		date = monthsEarlier(date, w.Last)
	case question.Week:
		date = date.AddDate(0, 0, -7*w.Last)
	default:
		date = date.AddDate(0, 0, -w.Last)
	}
	return stretch{from: firstShowing(r.zone, date), to: end}
}

// reach is the stretch from the first to the last instant that a metric measures, and the range.
func (r *reference) reach(m question.Metric, s stretch) stretch {
	out := stretch{zone: s.zone, from: s.from, to: s.to}
	values, total := r.stretchesOf(m, s)
	for _, x := range append(values, total) {
		if x.from.Before(out.from) {
			out.from = x.from
		}
		if x.to.After(out.to) {
			out.to = x.to
		}
	}
	return out
}

// rollingAverages are the averages of each n values that are not null, n in a row.
func rollingAverages(values []*float64, n int) (out []*float64) {
	out = []*float64{}
	for i := n; i <= len(values); i++ {
		sum, some := new(big.Rat), int64(0)
		for _, v := range values[i-n : i] {
			if v != nil {
				sum.Add(sum, exact(*v))
				some++
			}
		}
		if some == 0 {
			out = append(out, nil)
		} else {
			out = append(out, round(sum.Quo(sum, big.NewRat(some, 1))))
		}
	}
	return out
}
