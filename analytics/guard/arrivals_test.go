package guard

import (
	"strconv"
	"testing"

	"jejak/event"
)

// arrive sends an event with the given time and insert id, so much after now, and returns the time it is kept under.
func arrive(t *testing.T, g *Guard, sent event.Millis, id string, later event.Millis) event.Millis {
	t.Helper()
	b := batch(event.Track, false, with(func(e *event.Event) { e.Time, e.InsertID = sent, id }))
	b.Received = now + later
	g.Check(b)
	if len(b.Events) != 1 {
		t.Fatalf("refused: %+v", b.Refusals)
	}
	return b.Events[0].Time
}

func TestTheSecondArrivalGetsTheTimeOfTheFirst(t *testing.T) {
	g, sent := New(), now+5000
	if got := arrive(t, g, sent, "a", 0); got != now {
		t.Errorf("first arrival is kept at now%+d", got-now)
	}
	if got := arrive(t, g, sent, "a", 1000); got != now {
		t.Errorf("second arrival, still ahead, is kept at now%+d", got-now)
	}
	if got := arrive(t, g, sent, "a", 60_000); got != now {
		t.Errorf("third arrival, no longer ahead, is kept at now%+d", got-now)
	}
}

func TestTheSecondArrivalWithoutATimeGetsTheTimeOfTheFirst(t *testing.T) {
	g := New()
	for _, later := range []event.Millis{0, 1000, 100 * hour} {
		if got := arrive(t, g, event.TimeMissing, "a", later); got != now {
			t.Errorf("an arrival %d later is kept at now%+d", later, got-now)
		}
	}
	for _, id := range []string{"", "null"} {
		arrive(t, g, event.TimeMissing, id, 0)
		if got := arrive(t, g, event.TimeMissing, id, 1000); got != now+1000 {
			t.Errorf("an arrival with insert id %q is kept at now%+d", id, got-now)
		}
	}
}

func TestDifferentEventsKeepTheirOwnTimes(t *testing.T) {
	g := New()
	arrive(t, g, now+5000, "a", 0)
	for _, c := range []struct {
		sent, later, want event.Millis
		id                string
	}{
		{now + 5000, 1000, now + 1000, "b"},
		{now + 5001, 1000, now + 1000, "a"},
		{now + 5000, 9000, now + 5000, "c"},
		{now + 5000, 9000, now + 5000, ""},
		{now + 5000, 1000, now + 1000, ""},
	} {
		if got := arrive(t, g, c.sent, c.id, c.later); got != c.want {
			t.Errorf("sent now%+d with id %q, %d later: kept at now%+d", c.sent-now, c.id, c.later, got-now)
		}
	}
}

func TestArrivalsAreBounded(t *testing.T) {
	g := New()
	for i := range 3 * arrivalsKept {
		arrive(t, g, now+5000, strconv.Itoa(i), 0)
	}
	if n := len(g.arrivals.young) + len(g.arrivals.old); n > 2*arrivalsKept {
		t.Errorf("%d events are remembered, want at most %d", n, 2*arrivalsKept)
	}
	if got := arrive(t, g, now+5000, strconv.Itoa(3*arrivalsKept-1), 1000); got != now {
		t.Errorf("the latest is forgotten: kept at now%+d", got-now)
	}
}
