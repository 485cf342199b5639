package query

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jejak/event"
	"jejak/question"
)

var zones = []string{
	"UTC", "Asia/Jakarta", "Asia/Kolkata", "Asia/Kathmandu", "Europe/Berlin", "America/Santiago", "America/New_York",
	"Australia/Lord_Howe", "Pacific/Apia", "Africa/Monrovia", "America/Godthab", "Pacific/Chatham",
}

// TestTimeline holds what is true of every zone since 1970: intervals follow each other without a gap, begin where the
// range does, and hold the times that intervalOf puts there. Which instants they are is the business of package querytest.
func TestTimeline(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.SampledFrom([]question.Unit{question.Hour, question.Day, question.Week, question.Month}).Draw(t, "unit")
		now := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "now"), 0)
		r := question.Range{
			Zone: rapid.SampledFrom(zones).Draw(t, "zone"), Unit: unit, Last: rapid.IntRange(1, 40).Draw(t, "last"),
		}
		l, err := timelineOf(r, unit, now)
		if err != nil {
			t.Fatal(err)
		}
		if at := event.Millis(now.UnixMilli()); at < l.starts[len(l.starts)-1] || at >= l.to {
			t.Fatalf("the present %s is not in the last unit, %v to %s", now, l.answerIntervals(), l.stamp(l.to))
		}
		if l.starts[0] != l.from || !slices.IsSorted(l.starts) || len(l.starts) > r.Last || len(l.starts) < r.Last-1 {
			t.Fatalf("%d units from %s: %v", r.Last, l.stamp(l.from), l.answerIntervals())
		}
		at := event.Millis(rapid.Int64Range(int64(l.from), int64(l.to)-1).Draw(t, "time"))
		if i := l.intervalOf(at); at < l.starts[i] || at >= l.end(i) {
			t.Fatalf("%s is not in its interval %s to %s", l.stamp(at), l.stamp(l.starts[i]), l.stamp(l.end(i)))
		}
	})
}

// TestFirstReading: a reading that comes twice is the first of the two, one that never comes the instant of the jump.
func TestFirstReading(t *testing.T) {
	for _, c := range []struct{ zone, wall, want string }{
		{"Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30:00Z"},
		{"Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:00:00Z"},
		{"America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z"},
		{"America/Santiago", "2026-04-04T23:30", "2026-04-05T02:30:00Z"},
		{"Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30:00Z"},
		{"Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00:00Z"},
	} {
		zone, err := question.LoadZone(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		wall, _, err := question.ParseWall(c.wall)
		if err != nil {
			t.Fatal(err)
		}
		if got := time.Unix(instantAt(wall, zone), 0).UTC().Format(time.RFC3339); got != c.want {
			t.Errorf("%s in %s is %s, want %s", c.wall, c.zone, got, c.want)
		}
	}
}
