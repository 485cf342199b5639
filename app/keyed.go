package app

import (
	"context"
	"log/slog"

	"jejak/analytics"
	"jejak/analytics/collect"
	"jejak/event"
	"jejak/ground/vault"
)

// keyed is the road behind a step that sees to it that the project has its key: further down a missing key could not be
// answered for.
type keyed struct {
	*analytics.Road
	vault *vault.Vault
	log   *slog.Logger
}

// Take implements collect.Road.
func (k keyed) Take(ctx context.Context, b *event.Batch) (accepted int, err error) {
	if err := k.prepare(ctx, b.Project); err != nil {
		return 0, err
	}
	return k.Road.Take(ctx, b)
}

// TakeProfiles implements collect.Road.
func (k keyed) TakeProfiles(ctx context.Context, b *event.ProfileBatch) (accepted int, err error) {
	if err := k.prepare(ctx, b.Project); err != nil {
		return 0, err
	}
	return k.Road.TakeProfiles(ctx, b)
}

func (k keyed) prepare(ctx context.Context, p event.ProjectID) error {
	if err := k.vault.Prepare(ctx, p); err != nil {
		k.log.Error("cannot take events", "project", p, "error", err)
		return collect.ErrUnavailable
	}
	return nil
}
