package query

import (
	"cmp"
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question/where"
)

// factTables are the facts that a question has asked for. They last as long as the question.
type factTables struct {
	open    func() (store.Snapshot, error)
	guard   func(func() error) error
	workers int

	mutex  sync.Mutex
	known  map[fact]*actorTable
	groups map[where.GroupProperty]groupTable
	snap   store.Snapshot // of profiles; nil until one is needed
	sight  *sight         // who is in cohorts

	lookup  func(name string) (Lookup, error)
	lookups map[string]Lookup
}

// newFactTables makes those of a question whose people are seen from an instant.
func newFactTables(snap store.Snapshot, o Options, zone *time.Location, at event.Millis) *factTables {
	t := &factTables{
		open: o.Profiles, guard: o.Guard, workers: o.Budget.Workers, known: map[fact]*actorTable{},
		groups: map[where.GroupProperty]groupTable{}, lookup: o.Lookups, lookups: map[string]Lookup{},
	}
	o.tables = t
	t.sight = newSight(snap, o, zone, at)
	return t
}

// release ends the question.
func (t *factTables) release() {
	if t.snap != nil {
		t.snap.Release()
	}
}

// within are the tables of a reading that finds the people of a cohort, while t waits for it. Nothing of it is to be released.
func (t *factTables) within(s *sight) *factTables {
	return &factTables{guard: t.guard, workers: t.workers, known: map[fact]*actorTable{}, groups: map[where.GroupProperty]groupTable{},
		snap: t.snap, sight: s, lookup: t.lookup, lookups: t.lookups}
}

// known is what expressions of a plan need to know beside the events.
type known struct {
	tables map[int]*actorTable // of the facts, by property of the plan
	groups map[where.GroupProperty]groupTable

	lookups map[string]Lookup
}

// of is what a plan needs; nil when that is nothing.
func (t *factTables) of(ctx context.Context, p *plan, m *meter) (*known, error) {
	if len(p.facts)+len(p.ofGroups)+len(p.lookups) == 0 {
		return nil, nil
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	for _, f := range p.facts {
		if t.known[f] == nil {
			table, err := t.make(ctx, f, m)
			if err = cmp.Or(err, m.stopped(ctx)); err != nil {
				return nil, err
			}
			t.known[f] = table
		}
	}
	for _, g := range p.ofGroups {
		if t.groups[g] == nil {
			table, err := t.ofGroups(g, m)
			if err = cmp.Or(err, m.stopped(ctx)); err != nil {
				return nil, err
			}
			t.groups[g] = table
		}
	}
	if err := t.openLookups(p); err != nil {
		return nil, err
	}
	out := &known{map[int]*actorTable{}, t.groups, t.lookups}
	for place, f := range p.facts {
		out.tables[place] = t.known[f]
	}
	return out, nil
}

// make finds out what is so of everybody.
func (t *factTables) make(ctx context.Context, f fact, m *meter) (*actorTable, error) {
	switch f.kind {
	case profileFact:
		return t.profile(ctx, f.name, m)
	case cohortFact:
		return t.sight.table(ctx, f.name, m)
	}
	panic("BUG: nobody knows such facts")
}

// profiles is the snapshot of all profiles; nil when there are none.
func (t *factTables) profiles() (store.Snapshot, error) {
	if t.snap != nil || t.open == nil {
		return t.snap, nil
	}
	snap, err := t.open()
	if err == nil {
		t.snap = snap
	}
	return t.snap, err
}

// eachBucket fills the buckets of a table, shared out among workers.
func (t *factTables) eachBucket(ctx context.Context, m *meter, fill func(bucket int)) error {
	group, ctx := errgroup.WithContext(ctx)
	for w := range t.workers {
		group.Go(func() error {
			return t.guard(func() error {
				for bucket := w; bucket < event.Buckets; bucket += t.workers {
					if err := m.stopped(ctx); err != nil {
						return err
					}
					fill(bucket)
				}
				return nil
			})
		})
	}
	return group.Wait()
}
