package query

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"jejak/analytics/store"
	"jejak/event"
)

// groupedSnapshot is a snapshot in which groups stand in the place of people: every event belongs to the groups that one of its
// properties names, to each with a row of its own, on which the property has that group for its value. Whoever counts people in
// it counts groups. Groups are numbered as they are met in sections.
type groupedSnapshot struct {
	store.Snapshot
	ctx   context.Context
	by    string
	meter *meter

	mutex  sync.Mutex
	ids    map[event.Value]uint32
	values []event.Value // of groups, by their number
	words  []event.Value // those that are not numbers
	codes  []uint32      // by number of the group: as those of a store.Column over words
	found  map[any]*foundGroups
}

func groupedBy(ctx context.Context, snap store.Snapshot, by string, o Options) *groupedSnapshot {
	return &groupedSnapshot{Snapshot: snap, ctx: ctx, by: by, meter: o.meter, ids: map[event.Value]uint32{}, found: map[any]*foundGroups{}}
}

// actor is what stands for a group.
func groupActor(group uint32) event.Actor {
	return event.MakeActor(int(group%event.Buckets), group/event.Buckets+1)
}

// numberOf is the group of an actor who is somebody.
func groupNumber(a event.Actor) uint32 { return (a.Index()-1)*event.Buckets + uint32(a.Bucket()) }

// Actors implements store.Snapshot: groups in the sections that were asked for.
func (v *groupedSnapshot) Actors(bucket int) uint32 {
	return uint32((len(v.values)+event.Buckets-1-bucket)/event.Buckets) + 1
}

// Sections implements store.Snapshot. It reads the property. When it is stopped, or memory is used up, rows are missing; then the
// question must not be answered.
func (v *groupedSnapshot) Sections(sel store.Selection) (out []store.Section) {
	inner := v.Snapshot.Sections(sel)
	ranks := ranksOf(inner)
	regrouped := make([][]store.Section, len(inner))
	store.InParallel(len(inner), func(i int) {
		if v.meter.stopped(v.ctx) == nil {
			regrouped[i] = v.regroup(inner[i], sel, ranks[i])
		}
	})
	for _, sections := range regrouped {
		out = append(out, sections...)
	}
	return out
}

// ranksOf are the places of sections in the order of their names, classes and runs: the order of events of nobody at one instant.
func ranksOf(sections []store.Section) []uint32 {
	order := make([]int, len(sections))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		s, t := sections[a], sections[b]
		return cmp.Or(strings.Compare(s.Name(), t.Name()), cmp.Compare(s.Class(), t.Class()), cmp.Compare(s.Run(), t.Run()))
	})
	ranks := make([]uint32, len(sections))
	for rank, i := range order {
		ranks[i] = uint32(rank)
	}
	return ranks
}

// What foundGroups and groupsOf say of a value.
const (
	notLooked uint32 = iota
	noGroup
	firstGroup // this and larger: a group's number plus this
	// several, with the bit: a place in groupedSnapshot.lists
)

// foundGroups are the groups of the values of a dictionary, by code.
type foundGroups struct {
	groups []atomic.Uint32
	mutex  sync.Mutex
	lists  [][]uint32 // of values that name several: their numbers
}

// foundIn is what was found in a dictionary; nil when memory is used up.
func (v *groupedSnapshot) foundIn(d store.Dictionary) *foundGroups {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	f := v.found[d.Identity()]
	if f == nil && v.meter.take(4*int64(d.Len()+1)) {
		f = &foundGroups{groups: make([]atomic.Uint32, d.Len()+1)}
		v.found[d.Identity()] = f
	}
	return f
}

// each calls add with each group that a value of the dictionary names; with 0 when it names none.
func (f *foundGroups) each(v *groupedSnapshot, d store.Dictionary, code uint32, add func(event.Actor)) {
	x := f.groups[code].Load()
	if x == notLooked {
		d.Values(code, code+1, func(_ uint32, value event.Value) { x = f.look(v, value) })
		f.groups[code].Store(x)
	}
	switch {
	case x == noGroup:
		add(0)
	case x&several == 0:
		add(groupActor(x - firstGroup))
	default:
		f.mutex.Lock()
		list := f.lists[x&^several]
		f.mutex.Unlock()
		for _, group := range list {
			add(groupActor(group))
		}
	}
}

func (f *foundGroups) look(v *groupedSnapshot, value event.Value) uint32 {
	var groups []uint32
	for _, item := range itemsOf(value) {
		if item.Kind != event.None {
			groups = append(groups, v.group(item))
		}
	}
	switch len(groups) {
	case 0:
		return noGroup
	case 1:
		return groups[0] + firstGroup
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.lists = append(f.lists, groups)
	return uint32(len(f.lists)-1) | several
}

// group is the number of a group; any once the memory is used up.
func (v *groupedSnapshot) group(value event.Value) uint32 {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	if id, known := v.ids[value]; known {
		return id
	}
	if !v.meter.take(itemBytes + int64(len(value.Text))) {
		return 0
	}
	value.Text = strings.Clone(value.Text)
	id, code := uint32(len(v.values)), uint32(store.NumberCode)
	if value.Kind != event.Number {
		v.words = append(v.words, value)
		code = uint32(len(v.words))
	}
	v.ids[value] = id
	v.values, v.codes = append(v.values, value), append(v.codes, code)
	return id
}

// actorOf is what stands for a group in the sections that were asked for; somebody without events when it is not in them.
func (v *groupedSnapshot) actorOf(value event.Value) event.Actor {
	if id, known := v.ids[value]; known {
		return groupActor(id)
	}
	return event.MakeActor(0, 1<<26-1)
}

// list is the first groups of a crowd behind the given one, in the order of segments, at most so many, and the last of them if there are
// more.
func (v *groupedSnapshot) list(c *crowd, after any, limit int) (groups []any, next any, err error) {
	if !v.meter.take(int64(c.count()) * valueBytes) {
		return nil, nil, tooMuchMemory(v.meter.limit)
	}
	var values []event.Value
	for id, value := range v.values {
		if a := groupActor(uint32(id)); c.has(a.Bucket(), a.Index()) && (after == nil || compareItems(value, valueOf(after)) > 0) {
			values = append(values, value)
		}
	}
	slices.SortFunc(values, compareItems)
	groups = []any{}
	for _, value := range values[:min(limit, len(values))] {
		groups = append(groups, plain(value))
	}
	if len(values) > limit {
		next = groups[limit-1]
	}
	return groups, next, nil
}

// valueOf is the value that JSON in a question stands for.
func valueOf(x any) event.Value {
	switch x := x.(type) {
	case string:
		return event.StringOf(x)
	case float64:
		return event.NumberOf(x)
	case bool:
		return event.BooleanOf(x)
	case []any:
		return event.ListOf(canonical(x))
	case map[string]any:
		return event.ObjectOf(canonical(x))
	}
	return event.Value{}
}

func canonical(x any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(x); err != nil {
		panic(fmt.Sprintf("BUG: what was JSON cannot be written: %v", err))
	}
	return string(bytes.TrimSpace(b.Bytes()))
}
