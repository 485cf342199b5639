package querytest

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"jejak/analytics/store"
	"jejak/event"
)

// profiles are what is kept of people and groups beside their events (section 15), in the order in which it arrived.
type profiles struct {
	rows   []profile
	person func(event.Actor) event.Actor // nil: every actor is a person
}

// profile is what was said of an identifier, or of a group; the last word counts.
type profile struct {
	of         event.Actor
	key        string // of a group
	properties []event.Property
}

// save keeps a profile in a store as package people does.
func (p *profiles) save(s store.Store, project event.ProjectID, rows ...profile) error {
	p.rows = append(p.rows, rows...)
	var events []event.Event
	for _, r := range rows {
		e := event.Event{
			Name: store.UserProfiles, Actor: r.of, Time: event.Millis(r.of.Index()), InsertID: "profile", Properties: slices.Clone(r.properties),
		}
		if r.key != "" {
			e.Name = store.GroupProfiles(r.key)
		}
		events = append(events, e)
	}
	return s.Append(context.Background(), store.Batch{Project: store.ProfilesOf(project), Events: events})
}

// last are the profiles of a kind that count, in the order of the numbers of their actors.
func (p *profiles) last(key string) []profile {
	last := map[event.Actor]profile{}
	for _, r := range p.rows {
		if r.key == key {
			last[r.of] = r
		}
	}
	var out []profile
	for _, r := range last {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b profile) int { return cmp.Compare(a.of, b.of) })
	return out
}

func (r profile) get(name string) event.Value {
	e := event.Event{Properties: r.properties}
	if name == store.Deleted {
		return event.Value{}
	}
	return e.Get(name)
}

// user is a property of a person: of her own profile, or else of the first of her others that has it.
func (p *profiles) user(person event.Actor, name string) event.Value {
	if p == nil || person.Index() == 0 {
		return event.Value{}
	}
	rows := p.last("")
	slices.SortStableFunc(rows, func(a, b profile) int { // her own first
		return cmp.Compare(btoi(b.of == person), btoi(a.of == person))
	})
	for _, r := range rows {
		hers := r.of == person
		if p.person != nil {
			hers = p.person(r.of) == person
		}
		if v := r.get(name); hers && v.Kind != event.None {
			return v
		}
	}
	return event.Value{}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// said is some news of people.
func (w *world) said() (out []profile) {
	for range pick(w.Rand, []int{0, 1, 5, 20}) {
		r := profile{of: Actor(w.IntN(w.people + 5)), properties: w.properties()}
		if w.chance(10) {
			r.properties = []event.Property{{Name: store.Deleted, Value: event.BooleanOf(true)}}
		}
		out = append(out, r)
	}
	return out
}

// saved reads a line of a script: a person and the properties of her profile.
func (r *scriptRun) saved(line string) profile {
	who, properties, _ := strings.Cut(line, "{")
	return profile{of: r.person(strings.TrimSpace(who)), properties: r.properties(properties)}
}
