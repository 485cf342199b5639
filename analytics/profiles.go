package analytics

import (
	"context"

	"jejak/analytics/collect"
	"jejak/event"
)

// TakeProfiles implements collect.Road: the rate allows the updates, guard says no to some of them, people lets the others
// take effect. They are no events: of the counters they touch only the refusals.
func (r *Road) TakeProfiles(ctx context.Context, b *event.ProfileBatch) (accepted int, err error) {
	arrived := len(b.Profiles) + len(b.Refusals)
	if !r.rate.allow(b.Project, arrived, r.o.Now()) {
		r.turnAway(b.Project, arrived, event.RateLimited)
		return 0, collect.ErrRateLimited
	}
	r.o.Guard.CheckProfiles(b)
	refused := len(b.Refusals)
	r.noteRefusals(b.Project, b.Refusals) // they become durable with the updates
	accepted, err = r.o.Profiles.Take(ctx, b)
	if err != nil {
		return 0, r.unavailable(b.Project, arrived-refused, err)
	}
	r.noteRefusals(b.Project, b.Refusals[refused:])
	return accepted, nil
}

func (r *Road) noteRefusals(p event.ProjectID, refusals []event.Refusal) {
	if len(refusals) == 0 {
		return
	}
	r.o.Store.Note(p, nil, event.TallyOf(0, refusals))
	r.recent.add(p, r.now(), refusals)
}
