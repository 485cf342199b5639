package app

import (
	"iter"

	"jejak/analytics/store"
	"jejak/event"
)

// ledger lets a step of the road keep its records in the store.
type ledger struct {
	store store.Store
	kind  store.RecordKind
	points
}

// Records yields the durable records, oldest first.
func (l ledger) Records(p event.ProjectID) iter.Seq2[[]byte, error] {
	return l.store.Records(p, l.kind)
}

// Note queues records.
func (l ledger) Note(p event.ProjectID, bodies [][]byte) {
	records := make([]store.Record, len(bodies))
	for i, b := range bodies {
		records[i] = store.Record{Kind: l.kind, Body: b}
	}
	l.store.Note(p, records, event.Tally{})
	l.reached("record queued")
}
