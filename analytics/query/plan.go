package query

import (
	"reflect"
	"slices"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
	"jejak/question/where"
)

// plan is what a question reads: groups of events and the columns that takes.
type plan struct {
	at         instantReader
	groups     []group
	properties []string          // the columns needed; the rest of the plan names them by place
	computed   map[int]*computed // those of the properties that the store does not have
	facts      map[int]fact      // those that the person has, not the event
	ofGroups   []where.GroupProperty
	lookups    []string // names of the tables that expressions read
	filter     *filter  // of every group
	leaves     int      // conditions in all filters
}

// group is the events that a selector means: they are selected once.
type group struct {
	given        *question.Selector
	alternatives []alternative
}

// alternative is one name, or any, and what its events must pass.
type alternative struct {
	name   string
	any    bool
	except []string // of any
	filter *filter
}

// planOf prepares a question whose filter applies to all its events.
func planOf(f *question.Filter, at instantReader) *plan {
	p := &plan{at: at}
	p.filter = p.compile(f, at)
	return p
}

// group is the place of a selector among the groups, one for equal ones.
func (p *plan) group(s *question.Selector) int {
	same := func(g group) bool { return reflect.DeepEqual(g.given, s) }
	if i := slices.IndexFunc(p.groups, same); i >= 0 {
		return i
	}
	p.groups = append(p.groups, group{s, p.alternatives(s)})
	return len(p.groups) - 1
}

// alternatives resolves any_of; a filter around it must be passed as well.
func (p *plan) alternatives(s *question.Selector) []alternative {
	own := p.compile(s.Filter, p.at)
	if s.AnyOf == nil {
		return []alternative{{s.Event, s.AnyEvent, s.Except, own}}
	}
	var out []alternative
	for i := range s.AnyOf {
		for _, a := range p.alternatives(&s.AnyOf[i]) {
			a.filter = both(own, a.filter)
			out = append(out, a)
		}
	}
	return out
}

// both passes what passes each.
func both(a, b *filter) *filter {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return &filter{all: []*filter{a, b}}
}

// filterFor is what events of a name must pass to belong to the group; it is not ok when none of them can.
func (g *group) filterFor(name string) (f *filter, ok bool) {
	var ways []*filter
	for _, a := range g.alternatives {
		if !a.any && a.name != name || slices.Contains(a.except, name) {
			continue
		}
		if a.filter == nil {
			return nil, true
		}
		ways = append(ways, a.filter)
	}
	if len(ways) == 1 {
		return ways[0], true
	}
	return &filter{any: ways}, len(ways) > 0
}

// property is the place of a column, one for each name; the name may be that of a computed property.
func (p *plan) property(name string) int {
	expression, isComputed := question.Computed(name)
	if !isComputed {
		return p.stored(name)
	}
	if i := p.placeOf(name, true); i >= 0 {
		return i
	}
	e := parsed(expression)
	if f, alone := factOf(e.Root); alone {
		return p.fact(f)
	}
	p.properties = append(p.properties, name)
	place := len(p.properties) - 1
	if p.computed == nil {
		p.computed = map[int]*computed{}
	}
	p.computed[place] = p.compute(e)
	return place
}

// stored is the place of a property that events have, whatever its name begins with.
func (p *plan) stored(name string) int {
	if i := p.placeOf(name, false); i >= 0 {
		return i
	}
	p.properties = append(p.properties, name)
	return len(p.properties) - 1
}

func (p *plan) placeOf(name string, isComputed bool) int {
	for i, known := range p.properties {
		if known == name && p.isStored(i) != isComputed {
			return i
		}
	}
	return -1
}

// isStored tells whether a property is one of events.
func (p *plan) isStored(property int) bool {
	_, isFact := p.facts[property]
	return p.computed[property] == nil && !isFact
}

// names are the events asked about; nil means all.
func (p *plan) names() []string {
	names := []string{}
	for _, g := range p.groups {
		for _, a := range g.alternatives {
			if a.any {
				return nil
			}
			if !slices.Contains(names, a.name) {
				names = append(names, a.name)
			}
		}
	}
	return names
}

// piece is a section with the columns the plan needs and the groups that its events may belong to.
type piece struct {
	store.Section
	columns     []store.Column // by property; nil where no row has it
	groups      []member
	first, last event.Millis
}

// member is a group and what events must pass to belong to it; nil: all do.
type member struct {
	group  int
	filter *filter
}

// piecesOf finds the sections of a range: those to be counted, and those of machines that are left out.
func (p *plan) piecesOf(snap store.Snapshot, line *timeline, bots bool) (counted []piece, leftOut []store.Section) {
	s := store.Selection{Names: p.names(), Bots: true, From: line.from, To: line.to}
	members := map[string][]member{}
	for _, section := range snap.Sections(s) {
		first, last := section.Span()
		if last < line.from || first >= line.to {
			continue
		}
		name := section.Name()
		if _, known := members[name]; !known {
			members[name] = p.membersOf(name)
		}
		switch {
		case len(members[name]) == 0: // any event but this
		case section.Class() == event.Bot && !bots:
			leftOut = append(leftOut, section)
		default:
			counted = append(counted, p.pieceOf(section, members[name]))
		}
	}
	return counted, leftOut
}

func (p *plan) membersOf(name string) (out []member) {
	for i := range p.groups {
		if f, ok := p.groups[i].filterFor(name); ok {
			out = append(out, member{i, f})
		}
	}
	return out
}

func (p *plan) pieceOf(section store.Section, groups []member) piece {
	x := piece{Section: section, columns: make([]store.Column, len(p.properties)), groups: groups}
	x.first, x.last = section.Span()
	for i, name := range p.properties {
		if p.isStored(i) {
			x.columns[i] = section.Column(name)
		}
	}
	return x
}

// rowsIn are the rows of a bucket inside the range, before superseded ones are taken out.
func rowsIn(s store.Section, bucket int, line *timeline) (lo, hi int) {
	first, last := s.Span()
	lo, hi = s.Bucket(bucket)
	if lo < hi && first < line.from {
		lo = s.Seek(lo, hi, line.from)
	}
	if lo < hi && last >= line.to {
		hi = s.Seek(lo, hi, line.to)
	}
	return lo, hi
}

// supersededIn are the superseded rows among lo <= row < hi of a bucket.
func supersededIn(s store.Section, bucket, lo, hi int) []int {
	rows := s.Superseded(bucket)
	if len(rows) == 0 {
		return nil
	}
	i, _ := slices.BinarySearch(rows, lo)
	j, _ := slices.BinarySearch(rows, hi)
	return rows[i:j]
}

// countOf is how many events of the sections lie in the range.
func countOf(sections []store.Section, line *timeline) (n int64) {
	for _, s := range sections {
		for bucket := range event.Buckets {
			if lo, hi := rowsIn(s, bucket, line); lo < hi {
				n += int64(hi - lo - len(supersededIn(s, bucket, lo, hi)))
			}
		}
	}
	return n
}
