package question

import "time"

// Moment is a date or a date-time as ISO text has it. Without an offset it is a reading of a wall clock: the zone of
// the question decides which instant that is.
type Moment struct {
	Wall      time.Time // the reading, in UTC
	HasOffset bool
	Offset    int // seconds east of UTC
}

// ParseMoment reads YYYY-MM-DD, or YYYY-MM-DDTHH:MM with optional seconds, a fraction of up to nine digits, and Z or
// ±HH:MM. A space may stand for the T. Anything else is not a date.
func ParseMoment(s string) (m Moment, ok bool) {
	year, ok1 := digits(s, 0, 4)
	month, ok2 := digits(s, 5, 2)
	day, ok3 := digits(s, 8, 2)
	if !ok1 || !ok2 || !ok3 || s[4] != '-' || s[7] != '-' {
		return m, false
	}
	var clock [4]int // hour, minute, second, nanosecond
	rest := s[10:]
	if rest != "" {
		if rest, ok = parseClock(rest, &clock); !ok {
			return m, false
		}
		if m.Offset, m.HasOffset, ok = parseOffset(rest); !ok {
			return m, false
		}
	}
	m.Wall = time.Date(year, time.Month(month), day, clock[0], clock[1], clock[2], clock[3], time.UTC)
	return m, m.Wall.Month() == time.Month(month) && m.Wall.Day() == day && m.Wall.Hour() == clock[0]
}

// parseClock reads THH:MM[:SS[.fraction]] and returns what follows.
func parseClock(s string, clock *[4]int) (rest string, ok bool) {
	hour, ok1 := digits(s, 1, 2)
	minute, ok2 := digits(s, 4, 2)
	if !ok1 || !ok2 || s[0] != 'T' && s[0] != ' ' || s[3] != ':' || hour > 23 || minute > 59 {
		return "", false
	}
	clock[0], clock[1] = hour, minute
	s = s[6:]
	if s == "" || s[0] != ':' {
		return s, true
	}
	second, ok3 := digits(s, 1, 2)
	if !ok3 || second > 59 {
		return "", false
	}
	clock[2] = second
	s = s[3:]
	if s == "" || s[0] != '.' {
		return s, true
	}
	n := 1
	for unit := 100_000_000; n < len(s) && isDigit(s[n]); n, unit = n+1, unit/10 {
		clock[3] += int(s[n]-'0') * unit
	}
	return s[n:], n > 1 && n <= 10
}

// parseOffset reads nothing, Z or ±HH:MM.
func parseOffset(s string) (seconds int, has, ok bool) {
	if s == "" {
		return 0, false, true
	}
	if s == "Z" {
		return 0, true, true
	}
	hours, ok1 := digits(s, 1, 2)
	minutes, ok2 := digits(s, 4, 2)
	if len(s) != 6 || !ok1 || !ok2 || s[3] != ':' || s[0] != '+' && s[0] != '-' || hours > 23 || minutes > 59 {
		return 0, false, false
	}
	seconds = hours*3600 + minutes*60
	if s[0] == '-' {
		seconds = -seconds
	}
	return seconds, true, true
}

// digits reads n digits from s at i.
func digits(s string, i, n int) (value int, ok bool) {
	if len(s) < i+n {
		return 0, false
	}
	for _, c := range []byte(s[i : i+n]) {
		if !isDigit(c) {
			return 0, false
		}
		value = value*10 + int(c-'0')
	}
	return value, true
}
