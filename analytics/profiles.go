package analytics

import (
	"context"
	"encoding/binary"
	"fmt"

	"jejak/analytics/collect"
	"jejak/analytics/store"
	"jejak/event"
)

// What Seal is told about the body of a profile update.
const profilePurpose = "profile"

// TakeProfiles implements collect.Road. Profile updates are kept sealed, in the order of arrival, and take effect when
// profiles are asked for. They are no events: of the counters they touch only the refusals.
func (r *Road) TakeProfiles(ctx context.Context, b *event.ProfileBatch) (accepted int, err error) {
	arrived := len(b.Profiles) + len(b.Refusals)
	if !r.rate.allow(b.Project, arrived, r.o.Now()) {
		r.turnAway(b.Project, arrived, event.RateLimited)
		return 0, collect.ErrRateLimited
	}
	r.o.Guard.CheckProfiles(b)
	records, err := r.seal(b)
	if err != nil {
		return 0, r.unavailable(b.Project, arrived, err)
	}
	if err := r.keepProfiles(ctx, b, records); err != nil {
		return 0, r.unavailable(b.Project, arrived, err)
	}
	r.recent.add(b.Project, r.now(), b.Refusals)
	return len(records), nil
}

func (r *Road) keepProfiles(ctx context.Context, b *event.ProfileBatch, records []store.Record) error {
	tally := event.TallyOf(0, b.Refusals)
	if len(records) == 0 {
		r.o.Store.Note(b.Project, nil, tally)
		return nil
	}
	return r.o.Store.Append(ctx, store.Batch{Project: b.Project, Records: records, Tally: tally})
}

// seal turns each update into a record of the profiles ledger; docs/format/ledgers.md draws it.
func (r *Road) seal(b *event.ProfileBatch) ([]store.Record, error) {
	records := make([]store.Record, 0, len(b.Profiles))
	for _, p := range b.Profiles {
		sealed, err := r.o.Seal(b.Project, profilePurpose, p.Body)
		if err != nil {
			return nil, fmt.Errorf("cannot seal a profile update: %w", err)
		}
		records = append(records, store.Record{Kind: store.Profiles, Body: profileRecord(p, sealed)})
	}
	return records, nil
}

const profileVersion = 1

func profileRecord(p event.Profile, sealed []byte) []byte {
	var group byte
	if p.Group {
		group = 1
	}
	record := append(make([]byte, 0, 10+len(sealed)), profileVersion, group)
	record = binary.LittleEndian.AppendUint64(record, uint64(p.Received))
	return append(record, sealed...)
}
