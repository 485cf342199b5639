package app

import (
	"iter"

	"jejak/analytics/store"
	"jejak/event"
)

// ledger lets identify keep its records in the store.
type ledger struct{ store store.Store }

// Records implements identify.Ledger.
func (l ledger) Records(p event.ProjectID) iter.Seq2[[]byte, error] {
	return l.store.Records(p, store.Identifiers)
}

// Note implements identify.Ledger.
func (l ledger) Note(p event.ProjectID, bodies [][]byte) {
	records := make([]store.Record, len(bodies))
	for i, b := range bodies {
		records[i] = store.Record{Kind: store.Identifiers, Body: b}
	}
	l.store.Note(p, records, event.Tally{})
}
