// Package storetest is the exam that every backend of the store sits.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"jejak/analytics/store"
	"jejak/event"
)

// Open opens the backend over a folder; what an earlier one kept there MUST be there again.
type Open func(t testing.TB, dir string) store.Store

// Run examines a backend.
func Run(t *testing.T, open Open) {
	exams := []struct {
		name string
		sit  func(*exam)
	}{
		{"AskableOnceAcknowledged", askableOnceAcknowledged},
		{"SameEventTwiceCountsOnce", sameEventTwiceCountsOnce},
		{"OtherClassReplaces", otherClassReplaces},
		{"TiesKeepTheOrderOfArrival", tiesKeepTheOrderOfArrival},
		{"OrderAcrossNames", orderAcrossNames},
		{"LateEvents", lateEvents},
		{"Values", values},
		{"Selection", selection},
		{"NamesAndActors", namesAndActors},
		{"CountersReconcile", countersReconcile},
		{"NotesTravelBeforeAppends", notesTravelBeforeAppends},
		{"NotesSurviveClose", notesSurviveClose},
		{"ProjectsAreApart", projectsAreApart},
		{"SnapshotsNeverChange", snapshotsNeverChange},
		{"ManyGoroutines", manyGoroutines},
		{"Cancel", cancel},
		{"HugeBatch", hugeBatch},
		{"Closed", closed},
		{"Erased", erased},
		{"RandomHistory", randomHistory},
	}
	for _, e := range exams {
		t.Run(e.name, func(t *testing.T) {
			x := &exam{T: t, dir: t.TempDir(), open: open, models: map[event.ProjectID]*Model{}}
			x.store = open(t, x.dir)
			t.Cleanup(func() { _ = x.store.Close() })
			e.sit(x)
		})
	}
}

// exam is one store beside the models of its projects.
type exam struct {
	*testing.T
	dir    string
	open   Open
	store  store.Store
	models map[event.ProjectID]*Model
}

const project event.ProjectID = 7

func (x *exam) model(p event.ProjectID) *Model {
	if x.models[p] == nil {
		x.models[p] = &Model{}
	}
	return x.models[p]
}

// append must succeed.
func (x *exam) append(b store.Batch) {
	x.Helper()
	x.model(b.Project).Add(clone(b))
	if err := x.store.Append(context.Background(), b); err != nil {
		x.Fatal(err)
	}
}

// events appends events to the project.
func (x *exam) events(events ...event.Event) {
	x.Helper()
	x.append(store.Batch{Project: project, Events: events, Tally: event.Tally{Received: uint64(len(events))}})
}

// check compares all projects with their models, before and after a restart.
func (x *exam) check() {
	x.Helper()
	x.compare()
	x.reopen()
	x.compare()
}

func (x *exam) compare() {
	x.Helper()
	for p, m := range x.models {
		if d := m.Differs(x.store, p); d != "" {
			x.Fatalf("project %d: %s", p, d)
		}
	}
}

func (x *exam) reopen() {
	x.Helper()
	if err := x.store.Close(); err != nil {
		x.Fatal(err)
	}
	x.store = x.open(x.T, x.dir)
}

// clone keeps the events and bodies of a batch from a store that owns them.
func clone(b store.Batch) store.Batch {
	b.Events = slices.Clone(b.Events)
	for i := range b.Events {
		b.Events[i].Properties = slices.Clone(b.Events[i].Properties)
	}
	return b
}

const noon event.Millis = 1_700_049_600_000

// at is an event some milliseconds after noon.
func at(ms event.Millis, insertID string, n float64) event.Event {
	e := event.Event{Name: "Sign up", Time: noon + ms, InsertID: insertID, Actor: event.MakeActor(5, 1)}
	e.Set("n", event.NumberOf(n))
	return e
}

func askableOnceAcknowledged(x *exam) {
	for i := range 20 {
		x.events(at(event.Millis(i), "", float64(i)))
		x.compare()
	}
	x.check()
}

func sameEventTwiceCountsOnce(x *exam) {
	x.events(at(1, "a", 1), at(1, "a", 2), at(1, "b", 3))
	x.compare()
	x.events(at(1, "a", 4))
	x.check()
	x.events(at(1, "a", 5), at(1, "", 6), at(1, "", 7)) // without an insert id each stands for itself
	x.check()
	other := at(1, "a", 8)
	other.Actor = event.MakeActor(5, 2)
	x.events(other, at(2, "a", 9)) // another person, another time
	x.check()
}

func otherClassReplaces(x *exam) {
	bot := at(1, "a", 2)
	bot.Class = event.Bot
	x.events(at(1, "a", 1))
	x.events(bot)
	x.check()
	x.events(at(1, "a", 3))
	x.check()
}

func tiesKeepTheOrderOfArrival(x *exam) {
	for i := range 30 {
		x.events(at(0, "", float64(2*i)), at(0, "", float64(2*i+1)))
		if i%10 == 9 {
			x.check()
		}
	}
}

// orderAcrossNames has few people and times and several names: nearly every event ties with one of another name.
func orderAcrossNames(x *exam) {
	seed := rand.Uint64()
	x.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for i := range 120 {
		var events []event.Event
		for range r.IntN(20) {
			e := at(1000*event.Millis(r.IntN(4)), "", float64(len(x.model(project).Events)+len(events)))
			if r.IntN(3) == 0 {
				e.InsertID = fmt.Sprint(r.IntN(6)) // often again: its last arrival has its place
			}
			e.Name, e.Actor, e.Class = fmt.Sprint("event ", r.IntN(4)), event.MakeActor(5, 1+r.Uint32N(2)), event.Class(r.IntN(8)/7)
			events = append(events, e)
		}
		x.events(events...)
		if i%30 == 29 {
			x.check()
		}
	}
}

func lateEvents(x *exam) {
	const day = 86_400_000
	for i, days := range []event.Millis{0, -1, 3, -4000, 0, 3, 3000, -1} {
		x.events(at(days*day, "late", float64(i)), at(days*day+1, "", float64(i)))
		x.check()
	}
}

func values(x *exam) {
	e := at(0, "", 0.5)
	e.Set("text", event.StringOf("naïve \x00 text"))
	e.Set("empty", event.StringOf(""))
	e.Set("yes", event.BooleanOf(true))
	e.Set("no", event.BooleanOf(false))
	e.Set("list", event.ListOf(`["a",1]`))
	e.Set("object", event.ObjectOf(`{"a":1}`))
	other := at(1, "", -1e300)
	other.Set("text", event.NumberOf(7))
	other.Set("yes", event.StringOf("true"))
	x.events(e, other)
	x.check()
}

func selection(x *exam) {
	for i := range 100 {
		e := at(event.Millis(i)*3_600_000, "", float64(i))
		e.Name = fmt.Sprint("event ", i%3)
		e.Class = event.Class(i % 2)
		x.events(e)
	}
	for _, sel := range []store.Selection{
		{Names: []string{"event 1"}, Bots: true, From: Everything.From, To: Everything.To},
		{From: noon + 10*3_600_000, To: noon + 50*3_600_000},
		{Names: []string{"event 0", "event 2", "no such"}, From: noon + 3_600_000, To: noon + 3_600_001, Bots: true},
		{Names: []string{}, Bots: true, From: Everything.From, To: Everything.To},
	} {
		want := slices.DeleteFunc(x.model(project).Rows(), func(r Row) bool {
			named := sel.Names == nil || slices.Contains(sel.Names, r.Name)
			return !named || r.Class == event.Bot && !sel.Bots || r.Time < sel.From || r.Time >= sel.To
		})
		s, err := x.store.Snapshot(project)
		if err != nil {
			x.Fatal(err)
		}
		if got := Read(s, sel); fmt.Sprint(got) != fmt.Sprint(want) {
			x.Errorf("%+v selects %v, want %v", sel, got, want)
		}
		s.Release()
	}
}

func namesAndActors(x *exam) {
	other := at(9, "", 1)
	other.Name, other.Actor = "Log in", event.MakeActor(63, 12)
	x.events(at(1, "", 1), at(3, "", 1), other)
	for range 2 {
		s, err := x.store.Snapshot(project)
		if err != nil {
			x.Fatal(err)
		}
		want := []store.NameCount{{Name: "Sign up", Rows: 2, First: noon + 1, Last: noon + 3}, {Name: "Log in", Rows: 1, First: noon + 9, Last: noon + 9}}
		if got := s.Names(); !slices.Equal(got, want) {
			x.Errorf("names are %v, want %v", got, want)
		}
		if got := s.PropertyNames("Log in"); !slices.Equal(got, []string{"n"}) {
			x.Errorf("properties are %v", got)
		}
		if s.Actors(63) != 13 || s.Actors(5) != 2 || s.Actors(0) != 0 {
			x.Errorf("actors are %d, %d, %d", s.Actors(63), s.Actors(5), s.Actors(0))
		}
		s.Release()
		s.Release() // does nothing
		x.reopen()
	}
}

func countersReconcile(x *exam) {
	x.append(store.Batch{Project: project, Tally: event.Tally{Received: 3, Refused: map[event.Reason]uint64{event.TooOld: 2, event.NoName: 1}}})
	x.events(at(1, "a", 1), at(1, "a", 2))
	x.check()
	x.events(at(1, "a", 3))
	x.check()
	if c := x.store.Counters(99); c.Durable != 0 || c.Received != 0 {
		x.Errorf("a project nobody knows has %+v", c)
	}
}

// note notes a record with a tally that refuses one.
func (x *exam) note(p event.ProjectID, body string) {
	b := store.Batch{Project: p, Records: []store.Record{{Kind: store.Identifiers, Body: []byte(body)}},
		Tally: event.Tally{Received: 1, Refused: map[event.Reason]uint64{event.RateLimited: 1}}}
	x.model(p).Add(clone(b))
	x.store.Note(p, b.Records, b.Tally)
	clear(b.Records[0].Body) // the store has its own copy
}

func notesTravelBeforeAppends(x *exam) {
	for i := range 5 {
		x.note(project, fmt.Sprint("a", i))
		x.note(project, fmt.Sprint("b", i))
		x.append(store.Batch{Project: project, Records: []store.Record{{Kind: store.Identifiers, Body: fmt.Append(nil, "c", i)}}})
		x.compare() // durable, the notes included
	}
	x.check()
}

func notesSurviveClose(x *exam) {
	x.note(project, "only a note")
	x.note(8, "another")
	x.reopen()
	x.compare()
}

func projectsAreApart(x *exam) {
	r := rand.New(rand.NewPCG(1, 2))
	arrival := 0
	for i := range 30 {
		x.append(RandomBatch(r, event.ProjectID(1+i%3), 5, &arrival))
	}
	x.check()
	s, err := x.store.Snapshot(1000)
	if err != nil {
		x.Fatal(err)
	}
	if got := Read(s, Everything); len(got) != 0 {
		x.Errorf("a project nobody knows has %d rows", len(got))
	}
	s.Release()
}

func snapshotsNeverChange(x *exam) {
	r := rand.New(rand.NewPCG(3, 4))
	arrival := 0
	type view struct {
		store.Snapshot
		then *Model
	}
	var views []view
	for range 40 {
		x.append(RandomBatch(r, project, 1+r.IntN(30), &arrival))
		if r.IntN(4) == 0 {
			s, err := x.store.Snapshot(project)
			if err != nil {
				x.Fatal(err)
			}
			views = append(views, view{s, x.model(project).Clone()})
		}
	}
	for i, v := range views {
		if d := v.then.DiffersFrom(v); d != "" {
			x.Errorf("snapshot %d: %s", i, d)
		}
		v.Release()
	}
	x.check()
}

func manyGoroutines(x *exam) {
	const writers, each = 16, 25
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				e := at(event.Millis(w), "", float64(i))
				e.Actor = event.MakeActor(w, 1)
				if err := x.store.Append(context.Background(), store.Batch{Project: project, Events: []event.Event{e}}); err != nil {
					x.Error(err)
				}
				x.mine(w, i+1)
			}
		})
	}
	wg.Wait()
	if c := x.store.Counters(project); c.Durable != writers*each || c.Askable != writers*each {
		x.Errorf("counters are %+v", c)
	}
}

// mine checks that a writer sees all it was answered for, in its order.
func (x *exam) mine(bucket, n int) {
	s, err := x.store.Snapshot(project)
	if err != nil {
		x.Error(err)
		return
	}
	defer s.Release()
	seen := 0
	for _, section := range s.Sections(Everything) {
		lo, hi := section.Bucket(bucket)
		numbers := section.Column("n").Numbers(lo, hi, nil)
		for _, v := range numbers {
			if v != float64(seen) {
				x.Errorf("bucket %d: row %d is %v", bucket, seen, v)
			}
			seen++
		}
	}
	if seen != n {
		x.Errorf("bucket %d has %d rows, want %d", bucket, seen, n)
	}
}

func cancel(x *exam) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	for i := range 50 {
		b := store.Batch{Project: project, Events: []event.Event{at(event.Millis(i), "", 1)}, Tally: event.Tally{Received: 1}}
		err := x.store.Append(ctx, b)
		switch {
		case err == nil:
			x.model(project).Add(clone(b))
		case !errors.Is(err, store.ErrUnavailable):
			x.Errorf("cancelled: %v", err)
		}
	}
	x.model(project)
	x.check()
}

func hugeBatch(x *exam) {
	x.events(at(0, "", 1))
	e := at(1, "", 2)
	noise := make([]byte, 100<<20)
	r := rand.NewChaCha8([32]byte{})
	_, _ = r.Read(noise)
	e.Set("noise", event.StringOf(string(noise)))
	if err := x.store.Append(context.Background(), store.Batch{Project: project, Events: []event.Event{e}}); err == nil {
		x.Error("a batch of 100 MB was taken")
	}
	x.check()
}

func closed(x *exam) {
	x.events(at(0, "", 1))
	s, err := x.store.Snapshot(project)
	if err != nil {
		x.Fatal(err)
	}
	if err := x.store.Close(); err != nil {
		x.Fatal(err)
	}
	if err := x.store.Append(context.Background(), store.Batch{Project: project, Events: []event.Event{at(1, "", 1)}}); err == nil {
		x.Error("a closed store took a batch")
	}
	if d := x.model(project).DiffersFrom(s); d != "" {
		x.Errorf("a snapshot that was open: %s", d)
	}
	s.Release()
	x.store = x.open(x.T, x.dir)
	x.compare()
}

func randomHistory(x *exam) {
	seed := rand.Uint64()
	x.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	arrival := 0
	for i := range 150 {
		x.append(RandomBatch(r, event.ProjectID(1+r.IntN(2)), r.IntN(40), &arrival))
		if r.IntN(40) == 0 {
			x.erase(event.ProjectID(1+r.IntN(2)), RandomActor(r))
		}
		if i%50 == 49 {
			x.check()
		}
	}
}

func (x *exam) erase(p event.ProjectID, actors ...event.Actor) {
	x.Helper()
	x.model(p).Erase(actors...)
	if err := x.store.Erase(context.Background(), p, actors); err != nil {
		x.Fatal(err)
	}
}

// erased: who was erased is in no answer any more, also with what comes later, and in older snapshots as they were.
func erased(x *exam) {
	other := func(n float64) event.Event {
		e := at(2, "", n)
		e.Actor = event.MakeActor(5, 2)
		return e
	}
	x.events(at(1, "a", 1), at(1, "a", 2), other(3), at(3, "", 4))
	before, then := x.snapshot()
	x.erase(project, event.MakeActor(5, 1))
	x.compare()
	after, now := x.snapshot()
	x.erase(project, event.MakeActor(5, 2), event.MakeActor(5, 1), event.MakeActor(9, 400))
	x.compare()
	for _, d := range []string{then.DiffersFrom(before), now.DiffersFrom(after)} {
		if d != "" {
			x.Errorf("an older snapshot: %s", d)
		}
	}
	before.Release()
	after.Release()
	x.check()
	third := at(5, "", 7)
	third.Actor = event.MakeActor(5, 3)
	x.events(at(1, "a", 5), other(6), third)
	x.check()
	if x.store.IsErased(project, third.Actor) || x.store.IsErased(99, event.MakeActor(5, 1)) {
		x.Error("somebody else is erased")
	}
	if err := x.store.Erase(context.Background(), project, []event.Actor{0}); err == nil {
		x.Error("nobody was erased")
	}
}

func (x *exam) snapshot() (store.Snapshot, *Model) {
	x.Helper()
	s, err := x.store.Snapshot(project)
	if err != nil {
		x.Fatal(err)
	}
	return s, x.model(project).Clone()
}
