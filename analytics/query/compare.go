package query

import (
	"time"

	"jejak/question"
)

// comparedTo is the earlier range that main is compared with, cut by the same unit. Intervals are aligned by position.
func (main *timeline) comparedTo(c *question.Compare, unit question.Unit) (*timeline, error) {
	l := &timeline{zone: main.zone}
	switch c.By {
	case "":
		if err := l.parseEnds("compare", c.From, c.To); err != nil {
			return nil, err
		}
	case question.ByPrevious:
		l.setPrevious(main, unit)
	case question.ByWeek:
		l.setWalls(main.fromWall.AddDate(0, 0, -7), main.toWall.AddDate(0, 0, -7))
	case question.ByMonth:
		l.setMonthsBefore(main, 1)
	case question.ByYear:
		l.setMonthsBefore(main, 12)
	}
	return l, l.cut("compare", unit)
}

// setPrevious takes the range just before: as many months when whole months are cut into months, as many days when it
// is whole days, else as many seconds.
func (l *timeline) setPrevious(main *timeline, unit question.Unit) {
	from, to := main.fromWall, main.toWall
	switch {
	case unit == question.Month && isMidnight(from) && isMidnight(to) && from.Day() == 1 && to.Day() == 1:
		months := (to.Year()-from.Year())*12 + int(to.Month()-from.Month())
		l.setWalls(from.AddDate(0, -months, 0), from)
	case isMidnight(from) && isMidnight(to):
		days := int(to.Sub(from) / (24 * time.Hour))
		l.setWalls(from.AddDate(0, 0, -days), from)
	default:
		length := main.to - main.from
		start := int64((main.from - length) / 1000)
		l.fromWall, l.toWall = wallAt(start, l.zone), from
		l.setEnds(start, int64(main.from/1000))
	}
}

// setMonthsBefore shifts both ends by months. Of whole days the first and the last one are shifted, so that no day is
// lost where a month is shorter.
func (l *timeline) setMonthsBefore(main *timeline, n int) {
	from, to := main.fromWall, main.toWall
	if isMidnight(from) && isMidnight(to) && to.After(from) {
		last := monthsBefore(to.AddDate(0, 0, -1), n)
		l.setWalls(monthsBefore(from, n), last.AddDate(0, 0, 1))
		return
	}
	l.setWalls(monthsBefore(from, n), monthsBefore(to, n))
}

// monthsBefore is the same reading n months earlier, on the month's last day when it is shorter.
func monthsBefore(wall time.Time, n int) time.Time {
	day := wall.Day()
	first := wall.AddDate(0, 0, 1-day).AddDate(0, -n, 0)
	if last := first.AddDate(0, 1, -1).Day(); day > last {
		day = last
	}
	return first.AddDate(0, 0, day-1)
}

func isMidnight(wall time.Time) bool {
	h, m, s := wall.Clock()
	return h == 0 && m == 0 && s == 0
}
