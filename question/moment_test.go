package question

import (
	"testing"
	"time"
)

func TestParseMoment(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse("2006-01-02T15:04:05.999999999", s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for text, want := range map[string]Moment{
		"2026-11-01":                     {Wall: at("2026-11-01T00:00:00")},
		"2026-11-01T10:30":               {Wall: at("2026-11-01T10:30:00")},
		"2026-11-01 10:30:59":            {Wall: at("2026-11-01T10:30:59")},
		"2026-11-01T10:30:59.123Z":       {Wall: at("2026-11-01T10:30:59.123"), HasOffset: true},
		"2026-11-01T10:30:59.123456789":  {Wall: at("2026-11-01T10:30:59.123456789")},
		"2026-11-01T10:30+07:00":         {Wall: at("2026-11-01T10:30:00"), HasOffset: true, Offset: 25200},
		"2024-02-29T00:00:00.5-03:30":    {Wall: at("2024-02-29T00:00:00.5"), HasOffset: true, Offset: -12600},
		"0001-01-01T23:59:59.000000001Z": {Wall: at("0001-01-01T23:59:59.000000001"), HasOffset: true},
	} {
		if got, ok := ParseMoment(text); !ok || got != want {
			t.Errorf("%s: got %v %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "2026", "2026-11", "2026-11-1", "2026-11-31", "2026-00-01", "2026-13-01", "2025-02-29",
		"2026-11-01T", "2026-11-01T10", "2026-11-01T24:00", "2026-11-01T10:60", "2026-11-01T10:00:60", "2026-11-01T10:00:00.",
		"2026-11-01T10:00:00.1234567890", "2026-11-01T10:00z", "2026-11-01T10:00+7:00", "2026-11-01T10:00+24:00",
		"2026-11-01Z", "2026-11-01T10:00 ", "20261101", "+026-11-01"} {
		if m, ok := ParseMoment(text); ok {
			t.Errorf("%q was read as %v", text, m)
		}
	}
}
