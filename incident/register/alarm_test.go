package register

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"jejak/ground/access"
	"jejak/incident/register/clock"
)

// steps watches at an instant and tells which alarms rang for a deadline.
func (r *room) steps(what string) (steps []string) {
	r.t.Helper()
	r.rung = nil
	must(r.t, r.Watch(lead))
	for _, a := range r.rung {
		if a.What == what {
			steps = append(steps, a.Step)
		}
	}
	return steps
}

// TestAlarmsFastForward: each step rings once, also after a restart; what was done, or is not required, is quiet.
func TestAlarmsFastForward(t *testing.T) {
	r := newRoom(t)
	id := r.incident()
	r.tell(id, r.word("first_word_from_vendor"))
	_, err := r.Ask(lead, id, NewRequest{To: "vendor", What: "dataset", DueHours: 72})
	must(t, err)
	begin := r.now
	for _, x := range []struct {
		after time.Duration
		want  []string
	}{
		{0, nil}, {47 * time.Hour, nil}, {48 * time.Hour, []string{"24h"}}, {49 * time.Hour, nil}, {66 * time.Hour, []string{"6h"}},
		{71*time.Hour + 30*time.Minute, []string{"1h"}}, {72 * time.Hour, []string{"passed"}}, {999 * time.Hour, nil},
	} {
		r.now = begin.Add(x.after)
		o := r.o
		r.Register = New(o) // restarted
		if got := r.steps("gdpr-33"); !slices.Equal(got, x.want) {
			t.Errorf("after %s rang %v, want %v", x.after, got, x.want)
		}
	}
	i, err := r.Incident(auditor, id)
	must(t, err)
	vendor := slices.DeleteFunc(i.Alarms, func(a Alarm) bool { return a.What != "request/1" })
	if len(vendor) != 4 {
		t.Errorf("of the vendor's silence the register has %v", vendor)
	}
}

// TestAlarmsAfterSleep: a machine that slept through the steps rings the last one only.
func TestAlarmsAfterSleep(t *testing.T) {
	r := newRoom(t)
	id := r.incident()
	r.tell(id, r.word("first_word_from_vendor"))
	_, err := r.Decide(lead, id, "uk-33", NewDecision{Kind: clock.Filed})
	must(t, err)
	r.now = r.now.Add(80 * time.Hour)
	if got := r.steps("gdpr-33"); !slices.Equal(got, []string{"passed"}) {
		t.Errorf("rang %v", got)
	}
	for _, a := range r.rung {
		if a.What == "uk-33" {
			t.Errorf("rang for what was filed: %v", a)
		}
	}
}

// TestWatchEach watches when it is told to, and ends with its context.
func TestWatchEach(t *testing.T) {
	r := newRoom(t)
	id := r.incident()
	r.tell(id, r.word("first_word_from_vendor"))
	r.now = r.now.Add(72 * time.Hour)
	ctx, stop := context.WithCancel(context.Background())
	tick, done := make(chan time.Time), make(chan bool)
	go func() { r.WatchEach(ctx, tick, func(err error) { t.Error(err) }); close(done) }()
	tick <- r.now
	tick <- r.now // the first is done when the second is taken
	stop()
	<-done
	if len(r.rung) == 0 {
		t.Error("nothing rang")
	}
	if err := r.Watch(viewer); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("a viewer watches: %v", err)
	}
}
