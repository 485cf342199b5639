package clock

import "time"

// deadline is the first instant that is too late; not fixed for what the law asks without undue delay.
func (p *Pack) deadline(r *Rule, start time.Time) (at time.Time, note string, fixed bool) {
	switch r.Unit {
	case Hours:
		return start.UTC().Add(time.Duration(r.Amount) * time.Hour), "", true
	case CalendarDays:
		return startOfDay(dateOf(start, r.zone).AddDate(0, 0, r.Amount+1), r.zone), "", true
	case BusinessDays:
		last, note := p.holidays[r.Holidays].count(dateOf(start, r.zone), r.Amount, r.ClosedStart)
		return startOfDay(last.AddDate(0, 0, 1), r.zone), note, true
	default:
		return time.Time{}, "", false
	}
}

// dateOf is the date on the wall of a zone, as midnight UTC: dates are counted there, where each day has 24 hours.
func dateOf(at time.Time, zone *time.Location) time.Time {
	y, m, d := at.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// startOfDay is the first instant of a date in a zone, in UTC: also where midnight does not exist, or comes twice.
func startOfDay(date time.Time, zone *time.Location) time.Time {
	const step = 15 * time.Minute // zones change by multiples of it
	y, m, d := date.Date()
	at := time.Date(y, m, d, 0, 0, 0, 0, zone)
	for dateOf(at, zone).Before(date) {
		at = at.Add(step)
	}
	for !dateOf(at.Add(-step), zone).Before(date) {
		at = at.Add(-step)
	}
	return at.UTC()
}

// Holidays are the days without business of a place, besides Saturdays and Sundays.
type Holidays struct {
	Source string   `json:"source"`
	From   string   `json:"from"`  // the years that the table covers
	Until  string   `json:"until"` // the last day
	Days   []string `json:"days"`

	from, until time.Time
	days        map[time.Time]bool
}

func (h *Holidays) isClosed(day time.Time) bool {
	return day.Weekday() == time.Saturday || day.Weekday() == time.Sunday || h.days[day]
}

// count is the n-th business day after a date. Beyond the table no day is a holiday, which makes a deadline earlier, never later.
func (h *Holidays) count(day time.Time, n int, closedStart bool) (last time.Time, note string) {
	if closedStart && h.isClosed(day) {
		day = h.next(day)
		n--
	}
	for ; n > 0; n-- {
		day = h.next(day)
	}
	if day.After(h.until) || day.Before(h.from) {
		note = "the table of holidays does not cover this time: the deadline may be later"
	}
	return day, note
}

func (h *Holidays) next(day time.Time) time.Time {
	for day = day.AddDate(0, 0, 1); h.isClosed(day); {
		day = day.AddDate(0, 0, 1)
	}
	return day
}

func (h *Holidays) prepare() (err error) {
	if h.from, err = time.Parse(time.DateOnly, h.From); err != nil {
		return err
	}
	if h.until, err = time.Parse(time.DateOnly, h.Until); err != nil {
		return err
	}
	h.days = map[time.Time]bool{}
	for _, text := range h.Days {
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return err
		}
		h.days[day] = true
	}
	return nil
}
