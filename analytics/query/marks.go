package query

import "slices"

// markSet names a set of groups among those of a markSets; 0 is the empty one.
type markSet uint32

// markSets numbers the sets of groups that events belong to. Each worker has its own.
type markSets struct {
	groups int
	has    [][]bool
	names  []string           // by set: the name of its events where sets are kept apart by name, else empty
	unions [][]markSet        // by set, by group: the set with that group too; 0: not looked for yet
	known  map[string]markSet // by has and name
	bases  map[string]markSet // by name: the set without groups
	meter  *meter
}

func newMarkSets(groups int, meter *meter) *markSets {
	m := &markSets{groups: groups, known: map[string]markSet{}, bases: map[string]markSet{}, meter: meter}
	m.find(make([]bool, groups), "")
	for g := range groups {
		has := make([]bool, groups)
		has[g] = true
		m.find(has, "")
	}
	return m
}

// single is the set of one group.
func (m *markSets) single(group int) markSet { return markSet(group + 1) }

// named is the set of one group for events of a name.
func (m *markSets) named(name string, group int) markSet {
	base, known := m.bases[name]
	if !known {
		base = m.find(make([]bool, m.groups), name)
		m.bases[name] = base
	}
	return m.union(base, group)
}

// union is a set and one group more.
func (m *markSets) union(s markSet, group int) markSet {
	if u := m.unions[s][group]; u != 0 {
		return u
	}
	has := slices.Clone(m.has[s])
	has[group] = true
	u := m.find(has, m.names[s])
	m.unions[s][group] = u
	return u
}

// find is the set that has these groups, of events of a name; any set once the memory is used up.
func (m *markSets) find(has []bool, name string) markSet {
	key := keyOfMarks(has) + name
	if s, known := m.known[key]; known {
		return s
	}
	if !m.meter.take(int64(6*m.groups+len(name)) + 230) {
		return 0
	}
	s := markSet(len(m.has))
	m.has, m.names, m.known[key] = append(m.has, has), append(m.names, name), s
	m.unions = append(m.unions, make([]markSet, m.groups))
	return s
}

func keyOfMarks(has []bool) string {
	b := make([]byte, (len(has)+7)/8)
	for g, in := range has {
		if in {
			b[g/8] |= 1 << (g % 8)
		}
	}
	return string(b)
}

// in tells whether the set holds the group.
func (m *markSets) in(s markSet, group int) bool { return m.has[s][group] }

// name is that of the events of a set; they must be kept apart by it.
func (m *markSets) name(s markSet) string { return m.names[s] }
