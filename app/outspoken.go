package app

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"jejak/analytics"
	"jejak/analytics/collect"
	"jejak/event"
)

// outspoken is the road, with a log that says why events cannot be kept: the client only learns that it should come
// again.
type outspoken struct {
	*analytics.Road
	log  *slog.Logger
	said atomic.Int64 // when it last spoke, in nanoseconds
}

// silence is the least time between two lines: a full disk would fill the log too.
const silence = 10 * time.Second

// Take implements collect.Road.
func (o *outspoken) Take(ctx context.Context, b *event.Batch) (accepted int, err error) {
	project := b.Project
	accepted, err = o.Road.Take(ctx, b)
	o.tell(project, err)
	return accepted, err
}

// TakeProfiles implements collect.Road.
func (o *outspoken) TakeProfiles(ctx context.Context, b *event.ProfileBatch) (accepted int, err error) {
	project := b.Project
	accepted, err = o.Road.TakeProfiles(ctx, b)
	o.tell(project, err)
	return accepted, err
}

func (o *outspoken) tell(p event.ProjectID, err error) {
	if err == nil || errors.Is(err, collect.ErrRateLimited) || errors.Is(err, context.Canceled) {
		return
	}
	last, now := o.said.Load(), time.Now().UnixNano()
	if now-last > int64(silence) && o.said.CompareAndSwap(last, now) {
		o.log.Error("events are turned away", "project", p, "error", err)
	}
}
