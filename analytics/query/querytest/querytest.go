// Package querytest is the exam of everything that answers questions: scripts that people can read, and random
// questions compared with the reference evaluator, which follows docs/semantics.md literally, slowly and obviously.
package querytest

import (
	"testing"

	"jejak/analytics/store"
	"jejak/event"
)

// Run lets the engine sit the exam over a store. open is called for each part of the exam with a fresh place; the test
// closes what it returns.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	t.Run("scripts", func(t *testing.T) { runScripts(t, open(t)) })
	t.Run("random", func(t *testing.T) { runRandom(t, open, nil, nil) })
	t.Run("expressions", func(t *testing.T) { runExpressions(t, open) })
}

// RunMerged lets the engine sit the random part of the exam over a store whose snapshots know which actors are one person, as
// persons tells.
func RunMerged(t *testing.T, open func(t *testing.T) store.Store, persons Persons) {
	runRandom(t, open, persons, nil)
}

// Shown tells how an event is shown that is stored otherwise, and whether it is shown at all. It may change the event, not
// what is in its properties' slice.
type Shown func(e event.Event) (event.Event, bool)

// RunShown lets the engine sit the random part of the exam over a store whose snapshots show events otherwise than they are
// stored, as shown tells.
func RunShown(t *testing.T, open func(t *testing.T) store.Store, shown Shown) {
	runRandom(t, open, nil, shown)
}
