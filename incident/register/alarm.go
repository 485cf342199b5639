package register

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"jejak/ground/access"
	"jejak/incident/register/clock"
)

// alarmSteps are how long before a deadline somebody is told, the last one first.
var alarmSteps = []struct {
	name   string
	before time.Duration
}{{"passed", 0}, {"1h", time.Hour}, {"6h", 6 * time.Hour}, {"24h", 24 * time.Hour}}

// Watch rings for each deadline of an open incident that is near or has passed: of clocks that are not known to be not required, and of
// requests to vendors. Each step rings once, and stands in the register then. It needs Respond: the program itself calls it.
func (r *Register) Watch(ctx context.Context) error {
	if err := mayAct(ctx); err != nil {
		return err
	}
	ids, err := r.ids(ctx)
	if err != nil {
		return err
	}
	var faults []error
	for _, id := range ids { // one that cannot be read keeps no other from ringing
		r.writing.Lock()
		i, err := r.read(ctx, id)
		if err == nil && i.State == Open {
			err = r.ring(ctx, &i)
		}
		r.writing.Unlock()
		if err != nil {
			faults = append(faults, fmt.Errorf("cannot watch the deadlines of incident %s: %w", id, err))
		}
	}
	return errors.Join(faults...)
}

func (r *Register) ring(ctx context.Context, i *Incident) error {
	due, err := r.due(ctx, i)
	if err != nil {
		return err
	}
	for _, a := range due {
		if r.o.Bell != nil {
			if err := r.o.Bell.Ring(ctx, a); err != nil {
				return err
			}
		}
		if err := r.add(ctx, i, ofAlarm, a); err != nil {
			return err
		}
	}
	return nil
}

// due are the alarms that must ring now: of each deadline the last step, unless it has rung.
func (r *Register) due(ctx context.Context, i *Incident) (list []Alarm, err error) {
	clocks, err := r.clocks(ctx, i)
	if err != nil {
		return nil, err
	}
	now := r.now()
	for _, c := range clocks {
		if c.IsOpen() && c.Deadline != nil && c.Outcome.Answer != clock.No {
			list = i.withAlarm(list, string(c.Rule), *c.Deadline, now)
		}
	}
	for _, q := range i.Requests {
		if q.Done == nil {
			list = i.withAlarm(list, fmt.Sprintf("request/%d", q.Number), q.Due, now)
		}
	}
	return list, nil
}

func (i *Incident) withAlarm(list []Alarm, what string, deadline, now time.Time) []Alarm {
	for _, s := range alarmSteps {
		if now.Before(deadline.Add(-s.before)) {
			continue
		}
		a := Alarm{i.ID, what, s.name, deadline}
		rung := slices.ContainsFunc(i.Alarms, func(x Alarm) bool {
			return x.What == a.What && x.Step == a.Step && x.Deadline.Equal(a.Deadline)
		})
		if !rung {
			list = append(list, a)
		}
		return list
	}
	return list
}

// WatchEach watches at each tick until ctx ends; failed is told what went wrong.
func (r *Register) WatchEach(ctx context.Context, tick <-chan time.Time, failed func(error)) {
	ctx = access.AtConsole(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick:
			if err := r.Watch(ctx); err != nil && ctx.Err() == nil {
				failed(err)
			}
		}
	}
}
