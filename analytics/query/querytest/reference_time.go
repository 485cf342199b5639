package querytest

import (
	"time"

	"jejak/event"
	"jejak/question"
)

// Section 2, by walking along the time line. Clocks are set at full quarters of an hour only: in zones of which the
// exam asks that is so since 1970.
const quarter = 15 * time.Minute

// stretch is a range with the beginnings of its intervals.
type stretch struct {
	zone     *time.Location
	from, to time.Time
	starts   []time.Time
	// What the question's clock shows at both ends.
	fromWall, toWall time.Time
}

func (s stretch) end(i int) time.Time {
	if i+1 < len(s.starts) {
		return s.starts[i+1]
	}
	return s.to
}

func (s stretch) stamp(t time.Time) string {
	return t.In(s.zone).Format("2006-01-02T15:04:05.999Z07:00")
}

func (s stretch) stamps() []string {
	out := []string{}
	for _, t := range s.starts {
		out = append(out, s.stamp(t))
	}
	return out
}

func (s stretch) answer() question.AnswerRange {
	return question.AnswerRange{From: s.stamp(s.from), To: s.stamp(s.to), Zone: s.zone.String()}
}

// before compares an event's time with an instant.
func before(m event.Millis, t time.Time) bool { return time.UnixMilli(int64(m)).Before(t) }

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// reading is what the clock on the wall shows at an instant, written as UTC.
func reading(zone *time.Location, t time.Time) time.Time {
	y, m, d := t.In(zone).Date()
	hour, minute, second := t.In(zone).Clock()
	return time.Date(y, m, d, hour, minute, second, t.Nanosecond(), time.UTC)
}

// firstShowing is the first instant at which the clock shows the reading or something later.
func firstShowing(zone *time.Location, wall time.Time) time.Time {
	t := wall.Add(-30 * time.Hour).Truncate(quarter) // the clock is never that much ahead
	for !wall.Before(reading(zone, t).Add(quarter)) && reading(zone, t.Add(quarter)).Before(wall) {
		t = t.Add(quarter)
	}
	// The clock shows it within this quarter, or first at its end, where it may be set.
	within := t.Add(wall.Sub(reading(zone, t)))
	return earliest(within, t.Add(quarter))
}

// rangeOf is the range of a question.
func (p *past) rangeOf(r question.Range) stretch {
	if r.Last > 0 {
		return p.lastRange(r.Last, r.Unit)
	}
	return p.between(r.From, r.To)
}

func (p *past) between(from, to string) stretch {
	a, _, _ := question.ParseWall(from)
	b, isDate, _ := question.ParseWall(to)
	if isDate {
		b = b.AddDate(0, 0, 1)
	}
	return p.showing(a, b)
}

// showing is the range between two readings of the clock.
func (p *past) showing(from, to time.Time) stretch {
	return stretch{zone: p.zone, from: firstShowing(p.zone, from), to: firstShowing(p.zone, to), fromWall: from, toWall: to}
}

// lastRange is the unit that holds the present, and those before it.
func (p *past) lastRange(n int, unit question.Unit) stretch {
	longest := map[question.Unit]time.Duration{
		question.Minute: time.Minute, question.Hour: time.Hour, question.Day: 25 * time.Hour,
		question.Week: 169 * time.Hour, question.Month: 745 * time.Hour,
	}[unit]
	start := p.now.Add(-longest * time.Duration(n+1)).Truncate(quarter)
	cuts := cutsAfter(p.zone, start, p.now.Add(2*longest), unit)
	i := 0
	for !cuts[i].After(p.now) {
		i++
	}
	from, to := cuts[i-n], cuts[i]
	if unit == question.Minute || unit == question.Hour {
		return stretch{zone: p.zone, from: from, to: to, fromWall: reading(p.zone, from), toWall: reading(p.zone, to)}
	}
	// Units of the calendar end with midnights, even where the clock jumps over them.
	return p.showing(label(p.zone, from, unit), label(p.zone, to, unit))
}

// cut fills the beginnings of a range's intervals.
func (p *past) cut(s stretch, unit question.Unit) stretch {
	if s.from.Before(s.to) {
		s.starts = append([]time.Time{s.from}, cutsAfter(p.zone, s.from, s.to, unit)...)
	}
	return s
}

// cutsAfter are the instants after from and before to at which a unit begins.
func cutsAfter(zone *time.Location, from, to time.Time, unit question.Unit) (cuts []time.Time) {
	step := quarter
	if unit == question.Minute {
		step = time.Minute
	}
	latest, known := label(zone, from, unit), knownLabelsOf(zone, unit)
	previous := from
	for t := from.Truncate(step).Add(step); t.Before(to); t = t.Add(step) {
		if unit == question.Minute || unit == question.Hour {
			if isFull(reading(zone, t), unit) || offset(zone, t) != offset(zone, previous) {
				cuts = append(cuts, t)
			}
		} else if now := known.at(zone, t, unit); now.After(latest) {
			latest = now
			cuts = append(cuts, t)
		}
		previous = t
	}
	return cuts
}

func isFull(wall time.Time, unit question.Unit) bool {
	return wall.Second() == 0 && (unit == question.Minute || wall.Minute() == 0)
}

func offset(zone *time.Location, t time.Time) int {
	_, seconds := t.In(zone).Zone()
	return seconds
}

// label is the first date of the day, week or month that the clock shows.
func label(zone *time.Location, t time.Time, unit question.Unit) time.Time {
	y, m, d := t.In(zone).Date()
	date := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	switch unit {
	case question.Week:
		for date.Weekday() != time.Monday {
			date = date.AddDate(0, 0, -1)
		}
	case question.Month:
		for date.Day() != 1 {
			date = date.AddDate(0, 0, -1)
		}
	}
	return date
}

// knownLabels are what label said of instants: random questions ask about the same quarters of an hour over and over.
type knownLabels map[int64]time.Time

func (k knownLabels) at(zone *time.Location, t time.Time, unit question.Unit) time.Time {
	found, known := k[t.Unix()]
	if !known {
		found = label(zone, t, unit)
		k[t.Unix()] = found
	}
	return found
}

func knownLabelsOf(zone *time.Location, unit question.Unit) knownLabels {
	key := zone.String() + string(unit)
	if labels[key] == nil {
		labels[key] = knownLabels{}
	}
	return labels[key]
}

var labels = map[string]knownLabels{}

// earlierRange is section 6.
func (r *reference) earlierRange(main stretch) stretch {
	from, to := main.fromWall, main.toWall
	switch r.Compare.By {
	case "":
		return r.between(r.Compare.From, r.Compare.To)
	case question.ByWeek:
		return r.showing(from.AddDate(0, 0, -7), to.AddDate(0, 0, -7))
	case question.ByMonth:
		return r.monthsEarlier(from, to, 1)
	case question.ByYear:
		return r.monthsEarlier(from, to, 12)
	}
	switch {
	case r.Interval == question.Month && isMidnight(from) && isMidnight(to) && from.Day() == 1 && to.Day() == 1:
		months := 0
		for from.AddDate(0, months, 0).Before(to) {
			months++
		}
		return r.showing(from.AddDate(0, -months, 0), from)
	case isMidnight(from) && isMidnight(to):
		days := 0
		for from.AddDate(0, 0, days).Before(to) {
			days++
		}
		return r.showing(from.AddDate(0, 0, -days), from)
	}
	start := main.from.Add(-main.to.Sub(main.from))
	return stretch{zone: r.zone, from: start, to: main.from, fromWall: reading(r.zone, start), toWall: from}
}

func (r *reference) monthsEarlier(from, to time.Time, n int) stretch {
	if isMidnight(from) && isMidnight(to) && from.Before(to) {
		lastDay := to.AddDate(0, 0, -1)
		return r.showing(monthsEarlier(from, n), monthsEarlier(lastDay, n).AddDate(0, 0, 1))
	}
	return r.showing(monthsEarlier(from, n), monthsEarlier(to, n))
}

// monthsEarlier is the same reading so many months earlier, on the month's last day where it is shorter.
func monthsEarlier(wall time.Time, n int) time.Time {
	month := time.Date(wall.Year(), wall.Month()-time.Month(n), 1, wall.Hour(), wall.Minute(), wall.Second(), 0, time.UTC)
	day := month
	for day.Day() < wall.Day() && day.AddDate(0, 0, 1).Month() == month.Month() {
		day = day.AddDate(0, 0, 1)
	}
	return day
}

func isMidnight(wall time.Time) bool {
	return wall.Hour() == 0 && wall.Minute() == 0 && wall.Second() == 0
}
