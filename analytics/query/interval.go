package query

import (
	"fmt"
	"slices"
	"time"

	"jejak/event"
	"jejak/question"
)

// timeline is a range of time and where it is cut: starts[0] is from; empty when the range is.
type timeline struct {
	zone     *time.Location
	from, to event.Millis // half-open
	starts   []event.Millis
	// What the clock on the wall reads at both ends, written as UTC: comparisons shift these.
	fromWall, toWall time.Time
}

// timelineOf resolves a range and cuts it. The error is of type question.Faults.
func timelineOf(r question.Range, unit question.Unit, now time.Time) (*timeline, error) {
	l, err := wholeOf(r, now)
	if err != nil {
		return nil, err
	}
	l.starts = nil
	return l, l.cut("range", unit)
}

// wholeOf resolves a range and leaves it in one piece. The error is of type question.Faults.
func wholeOf(r question.Range, now time.Time) (*timeline, error) {
	zone, err := question.LoadZone(r.Zone)
	if err != nil {
		return nil, question.Faults{{Location: "range.zone", Code: question.BadZone, Message: "there is no such time zone"}}
	}
	l := &timeline{zone: zone}
	if r.Last > 0 {
		l.setLast(now.Unix(), r.Last, r.Unit)
	} else if err := l.parseEnds("range", r.From, r.To); err != nil {
		return nil, err
	}
	if l.from < l.to {
		l.starts = []event.Millis{l.from}
	}
	return l, nil
}

func (l *timeline) setEnds(from, to int64) {
	l.from, l.to = event.Millis(from*1000), event.Millis(to*1000)
}

// parseEnds reads both ends as readings of the wall clock; a date as the end means that whole day.
func (l *timeline) parseEnds(location, from, to string) error {
	var errFrom, errTo error
	var isDate bool
	l.fromWall, _, errFrom = question.ParseWall(from)
	l.toWall, isDate, errTo = question.ParseWall(to)
	if errFrom != nil || errTo != nil {
		return question.Faults{{Location: location, Code: question.BadDate, Message: "from or to is not a date"}}
	}
	if isDate {
		l.toWall = l.toWall.AddDate(0, 0, 1)
	}
	l.setWalls(l.fromWall, l.toWall)
	return nil
}

func (l *timeline) setWalls(from, to time.Time) {
	l.fromWall, l.toWall = from, to
	l.setEnds(instantAt(from, l.zone), instantAt(to, l.zone))
}

// cut fills starts.
func (l *timeline) cut(location string, unit question.Unit) error {
	to := int64(l.to / 1000)
	for u := int64(l.from / 1000); u < to; u = nextCut(u, unit, l.zone) {
		if len(l.starts) == question.MaxIntervals {
			return question.Faults{{Location: location, Code: question.TooManyIntervals,
				Message: fmt.Sprintf("the range has more than %d intervals of one %s: shorten it or take a longer interval", question.MaxIntervals, unit)}}
		}
		l.starts = append(l.starts, event.Millis(u*1000))
	}
	return nil
}

// intervalOf is the number of the interval that holds t; t must lie inside the range.
func (l *timeline) intervalOf(t event.Millis) int {
	i, found := slices.BinarySearch(l.starts, t)
	if found {
		return i
	}
	return i - 1
}

// end is where interval i ends.
func (l *timeline) end(i int) event.Millis {
	if i+1 < len(l.starts) {
		return l.starts[i+1]
	}
	return l.to
}

// wallAt is what the clock reads at an instant, written as UTC.
func wallAt(u int64, zone *time.Location) time.Time {
	_, offset := time.Unix(u, 0).In(zone).Zone()
	return time.Unix(u+int64(offset), 0).UTC()
}

// instantAt is the first instant at which the clock of the zone reads wall; when the clock jumps over the reading, the
// instant of the jump.
func instantAt(wall time.Time, zone *time.Location) int64 {
	w := wall.Unix()
	for t := time.Unix(w-30*3600, 0).In(zone); ; { // no offset, and no jump, is longer than 30 hours
		start, end := t.ZoneBounds()
		_, offset := t.Zone()
		u := w - int64(offset)
		if !start.IsZero() && u < start.Unix() {
			return start.Unix()
		}
		if end.IsZero() || u < end.Unix() {
			return u
		}
		t = end
	}
}

// nextCut is the first cut after u.
func nextCut(u int64, unit question.Unit, zone *time.Location) int64 {
	if size := clockUnit(unit); size != 0 {
		return nextClockCut(u, size, zone)
	}
	day := startOfUnit(wallAt(u, zone), unit)
	for {
		day = addUnits(day, unit, 1)
		// A clock set back across midnight reads yesterday for a while after today has begun.
		if next := instantAt(day, zone); next > u {
			return next
		}
	}
}

// clockUnit is the length in seconds of the units that follow the clock, 0 for those that follow the calendar.
func clockUnit(unit question.Unit) int64 {
	switch unit {
	case question.Minute:
		return 60
	case question.Hour:
		return 3600
	}
	return 0
}

// nextClockCut: clock units begin where the clock reads a full one, and where it is set.
func nextClockCut(u, size int64, zone *time.Location) int64 {
	t := time.Unix(u, 0).In(zone)
	_, offset := t.Zone()
	next := u - floorMod(u+int64(offset), size) + size
	if _, end := t.ZoneBounds(); !end.IsZero() && end.Unix() < next {
		return end.Unix()
	}
	return next
}

// clockCutBefore is the last cut before u.
func clockCutBefore(u, size int64, zone *time.Location) int64 {
	t := time.Unix(u-1, 0).In(zone)
	_, offset := t.Zone()
	cut := u - 1 - floorMod(u-1+int64(offset), size)
	if start, _ := t.ZoneBounds(); !start.IsZero() && start.Unix() > cut {
		return start.Unix()
	}
	return cut
}

// cutBefore is the last cut before u.
func cutBefore(u int64, unit question.Unit, zone *time.Location) int64 {
	if size := clockUnit(unit); size != 0 {
		return clockCutBefore(u, size, zone)
	}
	cut := instantAt(addUnits(startOfUnit(wallAt(u, zone), unit), unit, -2), zone)
	for next := nextCut(cut, unit, zone); next < u; next = nextCut(next, unit, zone) {
		cut = next
	}
	return cut
}

func floorMod(a, b int64) int64 { return ((a % b) + b) % b }

// startOfUnit is the first midnight of the day, week or month of wall.
func startOfUnit(wall time.Time, unit question.Unit) time.Time {
	y, m, d := wall.Date()
	switch unit {
	case question.Month:
		d = 1
	case question.Week:
		d -= (int(wall.Weekday()) + 6) % 7 // Monday is the first day
	}
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func addUnits(day time.Time, unit question.Unit, n int) time.Time {
	switch unit {
	case question.Month:
		return day.AddDate(0, n, 0)
	case question.Week:
		return day.AddDate(0, 0, 7*n)
	}
	return day.AddDate(0, 0, n)
}

// setLast takes the last n units, the one that holds now included.
func (l *timeline) setLast(now int64, n int, unit question.Unit) {
	to := nextCut(now, unit, l.zone)
	if size := clockUnit(unit); size != 0 {
		from := to
		for range n {
			from = clockCutBefore(from, size, l.zone)
		}
		l.fromWall, l.toWall = wallAt(from, l.zone), wallAt(to, l.zone)
		l.setEnds(from, to)
		return
	}
	day := startOfUnit(wallAt(now, l.zone), unit)
	for instantAt(addUnits(day, unit, 1), l.zone) < to {
		day = addUnits(day, unit, 1)
	}
	l.setWalls(addUnits(day, unit, 1-n), addUnits(day, unit, 1))
}

// stamp writes an instant the way answers carry it.
func (l *timeline) stamp(t event.Millis) string {
	return time.UnixMilli(int64(t)).In(l.zone).Format("2006-01-02T15:04:05.999Z07:00")
}

func (l *timeline) answerRange() question.AnswerRange {
	return question.AnswerRange{From: l.stamp(l.from), To: l.stamp(l.to), Zone: l.zone.String()}
}

func (l *timeline) answerIntervals() []string {
	out := make([]string, len(l.starts))
	for i, t := range l.starts {
		out[i] = l.stamp(t)
	}
	return out
}
