package guard

import (
	"testing"

	"jejak/event"
)

func TestTimeRange(t *testing.T) {
	const day = 24 * hour
	for _, c := range []struct {
		source event.Source
		strict bool
		sent   event.Millis
		want   event.Millis
		reason event.Reason
	}{
		{event.Track, false, event.TimeMissing, now, ""},
		{event.Track, false, event.TimeInvalid, 0, event.NoTime},
		{event.Track, false, now - 5*day, now - 5*day, ""},
		{event.Track, false, now - 5*day - 1, 0, event.TooOld},
		{event.Native, false, now - 5*day - 1, 0, event.TooOld},
		{event.Track, false, now, now, ""},
		{event.Track, false, now + 1, now, ""},
		{event.Track, false, now + hour, now, ""},
		{event.Track, false, now + hour + 1, 0, event.TooFarAhead},
		{event.Track, false, now + 36525*day, 0, event.TooFarAhead},
		{event.Track, false, now - 36525*day, 0, event.TooOld},
		{event.Import, false, event.TimeMissing, now, ""},
		{event.Import, true, event.TimeMissing, 0, event.NoTime},
		{event.Import, true, event.TimeInvalid, 0, event.NoTime},
		{event.Import, true, 31536000000, 31536000000, ""}, // 1971-01-01T00:00:00Z
		{event.Import, true, 31535999999, 0, event.TooOld},
		{event.Import, true, now + hour, now, ""},
		{event.Import, true, now + hour + 1, 0, event.TooFarAhead},
		{event.Demo, false, now - 60*day, now - 60*day, ""},
	} {
		got, no := one(t, c.source, c.strict, func(e *event.Event) { e.Time = c.sent })
		if got.Time != c.want || no.Reason != c.reason {
			t.Errorf("source %d, strict %v, sent now%+d: time %d, reason %q, want %d, %q",
				c.source, c.strict, c.sent-now, got.Time, no.Reason, c.want, c.reason)
		}
	}
}

func TestMessageOfTime(t *testing.T) {
	_, no := one(t, event.Import, true, func(e *event.Event) { e.Time = event.TimeMissing })
	wantRefusal(t, no, event.NoTime, "properties.time", "'properties.time' is invalid: must be specified as seconds since epoch")
}
