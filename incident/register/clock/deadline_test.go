package clock

import (
	"testing"
	"time"
)

// TestDeadlines are worked by hand with a calendar. Each start is an instant in UTC.
func TestDeadlines(t *testing.T) {
	p, err := House()
	must(t, err)
	for _, x := range []struct {
		name          string
		rule          RuleID
		start, before string
	}{
		{"72 hours are 72 hours over the end of summer time in Europe", "gdpr-33", "2026-10-23T22:30:00Z", "2026-10-26T22:30:00Z"},
		{"and over a change of the year", "id-46-subjects", "2026-12-30T17:30:00Z", "2027-01-02T17:30:00Z"},
		{"late evening UTC is tomorrow in Singapore", "sg-pdpc", "2026-11-25T16:30:00Z", "2026-11-29T16:00:00Z"},
		{"and a minute before its midnight is today", "sg-pdpc", "2026-11-25T15:59:00Z", "2026-11-28T16:00:00Z"},
		{"30 days into winter time end by the later clock", "us-ca-residents", "2026-10-15T12:00:00Z", "2026-11-15T08:00:00Z"},
		{"into summer time by the earlier one", "us-ca-residents", "2026-02-20T12:00:00Z", "2026-03-23T07:00:00Z"},
		{"15 days from an evening in California, which is tomorrow in UTC", "us-ca-ag", "2026-06-02T03:00:00Z", "2026-06-17T07:00:00Z"},
		{"a leap day is a day", "us-hipaa-people", "2028-02-01T12:00:00Z", "2028-04-02T04:00:00Z"},
		{"four business days over Thanksgiving", "us-sec-8k", "2026-11-24T15:00:00Z", "2026-12-02T05:00:00Z"},
		{"on a Saturday Monday is the first of four", "us-sec-8k", "2026-11-21T15:00:00Z", "2026-11-28T05:00:00Z"},
		{"Independence Day is observed on Friday", "us-sec-8k", "2026-07-01T15:00:00Z", "2026-07-09T04:00:00Z"},
		{"Friday night in New York is Saturday in UTC", "us-sec-8k", "2026-06-06T02:00:00Z", "2026-06-12T04:00:00Z"},
	} {
		start, err := time.Parse(time.RFC3339, x.start)
		must(t, err)
		got, _, _ := p.deadline(p.rule(x.rule), start)
		if got.Format(time.RFC3339) != x.before {
			t.Errorf("%s: %s from %s must be done before %s, got %s", x.name, x.rule, x.start, x.before, got.Format(time.RFC3339))
		}
	}
}

func (p *Pack) rule(id RuleID) *Rule {
	for _, r := range p.rules {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// TestStartOfDay: where midnight is missing, comes twice, or a whole day was left out.
func TestStartOfDay(t *testing.T) {
	for _, x := range [][3]string{
		{"America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z"}, // the clock went from 23:59:59 to 01:00
		{"America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"},   // 00:00 to 01:00 came twice: the first counts
		{"Australia/Lord_Howe", "2026-10-04", "2026-10-03T13:30:00Z"},
		{"Asia/Kathmandu", "2026-11-25", "2026-11-24T18:15:00Z"},
		{"Asia/Jakarta", "2026-11-25", "2026-11-24T17:00:00Z"},
		{"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"}, // 30 December was left out
	} {
		zone, err := time.LoadLocation(x[0])
		must(t, err)
		day, err := time.Parse(time.DateOnly, x[1])
		must(t, err)
		if got := startOfDay(day, zone).Format(time.RFC3339); got != x[2] {
			t.Errorf("%s in %s begins at %s, want %s", x[1], x[0], got, x[2])
		}
	}
}

// TestDaysOfEachZone holds for every day of six years: a day begins on its date, and an instant earlier it was not yet that date.
func TestDaysOfEachZone(t *testing.T) {
	for _, name := range []string{"UTC", "Asia/Jakarta", "America/New_York", "America/Los_Angeles", "Europe/London", "Asia/Singapore", "America/Santiago", "America/Havana", "Africa/Cairo", "Asia/Beirut", "Australia/Lord_Howe"} {
		zone, err := time.LoadLocation(name)
		must(t, err)
		for day := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2030; day = day.AddDate(0, 0, 1) {
			at := startOfDay(day, zone)
			if !dateOf(at, zone).Equal(day) || !dateOf(at.Add(-time.Second), zone).Before(day) {
				t.Fatalf("%s in %s begins at %s", day.Format(time.DateOnly), name, at)
			}
		}
	}
}

func TestHolidaysEnd(t *testing.T) {
	p, err := House()
	must(t, err)
	_, note, _ := p.deadline(p.rule("us-sec-8k"), time.Date(2032, 3, 1, 12, 0, 0, 0, time.UTC))
	if note == "" {
		t.Error("a deadline beyond the table of holidays says nothing of it")
	}
}
