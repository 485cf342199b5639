package storetest

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"

	"jejak/analytics/store"
	"jejak/event"
)

// Model is what one project must hold after everything that was acknowledged: the contract in its plainest form.
type Model struct {
	Tally   event.Tally
	Events  []event.Event // as they came, duplicates included
	Records map[store.RecordKind][]string
	Erased  map[event.Actor]bool
}

// Add notes an acknowledged batch.
func (m *Model) Add(b store.Batch) {
	m.Events = append(m.Events, b.Events...)
	m.Tally.Add(b.Tally)
	for _, r := range b.Records {
		if m.Records == nil {
			m.Records = map[store.RecordKind][]string{}
		}
		m.Records[r.Kind] = append(m.Records[r.Kind], string(r.Body))
	}
}

// Erase notes that actors were erased.
func (m *Model) Erase(actors ...event.Actor) {
	if m.Erased == nil {
		m.Erased = map[event.Actor]bool{}
	}
	for _, a := range actors {
		m.Erased[a] = true
	}
}

// Clone is a copy that grows by itself.
func (m *Model) Clone() *Model {
	c := &Model{Events: slices.Clone(m.Events), Records: maps.Clone(m.Records), Erased: maps.Clone(m.Erased)}
	for k, r := range c.Records {
		c.Records[k] = slices.Clone(r)
	}
	c.Tally.Add(m.Tally)
	return c
}

type key struct {
	name, id string
	actor    event.Actor
	time     event.Millis
}

// Rows are the events that questions see: of equal ones the last.
func (m *Model) Rows() []Row {
	rows := m.askable()
	sortRows(rows)
	return rows
}

// Timelines are what the function of that name should read: events of one time in the order of their arrival.
func (m *Model) Timelines() []Row {
	rows := slices.DeleteFunc(m.askable(), func(r Row) bool { return r.Actor.Index() == 0 })
	slices.SortStableFunc(rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.Actor, b.Actor), cmp.Compare(a.Time, b.Time))
	})
	return rows
}

// askable are the rows in the order of their arrival.
func (m *Model) askable() []Row {
	last := map[key]int{}
	for i, e := range m.Events {
		if e.InsertID != "" {
			last[key{e.Name, e.InsertID, e.Actor, e.Time}] = i
		}
	}
	var rows []Row
	for i, e := range m.Events {
		if m.Erased[e.Actor] {
			continue
		}
		if at, has := last[key{e.Name, e.InsertID, e.Actor, e.Time}]; has && e.InsertID != "" && at != i {
			continue
		}
		properties := slices.SortedFunc(slices.Values(e.Properties), func(a, b event.Property) int {
			return cmp.Compare(a.Name, b.Name)
		})
		rows = append(rows, Row{Name: e.Name, Class: e.Class, Time: e.Time, Actor: e.Actor, Properties: properties})
	}
	return rows
}

// Counters are the counters of the project. What is not askable is told as duplicates: a duplicate of an erased person may be
// counted as either.
func (m *Model) Counters() store.Counters {
	askable := len(m.Rows())
	c := store.Counters{Durable: uint64(len(m.Events)), Askable: uint64(askable), Duplicates: uint64(len(m.Events) - askable)}
	c.Tally.Add(m.Tally)
	return c
}

// Differs compares a store with the model and describes the first difference; "" is none.
func (m *Model) Differs(s store.Store, p event.ProjectID) string {
	snapshot, err := s.Snapshot(p)
	if err != nil {
		return err.Error()
	}
	defer snapshot.Release()
	if d := m.DiffersFrom(snapshot); d != "" {
		return d
	}
	counters := s.Counters(p)
	if len(m.Erased) == 0 && counters.Erased != 0 || counters.Erased > counters.Durable {
		return fmt.Sprintf("%d events are erased of %d", counters.Erased, counters.Durable)
	}
	counters.Duplicates, counters.Erased = counters.Duplicates+counters.Erased, 0
	if got, want := fmt.Sprint(counters), fmt.Sprint(m.Counters()); got != want {
		return fmt.Sprintf("counters are %s, want %s", got, want)
	}
	for _, k := range []store.RecordKind{store.Identifiers, store.Profiles} {
		var got []string
		for body, err := range s.Records(p, k) {
			if err != nil {
				return err.Error()
			}
			got = append(got, string(body))
		}
		if !slices.Equal(got, m.Records[k]) {
			return fmt.Sprintf("records %d are %q, want %q", k, got, m.Records[k])
		}
	}
	for a := range m.Erased {
		if !s.IsErased(p, a) {
			return fmt.Sprintf("actor %d is not known to be erased", a)
		}
	}
	return ""
}

// DiffersFrom compares a snapshot with the model.
func (m *Model) DiffersFrom(s store.Snapshot) string {
	if d := difference(Read(s, Everything), m.Rows()); d != "" {
		return d
	}
	if d := difference(Timelines(s), m.Timelines()); d != "" {
		return "people's events in order: " + d
	}
	return ""
}

func difference(got, want []Row) string {
	for i := range min(len(got), len(want)) {
		if g, w := fmt.Sprint(got[i]), fmt.Sprint(want[i]); g != w {
			return fmt.Sprintf("row %d of %d is %s, want %s of %d", i, len(got), g, w, len(want))
		}
	}
	if len(got) != len(want) {
		return fmt.Sprintf("%d rows, want %d", len(got), len(want))
	}
	return ""
}

// RandomBatch is a batch with ties, events seen before, days near and far, and records. arrival numbers its events:
// which of two equal ones stayed can be told by the property.
func RandomBatch(r *rand.Rand, p event.ProjectID, n int, arrival *int) store.Batch {
	b := store.Batch{Project: p, Tally: event.Tally{Received: uint64(n)}}
	for range n {
		*arrival++
		day := r.Int64N(3)
		if r.IntN(20) == 0 {
			day = r.Int64N(4000) - 2000
		}
		e := event.Event{
			Name:  fmt.Sprint("event ", r.IntN(3)),
			Time:  event.Millis((20_000+day)*86_400_000 + r.Int64N(12)*7_200_000),
			Actor: event.MakeActor(r.IntN(3)*31, r.Uint32N(3)),
			Class: event.Class(r.IntN(8) / 7),
		}
		if r.IntN(4) > 0 {
			e.InsertID = fmt.Sprint(r.IntN(8))
		}
		e.Set("n", event.NumberOf(float64(*arrival)))
		if r.IntN(2) == 0 {
			e.Set("s", event.StringOf(fmt.Sprint(r.IntN(5))))
		}
		b.Events = append(b.Events, e)
	}
	for range r.IntN(3) {
		k := store.RecordKind(1 + r.IntN(2))
		b.Records = append(b.Records, store.Record{Kind: k, Body: fmt.Appendf(nil, "record %d", r.IntN(1000))})
	}
	if r.IntN(3) == 0 {
		b.Tally.Add(event.Tally{Received: 1, Refused: map[event.Reason]uint64{event.TooOld: 1}})
		b.Tally.Changed.Add(event.Change{Did: event.Sealed, Class: "email", Property: "a note"}, 2)
	}
	return b
}

// RandomActor is one of those that RandomBatch has.
func RandomActor(r *rand.Rand) event.Actor { return event.MakeActor(r.IntN(3)*31, 1+r.Uint32N(2)) }
