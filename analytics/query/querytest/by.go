package querytest

import (
	"cmp"
	"encoding/json"
	"reflect"
	"slices"
	"sort"
	"strings"

	"jejak/event"
	"jejak/question"
)

// byGroup are the events of a question that counts by group (section 15): one for each of their groups, whose property is that group,
// still under the people they are of; and the actors that stand for the groups.
func byGroup(events []event.Event, by string) (out []event.Event, groups []event.Actor) {
	numbers := map[event.Value]event.Actor{}
	for _, e := range events {
		named := slices.DeleteFunc(items(e.Get(by)), func(v event.Value) bool { return v.Kind == event.None })
		if len(named) == 0 {
			out, groups = append(out, without(e, by)), append(groups, 0)
		}
		for _, v := range named {
			if _, known := numbers[v]; !known {
				numbers[v] = Actor(len(numbers))
			}
			x := cloneEvents([]event.Event{e})[0]
			x.Set(by, v)
			out, groups = append(out, x), append(groups, numbers[v])
		}
	}
	return out, groups
}

// without is an event that names no group: an empty list says no more than nothing.
func without(e event.Event, by string) event.Event {
	e.Properties = slices.DeleteFunc(slices.Clone(e.Properties), func(p event.Property) bool { return p.Name == by })
	return e
}

// settled are events, given in order of arrival, without those that others replace, in the order in which those of one instant stand.
func settled(events []event.Event) []event.Event {
	events = lastArrivals(events)
	slices.SortStableFunc(events, func(a, b event.Event) int {
		if a.Actor != b.Actor || a.Actor.Index() != 0 {
			return cmp.Compare(a.Actor, b.Actor)
		}
		return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.Class, b.Class))
	})
	for i := range events {
		events[i].InsertID = "" // they were looked at
	}
	return events
}

// counted makes some questions count by group.
func (w *world) counted(q question.Question) {
	if _, behind := q.(*question.People); behind || !w.chance(20) {
		return
	}
	by := pick(w.Rand, append([]string{"plan", "tags", "never"}, properties...))
	reflect.ValueOf(q).Elem().FieldByName("Counted").Set(reflect.ValueOf(question.Counted{By: by}))
	if t, is := q.(*question.Timeline); is {
		t.Person, t.Group = 0, w.groupOf(by)
	}
}

// groupOf is mostly a group that the property names.
func (w *world) groupOf(by string) any {
	for range 20 {
		if len(w.events) > 0 {
			e := pick(w.Rand, w.events)
			named := items(e.Get(by))
			if v := pick(w.Rand, named); v.Kind != event.None {
				return fromAnswer(v)
			}
		}
	}
	return pick(w.Rand, texts)
}

// fromAnswer is a value as it is read from the JSON of an answer.
func fromAnswer(v event.Value) (x any) {
	if err := json.Unmarshal([]byte(encode(plain(segment{v})[0])), &x); err != nil {
		panic("BUG: an answer that is not JSON")
	}
	return x
}

// groupOf is the actor who stands for the group of a timeline; nobody when there is no such group.
func (p *past) groupOf(t *question.Timeline) event.Actor {
	for _, e := range p.events {
		if e.Get(t.By) == valueOf(t.Group) {
			return e.Actor
		}
	}
	return 0
}

// groupsOf are the groups that stand behind actors, in the order of segments.
func groupsOf(events []event.Event, by string, actors []event.Actor) (out []event.Value) {
	for _, a := range actors {
		i := slices.IndexFunc(events, func(e event.Event) bool { return e.Actor == a })
		out = append(out, events[i].Get(by))
	}
	sort.Slice(out, func(i, j int) bool { return comesFirst(segment{out[i]}, segment{out[j]}) })
	return out
}

// groupPage lists groups behind the one where the page before ended.
func groupPage(a *question.PeopleAnswer, groups []event.Value, p *question.People) {
	a.Groups = []any{}
	for _, v := range groups {
		switch {
		case p.AfterGroup != nil && !comesFirst(segment{valueOf(p.AfterGroup)}, segment{v}):
		case len(a.Groups) == p.LimitOrDefault():
			a.NextGroup = a.Groups[len(a.Groups)-1]
			return
		default:
			a.Groups = append(a.Groups, plain(segment{v})[0])
		}
	}
}
