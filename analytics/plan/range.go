package plan

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"jejak/event"
)

// span is a kind of ranges: a width of numbers, or a unit of dates.
type span struct {
	width float64
	unit  string
}

func rangeOf(text string) (span, error) {
	switch text {
	case "day", "month", "year":
		return span{unit: text}, nil
	}
	width, err := strconv.ParseFloat(text, 64)
	if err != nil || !(width > 0) || math.IsInf(width, 0) {
		return span{}, fmt.Errorf("a range is a number above 0, or day, month or year")
	}
	return span{width: width}, nil
}

// bucket is the start of the range that a value is in; stays is false for what is in none.
func (r Rule) bucket(v event.Value) (start event.Value, stays bool) {
	s, err := rangeOf(r.Range)
	if err != nil {
		return v, false // not validated: better nothing than too much
	}
	if s.unit != "" {
		return s.startOfDate(v)
	}
	return s.startOfNumber(v)
}

// startOfNumber: texts are read as numbers.
func (s span) startOfNumber(v event.Value) (event.Value, bool) {
	n := v.Number
	switch v.Kind {
	case event.Number:
	case event.String:
		var err error
		if n, err = strconv.ParseFloat(v.Text, 64); err != nil {
			return v, false
		}
	default:
		return v, false
	}
	start := event.NumberOf(math.Floor(n/s.width) * s.width)
	return start, start.Kind == event.Number
}

// layouts are those of dates that begin with the day.
var layouts = []string{time.DateOnly, time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999"}

// startOfDate cuts a date as it is written, in its own zone.
func (s span) startOfDate(v event.Value) (event.Value, bool) {
	if v.Kind != event.String {
		return v, false
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, v.Text); err == nil {
			return event.StringOf(s.startOfDay(t)), true
		}
	}
	return v, false
}

func (s span) startOfDay(t time.Time) string {
	y, m, d := t.Date()
	switch s.unit {
	case "year":
		m, d = 1, 1
	case "month":
		d = 1
	}
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}
