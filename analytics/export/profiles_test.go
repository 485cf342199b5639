package export

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"jejak/analytics/people"
	"jejak/analytics/store"
	"jejak/event"
)

// merging is a store in which some actors are one person.
type merging struct {
	of interface {
		Snapshot(event.ProjectID) (store.Snapshot, error)
	}
	persons map[event.Actor]event.Actor // in the same bucket
}

func (m merging) Snapshot(p event.ProjectID) (store.Snapshot, error) {
	snap, err := m.of.Snapshot(p)
	return mergingSnapshot{snap, m.persons}, err
}

type mergingSnapshot struct {
	store.Snapshot
	persons map[event.Actor]event.Actor
}

func (m mergingSnapshot) Sections(sel store.Selection) (out []store.Section) {
	for _, s := range m.Snapshot.Sections(sel) {
		out = append(out, mergingSection{s, m.persons})
	}
	return out
}

type mergingSection struct {
	store.Section
	persons map[event.Actor]event.Actor
}

func (m mergingSection) Senders(lo, hi int, dst []event.Actor) []event.Actor {
	dst = dst[:0]
	for i, index := range m.Section.Actors(lo, hi, nil) {
		for b := range event.Buckets {
			if from, to := m.Section.Bucket(b); from <= lo+i && lo+i < to {
				dst = append(dst, event.MakeActor(b, index))
			}
		}
	}
	return dst
}

func (m mergingSection) Actors(lo, hi int, dst []uint32) []uint32 {
	dst = dst[:0]
	for _, a := range m.Senders(lo, hi, nil) {
		if to, is := m.persons[a]; is {
			a = to
		}
		dst = append(dst, a.Index())
	}
	return dst
}

// profile puts a row into the store.
func (o *office) profile(section string, a event.Actor, properties ...event.Property) {
	o.t.Helper()
	o.must(o.store.Append(context.Background(), store.Batch{Project: store.ProfilesOf(1), Events: []event.Event{people.Row(section, a, properties)}}))
}

func set(name, value string) event.Property {
	return event.Property{Name: name, Value: event.StringOf(value)}
}

func profilesAs(f Format) Spec { return Spec{Content: Profiles, Format: f, Purpose: Analysis} }

// TestProfiles: a row a person, with the newest values, of a person with several identifiers those that count; deleted ones and what is
// no property stay.
func TestProfiles(t *testing.T) {
	o := newOffice(t)
	one, other, third := event.MakeActor(2, 5), event.MakeActor(2, 9), event.MakeActor(2, 3)
	o.Store = merging{o.store, map[event.Actor]event.Actor{other: one, third: one}}
	o.profile(people.Users, one, set("plan", "old"))
	o.profile(people.Users, one, set("plan", "pro"), set("=mail", "[email:0123456789abcdef]"))
	o.profile(people.Users, other, set("plan", "free"), set("city", "Medan"), set("team", "b"))
	o.profile(people.Users, third, set("city", "Solo"))
	o.profile(people.Users, event.MakeActor(7, 1), event.Property{Name: "age", Value: event.NumberOf(-4)}, set(people.Sealed, "secret"))
	o.profile(people.Users, event.MakeActor(8, 1), set("plan", "gone"))
	o.profile(people.Users, event.MakeActor(8, 1))
	for _, f := range formats {
		run, file := o.handedOut(exporter, profilesAs(f))
		n := newNamer(run.key, run.Mark)
		want := []line{
			{"person": string(n.appendPerson(nil, one)), "properties.plan": "pro", "properties.=mail": n.text("[email:0123456789abcdef]"), "properties.city": "Solo", "properties.team": "b"},
			{"person": string(n.appendPerson(nil, event.MakeActor(7, 1))), "properties.age": "-4"},
		}
		var got []line
		for _, l := range readBack(t, f, file) {
			for _, no := range []string{"event", "time", "class"} {
				if l[no] == "" {
					delete(l, no)
				}
			}
			got = append(got, l)
		}
		same(t, got, want, f)
	}
	s := profilesAs(Lines)
	s.Properties = []string{"age"}
	if _, file := o.handedOut(exporter, s); !bytes.Contains(file, []byte(`"age":-4`)) || bytes.Contains(file, []byte("plan")) {
		t.Errorf("of one property: %s", file)
	}
}

// TestGroupProfiles: a group is named by the token that events have, in the form of the export.
func TestGroupProfiles(t *testing.T) {
	o := newOffice(t)
	o.profile(people.Section("company"), event.MakeActor(1, 1), set(people.Token, "[company:0123456789abcdef]"), set("size", "big"))
	s := profilesAs(CSV)
	s.Group = "company"
	run, file := o.handedOut(exporter, s)
	rows, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	o.must(err)
	want := [][]string{{"group", "properties.size"}, {newNamer(run.key, run.Mark).text("[company:0123456789abcdef]"), "big"}}
	if !slices.EqualFunc(rows, want, slices.Equal) {
		t.Errorf("got %q, want %q", rows, want)
	}
}

// TestProfilesInNoCommonOrder: who follows whom in one export says nothing about another, and many passes give what one gives.
func TestProfilesInNoCommonOrder(t *testing.T) {
	o := newOffice(t)
	o.FreeRows = 1 << 40
	batch := store.Batch{Project: store.ProfilesOf(1)}
	for i := range 3000 {
		properties := []event.Property{{Name: "number", Value: event.StringOf(string(rune('a'+i%26)) + strings.Repeat("x", i/26))}}
		for p := range 700 { // so that there are passes
			properties = append(properties, event.Property{Name: "p" + strings.Repeat("y", p%7) + string(rune('a'+p/7)), Value: event.NumberOf(float64(p))})
		}
		batch.Events = append(batch.Events, people.Row(people.Users, event.MakeActor(i%64, uint32(i/64+1)), properties))
	}
	o.must(o.store.Append(context.Background(), batch))
	orderOf := func() (order []string) {
		run, file := o.handedOut(exporter, profilesAs(Lines))
		last, rows := "", 0
		for text := range strings.Lines(string(file)) {
			var x struct {
				Person     string
				Properties struct{ Number string }
			}
			o.must(json.Unmarshal([]byte(text), &x))
			if x.Person < last {
				t.Fatal("rows are not in the order of pseudonyms")
			}
			order, last, rows = append(order, x.Properties.Number), x.Person, rows+1
		}
		if int64(rows) != 3000+run.Canaries || run.Canaries == 0 {
			t.Errorf("%d rows, %d canaries", rows, run.Canaries)
		}
		return order
	}
	one, two := orderOf(), orderOf()
	follows := map[string]string{}
	for i := range one[1:] {
		follows[one[i]] = one[i+1]
	}
	same := 0
	for i := range two[1:] {
		if follows[two[i]] == two[i+1] {
			same++
		}
	}
	if same > 30 {
		t.Errorf("%d of 3000 are followed by the same one in both", same)
	}
}
