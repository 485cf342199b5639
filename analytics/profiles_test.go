package analytics

import (
	"context"
	"errors"
	"testing"

	"jejak/analytics/collect"
	"jejak/event"
)

// desk takes all updates but the first.
type desk struct {
	taken  int
	broken error
}

func (d *desk) Take(_ context.Context, b *event.ProfileBatch) (int, error) {
	if d.broken != nil {
		return 0, d.broken
	}
	b.Refusals = append(b.Refusals, event.Refusal{At: b.Profiles[0].At, Reason: event.NotAnEvent})
	d.taken = len(b.Profiles)
	return len(b.Profiles) - 1, nil
}

func profiles() *event.ProfileBatch {
	return &event.ProfileBatch{Project: 1, Profiles: []event.Profile{{At: 0, Body: []byte("x")}, {At: 1, Group: true}, {At: 2, Body: make([]byte, 1<<20)}}}
}

func TestOfProfilesOnlyRefusalsAreCounted(t *testing.T) {
	s, d, b := &shelf{}, &desk{}, profiles()
	accepted, err := build(s, func(o *Options) { o.Profiles = d }).TakeProfiles(t.Context(), b)
	if accepted != 1 || err != nil || len(b.Refusals) != 2 || d.taken != 2 {
		t.Fatalf("accepted %d of %d, error %v, refusals %d", accepted, d.taken, err, len(b.Refusals))
	}
	if s.tally.Received != 2 || s.tally.Refused[event.TooLarge] != 1 || s.tally.Refused[event.NotAnEvent] != 1 {
		t.Errorf("tally %+v: profile updates are no events", s.tally)
	}
}

func TestProfilesThatCannotBeKeptAreNotTaken(t *testing.T) {
	r := build(&shelf{}, func(o *Options) { o.Profiles = &desk{broken: errors.New("broken")} })
	if n, err := r.TakeProfiles(t.Context(), profiles()); n != 0 || !errors.Is(err, collect.ErrUnavailable) {
		t.Errorf("accepted %d, error %v", n, err)
	}
	if c := r.Counters(1); c.Refused[event.Unavailable] != 2 || c.Refused[event.TooLarge] != 1 {
		t.Errorf("counters %+v", c)
	}
}
