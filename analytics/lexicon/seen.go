package lexicon

import (
	"slices"

	"jejak/analytics/store"
	"jejak/event"
)

// Seen is what the store has of an event or a property, without reading a row.
type Seen struct {
	Kind Kind
	Name string
	// Rows of an event are those of the store, duplicates included. Those of a property are the rows of every piece of the store in
	// which it is on at least one row: there are no more with it.
	Rows        uint64
	First, Last event.Millis // of a property at the earliest and at the latest: those of its pieces
	Types       []string     // of a property: string, number, boolean, list, object
	Events      uint64       // of a property: names of events that have it
}

// SeenIn lists events, most frequent first, then properties by name.
func SeenIn(snap store.Snapshot) (all []Seen) {
	properties := map[string]*seenProperty{}
	for _, n := range snap.Names() {
		all = append(all, Seen{Kind: OfEvent, Name: n.Name, Rows: n.Rows, First: n.First, Last: n.Last})
		names := snap.PropertyNames(n.Name)
		for _, s := range snap.Sections(store.Selection{Names: []string{n.Name}, Bots: true, From: n.First, To: n.Last + 1}) {
			for _, name := range names {
				if c := s.Column(name); c != nil {
					of(properties, name).add(s, c)
				}
			}
		}
	}
	var names []string
	for name := range properties {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		all = append(all, properties[name].seen())
	}
	return all
}

// seenProperty gathers what is seen of a property.
type seenProperty struct {
	Seen
	kinds        [event.Object + 1]bool
	dictionaries map[any]bool
	events       map[string]bool
}

func of(all map[string]*seenProperty, name string) *seenProperty {
	if all[name] == nil {
		all[name] = &seenProperty{Seen: Seen{Kind: OfProperty, Name: name}, dictionaries: map[any]bool{}, events: map[string]bool{}}
	}
	return all[name]
}

func (p *seenProperty) add(s store.Section, c store.Column) {
	first, last := s.Span()
	if p.Rows == 0 {
		p.First, p.Last = first, last
	}
	p.First, p.Last = min(p.First, first), max(p.Last, last)
	p.Rows += uint64(s.Rows())
	p.events[s.Name()] = true
	p.kinds[event.Number] = p.kinds[event.Number] || c.HasNumbers()
	if d := c.Dictionary(); c.HasOthers() && !p.dictionaries[d.Identity()] {
		p.dictionaries[d.Identity()] = true
		p.kindsOf(d, 1, uint32(d.Len()))
	}
}

// kindsOf looks at values between two codes: between two of one kind there are no others, as dictionaries ascend by kind. In
// those few that do not, a kind may be missed.
func (p *seenProperty) kindsOf(d store.Dictionary, from, to uint32) {
	a, b := d.Value(from).Kind, d.Value(to).Kind
	p.kinds[a], p.kinds[b] = true, true
	if a != b && to-from > 1 {
		middle := from + (to-from)/2
		p.kindsOf(d, from, middle)
		p.kindsOf(d, middle, to)
	}
}

var typeNames = [event.Object + 1]string{event.String: "string", event.Number: "number", event.Boolean: "boolean", event.List: "list", event.Object: "object"}

func (p *seenProperty) seen() Seen {
	for kind, seen := range p.kinds {
		if seen && typeNames[kind] != "" {
			p.Types = append(p.Types, typeNames[kind])
		}
	}
	p.Events = uint64(len(p.events))
	return p.Seen
}
