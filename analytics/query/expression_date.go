package query

import (
	"math"
	"time"

	"jejak/event"
)

// date is datetime(x): an instant of a date as text, or of seconds since 1970.
func (r *evaluation) date(a term) term {
	switch a.kind {
	case date:
		return a
	case event.Number:
		return dateTerm(math.Floor(a.number * 1000))
	case event.String:
		if t, isDate := readInstant(r.zone)(a.text); isDate {
			return dateTerm(float64(t.UnixMilli()))
		}
	}
	return term{}
}

// today is when the day of the question began.
func (r *evaluation) today() term {
	day := startOfUnit(wallAt(r.now.Unix(), r.zone), "day")
	return dateTerm(float64(instantAt(day, r.zone)) * 1000)
}

// day is what the calendar shows at a date, or on one as text.
func (r *evaluation) day(a term) (day time.Time, ok bool) {
	if a.kind == event.String {
		a = r.date(a)
	}
	if a.kind != date {
		return day, false
	}
	seconds := int64(math.Floor(a.number / 1000))
	return startOfUnit(wallAt(seconds, r.zone), "day"), true
}

// dateDif is how far it is from a day to a later one.
func (r *evaluation) dateDif(a, b term, unit string) term {
	from, ok1 := r.day(a)
	to, ok2 := r.day(b)
	if !ok1 || !ok2 || to.Before(from) {
		return term{}
	}
	months := monthsBetween(from, to)
	switch unit {
	case "M":
		return numberTerm(float64(months))
	case "Y":
		return numberTerm(float64(months / 12))
	case "YM":
		return numberTerm(float64(months % 12))
	case "MD":
		from = monthsLater(from, months)
	case "YD":
		from = monthsLater(from, months/12*12)
	}
	return numberTerm(float64((to.Unix() - from.Unix()) / (24 * 60 * 60)))
}

// monthsBetween is how many whole months lie between two days, the later one last.
func monthsBetween(from, to time.Time) int {
	months := 12*(to.Year()-from.Year()) + int(to.Month()) - int(from.Month())
	if to.Day() < from.Day() {
		months--
	}
	return months
}

// monthsLater is the same day some months on, the last day of the month where that is shorter.
func monthsLater(day time.Time, months int) time.Time {
	y, m, d := day.Date()
	last := time.Date(y, m+time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC)
	return last.AddDate(0, 0, min(d, last.Day())-last.Day())
}
