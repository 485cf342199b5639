package guard

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"jejak/event"
)

const now event.Millis = 1_790_000_000_000

// good makes an event that every door takes.
func good() event.Event {
	return event.Event{
		Name: "Sign up", Time: now - 1000, InsertID: "a1-B2", IDs: event.IDs{Distinct: "u1"},
		Properties: []event.Property{{Name: "plan", Value: event.StringOf("team")}},
	}
}

func with(change func(*event.Event)) event.Event {
	e := good()
	change(&e)
	return e
}

func batch(s event.Source, strict bool, events ...event.Event) *event.Batch {
	for i := range events {
		events[i].At = i
	}
	return &event.Batch{Project: 1, Source: s, Strict: strict, Received: now, Events: events}
}

// one checks a single event and returns it, or its refusal.
func one(t *testing.T, s event.Source, strict bool, change func(*event.Event)) (event.Event, event.Refusal) {
	t.Helper()
	b := batch(s, strict, with(change))
	New().Check(b)
	switch {
	case len(b.Events) == 1 && len(b.Refusals) == 0:
		return b.Events[0], event.Refusal{}
	case len(b.Events) == 0 && len(b.Refusals) == 1:
		return event.Event{}, b.Refusals[0]
	}
	t.Fatalf("%d events and %d refusals out of one event", len(b.Events), len(b.Refusals))
	return event.Event{}, event.Refusal{}
}

func wantRefusal(t *testing.T, got event.Refusal, reason event.Reason, field, message string) {
	t.Helper()
	if got.Reason != reason || got.Field != field || got.Message != message {
		t.Errorf("refusal %q %q %q, want %q %q %q", got.Reason, got.Field, got.Message, reason, field, message)
	}
}

func TestGoodEventsPassEveryDoor(t *testing.T) {
	for _, s := range []event.Source{event.Track, event.Import, event.Native, event.Demo} {
		for _, strict := range []bool{false, true} {
			got, no := one(t, s, strict, func(*event.Event) {})
			if no.Reason != "" || fmt.Sprint(got) != fmt.Sprint(good()) {
				t.Errorf("source %d, strict %v: %+v, refusal %+v", s, strict, got, no)
			}
		}
	}
}

func TestRefusalsNameTheirEventAndSpareTheOthers(t *testing.T) {
	b := batch(event.Import, true, good(), with(func(e *event.Event) { e.Name, e.InsertID = " ", "x" }), good())
	b.Refusals = []event.Refusal{{At: 7, Reason: event.NotJSON}}
	New().Check(b)
	if len(b.Events) != 2 || b.Events[1].At != 2 {
		t.Errorf("kept %+v", b.Events)
	}
	want := []event.Refusal{{At: 7, Reason: event.NotJSON}, {
		At: 1, Reason: event.NoName, Field: "event", Message: "'event' must not be missing or blank", Name: " ", InsertID: "x",
	}}
	if !slices.Equal(b.Refusals, want) {
		t.Errorf("refusals %+v, want %+v", b.Refusals, want)
	}
}

// No refusal repeats what the event holds, but for its name, its insert id and the name of a property.
func TestRefusalsRepeatNoValue(t *testing.T) {
	const personal = "ann@example.org"
	var reasons []event.Reason
	for _, change := range []func(*event.Event){
		func(e *event.Event) { e.Set("$ignore", event.StringOf(personal)) },
		func(e *event.Event) { e.Size = maxRecord },
		func(e *event.Event) { e.Name = "" },
		func(e *event.Event) { e.Time = 0 },
		func(e *event.Event) { e.IDs.User = "null" },
		func(e *event.Event) { e.IDs.Distinct += "\xff" },
		func(e *event.Event) { e.InsertID = "" },
		func(e *event.Event) { e.Set("a", event.StringOf(personal+"\xff")) },
		func(e *event.Event) { e.Set("a", event.ListOf(`["`+personal+`",[[[[[[[]]]]]]]]`)) },
	} {
		_, no := one(t, event.Import, true, func(e *event.Event) {
			e.IDs.Distinct = personal
			e.Set("note", event.StringOf(personal))
			change(e)
		})
		reasons = append(reasons, no.Reason)
		if s := fmt.Sprintf("%+v", no); strings.Contains(s, personal) {
			t.Errorf("%s repeats a value", s)
		}
	}
	if slices.Contains(reasons, "") {
		t.Errorf("an event passed: %v", reasons)
	}
}

func TestProfilesAboveTheirSizeAreRefused(t *testing.T) {
	b := &event.ProfileBatch{Profiles: []event.Profile{{At: 0, Body: make([]byte, maxRecord)}, {At: 1, Body: []byte("{}")}}}
	New().CheckProfiles(b)
	if len(b.Profiles) != 1 || b.Profiles[0].At != 1 {
		t.Errorf("kept %d", len(b.Profiles))
	}
	if len(b.Refusals) != 1 || b.Refusals[0].At != 0 || b.Refusals[0].Reason != event.TooLarge {
		t.Errorf("refusals %+v", b.Refusals)
	}
}

// Whatever arrives, what passes is within the limits.
func FuzzCheck(f *testing.F) {
	f.Add("name", "property", "text", "id", int64(now), uint8(0), true)
	f.Add("$identify", "token", strings.Repeat("ü", 300), "undefined", int64(event.TimeMissing), uint8(1), true)
	f.Add("a\xff", strings.Repeat("p", 300), `{"a":[[[]]]}`, "a_b", int64(now+hour), uint8(5), false)
	f.Fuzz(func(t *testing.T, name, property, text, id string, time int64, kind uint8, strict bool) {
		e := event.Event{Name: name, Time: event.Millis(time), InsertID: id, IDs: event.IDs{Distinct: id}}
		e.Properties = []event.Property{{Name: property, Value: event.Value{Kind: event.Kind(kind % 6), Text: text}}}
		b := batch([]event.Source{event.Track, event.Import}[kind%2], strict, e)
		New().Check(b)
		if len(b.Events)+len(b.Refusals) != 1 {
			t.Fatalf("%d events and %d refusals out of one event", len(b.Events), len(b.Refusals))
		}
		for _, e := range b.Events {
			wellFormed(t, e)
		}
	})
}

func wellFormed(t *testing.T, e event.Event) {
	texts := []string{e.Name, e.IDs.Distinct}
	for _, p := range e.Properties {
		texts = append(texts, p.Name)
		if p.Value.Kind == event.String {
			texts = append(texts, p.Value.Text)
		}
	}
	for _, s := range texts {
		if !utf8.ValidString(s) || utf8.RuneCountInString(s) > maxText {
			t.Errorf("%q passes", s)
		}
	}
	if !insertIDShape(e.InsertID) || placeholder(e.InsertID) || placeholder(e.IDs.Distinct) {
		t.Errorf("insert id %q, distinct id %q pass", e.InsertID, e.IDs.Distinct)
	}
	if e.Time > now || e.Time < earliest {
		t.Errorf("time %d passes", e.Time)
	}
}

func BenchmarkCheckImport(b *testing.B) {
	events := make([]event.Event, 2000)
	properties := good().Properties
	for i := range 14 {
		properties = append(properties, event.Property{Name: fmt.Sprintf("property %d", i), Value: event.StringOf("a value of usual length")})
	}
	g := New()
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		for i := range events {
			events[i] = good()
			events[i].Time = now - 100*hour
			events[i].Properties = properties
		}
		b.StartTimer()
		g.Check(batch(event.Import, true, events...))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(events)), "ns/event")
}
