package analytics

import (
	"errors"
	"testing"
	"time"

	"jejak/analytics/collect"
	"jejak/event"
)

func TestRates(t *testing.T) {
	r := rates{perSecond: 10_000}
	for _, c := range []struct {
		project event.ProjectID
		events  int
		after   time.Duration
		want    bool
	}{
		{1, 50_000, 0, true}, {1, 1, 0, false}, {2, 50_000, 0, true}, {1, 2_000, 100 * time.Millisecond, false},
		{1, 1_000, 100 * time.Millisecond, true}, {1, 1, 100 * time.Millisecond, false},
	} {
		if got := r.allow(c.project, c.events, clock.Add(c.after)); got != c.want {
			t.Errorf("project %d, %d events after %v: %v, want %v", c.project, c.events, c.after, got, c.want)
		}
	}
	var free rates
	if !free.allow(1, 1<<30, clock) {
		t.Error("without a limit there is one")
	}
}

func TestWhatIsTooFastIsNotTaken(t *testing.T) {
	s := &shelf{}
	r := build(s, func(o *Options) { o.EventsPerSecond = 1 })
	many := make([]event.Event, leastBurst)
	for i := range many {
		many[i] = good("ann")
	}
	if n, err := r.Take(t.Context(), batch(many...)); n != leastBurst || err != nil {
		t.Fatalf("accepted %d, error %v", n, err)
	}
	b := batch(good("bob"), good("cid"))
	b.Refusals = []event.Refusal{{Reason: event.NotJSON}}
	if n, err := r.Take(t.Context(), b); n != 0 || !errors.Is(err, collect.ErrRateLimited) {
		t.Errorf("accepted %d, error %v", n, err)
	}
	profiles := &event.ProfileBatch{Project: 1, Profiles: []event.Profile{{Body: []byte("{}")}}}
	if n, err := r.TakeProfiles(t.Context(), profiles); n != 0 || !errors.Is(err, collect.ErrRateLimited) {
		t.Errorf("accepted %d profiles, error %v", n, err)
	}
	if len(s.appended) != 1 || s.tally.Refused[event.RateLimited] != 4 {
		t.Errorf("appended %d, tally %+v", len(s.appended), s.tally)
	}
}
