package querytest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question/where"
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
	if store.IsInternal(name) {
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

// group is a property of the group for which events have the token.
func (p *profiles) group(key string, token event.Value, name string) event.Value {
	if p == nil {
		return event.Value{}
	}
	for _, r := range p.last(key) {
		if r.get(store.GroupToken) == token && token.Kind != event.None {
			return r.get(name)
		}
	}
	return event.Value{}
}

// ofGroups is the property of the group that an event names, or, when it names a list of them, of each.
func (j *judge) ofGroups(key any, n *where.Node) any {
	list, isList := key.([]any)
	if !isList {
		return fromProperty(j.known.profiles.group(n.Field, j.property(key), n.Text))
	}
	var out []any
	for _, item := range list {
		v := fromProperty(j.known.profiles.group(n.Field, j.property(item), n.Text))
		if v != nil && !slices.ContainsFunc(out, func(known any) bool { return j.json(known) == j.json(v) && sameType(known, v) }) {
			out = append(out, v)
		}
	}
	if out == nil {
		return nil
	}
	return out
}

func sameType(a, b any) bool { return fmt.Sprintf("%T", a) == fmt.Sprintf("%T", b) }

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
		if w.chance(40) {
			r = w.saidOfGroup(r)
		}
		out = append(out, r)
	}
	return out
}

// groupKeys are properties of the worlds' events that name groups.
var groupKeys = []string{"plan", "tags"}

func (w *world) saidOfGroup(r profile) profile {
	n := w.IntN(len(texts))
	r.key, r.of = pick(w.Rand, groupKeys), Actor(n)
	r.properties = append(slices.Clone(r.properties), event.Property{Name: store.GroupToken, Value: event.StringOf(texts[n])})
	return r
}

// saved reads a line of a script: a person, or a key=group, and the properties of the profile.
func (r *scriptRun) saved(line string) profile {
	who, properties, _ := strings.Cut(line, "{")
	p := profile{of: r.person(strings.TrimSpace(who)), properties: r.properties(properties)}
	if key, token, isGroup := strings.Cut(strings.TrimSpace(who), "="); isGroup {
		p.key = key
		p.properties = append(p.properties, event.Property{Name: store.GroupToken, Value: event.StringOf(token)})
	}
	return p
}
