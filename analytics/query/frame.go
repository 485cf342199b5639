package query

import (
	"math"
	"slices"
	"time"

	"jejak/event"
	"jejak/question"
)

// span is a stretch of time, half-open.
type span struct{ from, to event.Millis }

// hull is the shortest span that holds both.
func (s span) hull(o span) span { return span{min(s.from, o.from), max(s.to, o.to)} }

// allBefore is the history that ends with a span.
func (s span) allBefore() span { return span{math.MinInt64, s.to} }

// spans are the stretches from which a metric is computed: one for each value, in order of time, and that of the total. The
// first values may lie before the first interval: a rolling average needs them.
type spans struct {
	values []span
	total  span
	before int
}

// spansOf are those of a metric over a range that is not empty.
func spansOf(m *question.Metric, unit question.Unit, line *timeline, now event.Millis) spans {
	s := spans{total: span{line.from, line.to}}
	if m.RollingAverage > 1 {
		for _, from := range line.cutsBefore(m.RollingAverage-1, unit) {
			s.values = append(s.values, span{from, line.from})
		}
		s.before = len(s.values)
		for i := 1; i < s.before; i++ {
			s.values[i-1].to = s.values[i].from
		}
	}
	for i, from := range line.starts {
		s.values = append(s.values, span{from, line.end(i)})
	}
	switch {
	case m.Window != nil:
		for i := range s.values {
			s.values[i] = line.windowOf(m.Window, s.values[i], now)
		}
		s.total = line.windowOf(m.Window, s.total, now)
	case m.Cumulative:
		for i := range s.values {
			s.values[i].from = line.from
		}
	}
	return s
}

// reach holds all that the metric is computed from, and the range.
func (s spans) reach(line *timeline) span {
	r := span{line.from, line.to}.hull(s.total)
	for _, v := range s.values {
		r = r.hull(v)
	}
	return r
}

// cutsBefore are the last n cuts before the range, ascending.
func (l *timeline) cutsBefore(n int, unit question.Unit) (cuts []event.Millis) {
	from := int64(l.from / 1000)
	if size := clockUnit(unit); size != 0 {
		for u := from; len(cuts) < n; {
			u = clockCutBefore(u, size, l.zone)
			cuts = append(cuts, event.Millis(u*1000))
		}
		slices.Reverse(cuts)
		return cuts
	}
	first := addUnits(startOfUnit(wallAt(from, l.zone), unit), unit, -n-1)
	for u := instantAt(first, l.zone); u < from; u = nextCut(u, unit, l.zone) {
		cuts = append(cuts, event.Millis(u*1000))
	}
	return cuts[len(cuts)-n:]
}

// windowOf is the window that ends with the last unit of an interval, or with the present one when the interval holds the present.
func (l *timeline) windowOf(w *question.Window, interval span, now event.Millis) span {
	last := interval.to - 1
	if interval.from <= now && now < interval.to {
		last = now
	}
	u := floorSeconds(last)
	if size := clockUnit(w.Unit); size != 0 {
		end := nextCut(u, w.Unit, l.zone)
		start := end
		for range w.Last {
			start = clockCutBefore(start, size, l.zone)
		}
		return span{event.Millis(start * 1000), event.Millis(end * 1000)}
	}
	day, end := endOfDay(u, l.zone)
	start := instantAt(backFrom(day, w), l.zone)
	return span{event.Millis(start * 1000), event.Millis(end * 1000)}
}

func floorSeconds(t event.Millis) int64 { return (int64(t) - floorMod(int64(t), 1000)) / 1000 }

// endOfDay is where the day of an instant ends, and the date that begins there.
func endOfDay(u int64, zone *time.Location) (next time.Time, end int64) {
	next = startOfUnit(wallAt(u, zone), question.Day)
	for {
		next = next.AddDate(0, 0, 1)
		if end = instantAt(next, zone); end > u {
			return next, end
		}
	}
}

// backFrom is the date at which a window begins that ends before another date.
func backFrom(day time.Time, w *question.Window) time.Time {
	if w.Unit == question.Month {
		return monthsBefore(day, w.Last)
	}
	return addUnits(day, w.Unit, -w.Last)
}

// window is a stretch of slices, half-open.
type window struct{ first, last int }

func (w window) has(slice int) bool { return slice >= w.first && slice < w.last }

// frame is spans in slices of what is read.
type frame struct {
	values []window
	total  window
	before int
}

// holds tells whether an event in the slice counts in a value or in the total.
func (f *frame) holds(slice int) bool {
	return f.total.has(slice) || slices.ContainsFunc(f.values, func(w window) bool { return w.has(slice) })
}

// framing is how the metrics of a trend look at one range.
type framing struct {
	line   *timeline      // as the answer shows it
	read   *timeline      // what is read; cut into slices
	frames []*frame       // by metric; nil: slices are the intervals
	reach  []span         // by group of the plan; nil: what is read
	days   []event.Millis // on which sessions are looked at, and the end of the last
	counts [][]bool       // by group, by slice: whether events count in a tallied metric; nil: all do
}

// framingOf prepares a reading of a range.
func (t *trend) framingOf(line *timeline) *framing {
	f := &framing{line: line, read: line}
	if len(line.starts) == 0 || !t.hasFrames() {
		return f
	}
	all := make([]spans, len(t.metrics))
	f.reach = make([]span, len(t.groups))
	for g := range f.reach {
		f.reach[g] = span{line.from, line.to}
	}
	visits := span{line.from, line.to}
	for i, m := range t.metrics {
		all[i] = spansOf(m.Metric, t.Interval, line, event.Millis(t.now.UnixMilli()))
		reach := all[i].reach(line)
		f.widen(m.group, reach)
		if m.FirstEver {
			f.widen(m.history, reach.allBefore())
		}
		if m.Measure == question.InSessions {
			visits = visits.hull(reach)
		}
	}
	if t.sessions != nil {
		f.addDays(t.sessions, visits)
	}
	f.slice(all)
	f.count(t.trendPlan)
	return f
}

// hasFrames tells whether a metric looks at other stretches than the intervals, or at what people did before.
func (t *trend) hasFrames() bool {
	return slices.ContainsFunc(t.metrics, func(m metric) bool {
		return m.byPerson || m.Window != nil || m.Cumulative || m.RollingAverage > 1
	})
}

// widen extends the reach of a group.
func (f *framing) widen(group int, to span) { f.reach[group] = f.reach[group].hull(to) }

// addDays reads whole days for sessions.
func (f *framing) addDays(r *sessionRule, s span) {
	f.days = f.line.uncut(s.from, s.to).days()
	for _, g := range r.groups() {
		f.widen(g, span{f.days[0], f.days[len(f.days)-1]})
	}
}

// slice cuts what is read wherever a span begins or ends.
func (f *framing) slice(all []spans) {
	whole := span{f.line.from, f.line.to}
	for _, r := range f.reach {
		whole = whole.hull(r)
	}
	cuts := []event.Millis{whole.from, f.line.from, f.line.to, whole.to}
	for _, s := range all {
		for _, v := range append(s.values, s.total) {
			cuts = append(cuts, v.from, v.to)
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	f.read = f.line.uncut(whole.from, whole.to)
	f.read.starts = cuts[:len(cuts)-1]
	at := func(s span) window {
		first, _ := slices.BinarySearch(cuts, s.from)
		last, _ := slices.BinarySearch(cuts, s.to)
		return window{first, last}
	}
	for _, s := range all {
		x := &frame{total: at(s.total), before: s.before}
		for _, v := range s.values {
			x.values = append(x.values, at(v))
		}
		f.frames = append(f.frames, x)
	}
}

// count finds the slices in which events of a group count in a tallied metric.
func (f *framing) count(p *trendPlan) {
	f.counts = make([][]bool, len(p.groups))
	for group := range f.counts {
		f.counts[group] = make([]bool, len(f.read.starts))
	}
	for i, m := range p.metrics {
		if m.byPerson {
			continue
		}
		for slice := range f.read.starts {
			f.counts[m.group][slice] = f.counts[m.group][slice] || f.frames[i].holds(slice)
		}
	}
}

// prune leaves out what no group reaches.
func (f *framing) prune(pieces []piece) []piece {
	if f.reach == nil {
		return pieces
	}
	kept := pieces[:0]
	for _, p := range pieces {
		var groups []member
		for _, g := range p.groups {
			if r := f.reach[g.group]; p.first < r.to && p.last >= r.from {
				groups = append(groups, g)
			}
		}
		if p.groups = groups; len(groups) > 0 {
			kept = append(kept, p)
		}
	}
	return kept
}

// frameOf is the frame of a metric; nil: slices are the intervals.
func (f *framing) frameOf(metric int) *frame {
	if f.frames == nil {
		return nil
	}
	return f.frames[metric]
}

// values are how many values of a metric there are.
func (f *framing) values(metric int) int {
	if f.frames == nil {
		return len(f.line.starts)
	}
	return len(f.frames[metric].values)
}

// those are the rows of a group that count in a tallied metric; room is for them.
func (f *framing) those(group int, b *batch, rows []int32, room *[]int32) []int32 {
	if f.counts == nil {
		return rows
	}
	counts := f.counts[group]
	if b.single {
		if counts[b.intervals[0]] {
			return rows
		}
		return nil
	}
	*room = (*room)[:0]
	for _, r := range rows {
		if counts[b.intervals[r]] {
			*room = append(*room, r)
		}
	}
	return *room
}
