package lexicon

import (
	"cmp"
	"maps"
	"slices"
	"sync"

	"jejak/analytics/plan"
	"jejak/analytics/store"
)

// Past is what answers leave out and rename of what is stored. It changes nothing that is stored. A nil Past changes nothing
// at all.
type Past struct{ events, properties shown }

// shown says under which names stored names are shown; empty: not at all. What it does not name is shown as it is.
type shown struct {
	as   map[string]string
	from map[string][]string // stored names by the name they are shown under, ascending, without that name itself
}

// pastOf is nil when no word changes the past.
func pastOf(words []Word) *Past {
	p := &Past{showing(words, OfEvent), showing(words, OfProperty)}
	if len(p.events.as) == 0 && len(p.properties.as) == 0 {
		return nil
	}
	return p
}

func showing(words []Word, k Kind) shown {
	s := shown{map[string]string{}, map[string][]string{}}
	for _, w := range words {
		if w.Kind == k && w.Past && (w.Rule.Do == plan.Drop || w.Rule.Do == plan.Refuse) {
			s.as[w.Name] = ""
		}
	}
	for _, w := range words {
		if w.Kind != k || !w.Past || w.Rule.Do != plan.Rename {
			continue
		}
		to := s.name(w.Rule.To)
		if s.as[w.Name] = to; to != "" {
			s.from[to] = append(s.from[to], w.Name)
		}
	}
	for _, names := range s.from {
		slices.Sort(names)
	}
	return s
}

// name is that under which a stored name is shown; empty: it is not.
func (s shown) name(stored string) string {
	if as, changed := s.as[stored]; changed {
		return as
	}
	return stored
}

// stored are the names that are shown under a name, its own first.
func (s shown) stored(name string) []string {
	if s.name(name) != name {
		return s.from[name]
	}
	return append([]string{name}, s.from[name]...)
}

// Over is the snapshot as it is shown. Whoever reads it needs to know nothing about renaming.
func (p *Past) Over(snap store.Snapshot) store.Snapshot {
	if p == nil {
		return snap
	}
	return &pastSnapshot{Snapshot: snap, past: p, unions: map[[2]any]*union{}}
}

type pastSnapshot struct {
	store.Snapshot
	past *Past

	mu     sync.Mutex
	unions map[[2]any]*union // by the identities of the dictionaries they join
}

// Sections implements store.Snapshot.
func (s *pastSnapshot) Sections(sel store.Selection) (out []store.Section) {
	if sel.Names != nil {
		names := []string{}
		for _, name := range sel.Names {
			names = append(names, s.past.events.stored(name)...)
		}
		sel.Names = names
	}
	for _, inner := range s.Snapshot.Sections(sel) {
		if name := s.past.events.name(inner.Name()); name != "" {
			out = append(out, &pastSection{Section: inner, snapshot: s, name: name})
		}
	}
	return out
}

// Names implements store.Snapshot.
func (s *pastSnapshot) Names() []store.NameCount {
	of := map[string]store.NameCount{}
	for _, n := range s.Snapshot.Names() {
		if n.Name = s.past.events.name(n.Name); n.Name == "" {
			continue
		}
		if m, seen := of[n.Name]; seen {
			n.Rows += m.Rows
			n.First, n.Last = min(n.First, m.First), max(n.Last, m.Last)
		}
		of[n.Name] = n
	}
	return slices.SortedFunc(maps.Values(of), func(a, b store.NameCount) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Name, b.Name))
	})
}

// PropertyNames implements store.Snapshot.
func (s *pastSnapshot) PropertyNames(name string) []string {
	seen := map[string]bool{}
	stored := []string{""}
	if name != "" {
		stored = s.past.events.stored(name)
	}
	for _, name := range stored {
		for _, property := range s.Snapshot.PropertyNames(name) {
			if as := s.past.properties.name(property); as != "" {
				seen[as] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// pastSection is a section under the name it is shown as.
type pastSection struct {
	store.Section
	snapshot *pastSnapshot
	name     string
}

// Name implements store.Section.
func (s *pastSection) Name() string { return s.name }

// Column implements store.Section: of several stored properties, the one whose own name it is counts first.
func (s *pastSection) Column(property string) store.Column {
	var column store.Column
	for _, stored := range s.snapshot.past.properties.stored(property) {
		next := s.Section.Column(stored)
		switch {
		case next == nil:
		case column == nil:
			column = next
		default:
			column = &unionColumn{column, next, s.snapshot.union(column.Dictionary(), next.Dictionary())}
		}
	}
	return column
}

// union joins two dictionaries, once for each two.
func (s *pastSnapshot) union(a, b store.Dictionary) *union {
	key := [2]any{a.Identity(), b.Identity()}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.unions[key] == nil {
		s.unions[key] = join(a, b)
	}
	return s.unions[key]
}
