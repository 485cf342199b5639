// Package part is the immutable file of events: how rows become bytes, how bytes answer, how parts become one part.
package part

import (
	"cmp"
	"slices"

	"jejak/analytics/store"
	"jejak/event"
)

// Key seeds the hash of insert ids. A store keeps it, the same for the life of a project: parts made under different
// keys must not be merged or compared.
type Key [16]byte

// Damage is the value of a panic (and the error of Open and Verify) when bytes on disk are not what was written.
type Damage struct{ What string }

func (d Damage) Error() string { return "FATAL: " + d.What }

// Current is the version of the format that Build and Merge write.
const Current = version

// Version is that of the format the part is in, at most Current.
func (p *Part) Version() uint32 { return u32(p.bytes, 2) }

// Rows is the number of events, each key once.
func (p *Part) Rows() int { return int(p.rows) }

// Span is the first and the last time, both included; zeros when there are no rows.
func (p *Part) Span() (first, last event.Millis) { return p.first, p.last }

// Actors is one more than the highest actor index of the bucket, or 0 when it has no rows.
func (p *Part) Actors(bucket int) uint32 { return u32(p.actors, bucket) }

// Names are the event names with their rows, most frequent first.
func (p *Part) Names() []store.NameCount {
	var names []store.NameCount
	for i := range p.sections {
		s := &p.sections[i]
		if i == 0 || p.sections[i-1].name != s.name {
			names = append(names, store.NameCount{Name: s.Name(), First: s.first, Last: s.last})
		}
		n := &names[len(names)-1]
		n.Rows += uint64(s.rows)
		n.First, n.Last = min(n.First, s.first), max(n.Last, s.last)
	}
	slices.SortStableFunc(names, func(a, b store.NameCount) int { return cmp.Compare(b.Rows, a.Rows) })
	return names
}

// PropertyNames are the names of the properties seen on the event, sorted; on any event when it is empty.
func (p *Part) PropertyNames(event string) []string {
	seen := make([]bool, p.properties.len())
	for i := range p.sections {
		s := &p.sections[i]
		if event != "" && string(p.names.at(int(s.name))) != event {
			continue
		}
		for c := range s.columns {
			seen[s.columnRow(int(c)).property] = true
		}
	}
	var names []string
	for i, yes := range seen {
		if yes {
			names = append(names, string(p.properties.at(i)))
		}
	}
	return names
}

// Sections are the sections that may hold what s selects, by name and class.
func (p *Part) Sections(s store.Selection) []*Section {
	var found []*Section
	if s.Names == nil {
		for i := range p.sections {
			found = p.sections[i].appendIf(s, found)
		}
		return found
	}
	names := slices.Compact(slices.Sorted(slices.Values(s.Names)))
	for _, name := range names {
		of := p.sectionsOf(name)
		for i := range of {
			found = of[i].appendIf(s, found)
		}
	}
	return found
}

func (s *Section) appendIf(sel store.Selection, found []*Section) []*Section {
	if s.class == event.Bot && !sel.Bots || s.last < sel.From || s.first >= sel.To {
		return found
	}
	return append(found, s)
}

// sectionsOf are the sections of a name, by class.
func (p *Part) sectionsOf(name string) []Section {
	id, ok := p.names.find(name)
	if !ok {
		return nil
	}
	compare := func(s Section, name uint32) int { return cmp.Compare(s.name, name) }
	from, _ := slices.BinarySearchFunc(p.sections, uint32(id), compare)
	to, _ := slices.BinarySearchFunc(p.sections, uint32(id)+1, compare)
	return p.sections[from:to]
}
