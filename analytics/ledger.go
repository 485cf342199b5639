package analytics

import (
	"iter"

	"jejak/analytics/identify"
	"jejak/analytics/store"
	"jejak/event"
)

// LedgerOf is the store as identify sees it. (Steps do not know each other; the road knows both.)
func LedgerOf(s store.Store) identify.Ledger { return ledger{s} }

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
