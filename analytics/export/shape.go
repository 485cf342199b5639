package export

import (
	"fmt"
	"iter"
	"slices"

	"jejak/analytics/query"
	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// tableOf is the shape of rows: a column for each property that one of them may have.
func (r *Run) tableOf(properties []string, sections iter.Seq[store.Section]) *table {
	t := &table{content: r.spec.Content}
	n := newNamer(r.key, r.Mark)
	for _, name := range properties {
		c := column{name: n.text(name), store: name}
		for s := range sections {
			c.kinds.add(s.Column(name))
		}
		if c.kinds != (kinds{}) {
			t.columns = append(t.columns, c)
		}
	}
	return t
}

// tooMany refuses a table with too many columns.
func tooMany(t *table) error {
	if len(t.columns) <= MaxProperties {
		return nil
	}
	return question.Faults{{Location: "properties", Code: question.BadProperty,
		Message: fmt.Sprintf("these rows have %d properties, and an export has at most %d: name those that you need", len(t.columns), MaxProperties)}}
}

// propertiesOf are the names of the properties of events that are wanted, sorted, as the store has them.
func (r *Run) propertiesOf(snap store.Snapshot, picker *query.Picker) (names []string) {
	seen := map[string]bool{}
	for s := range picker.Sections() {
		if !seen[s.Name()] {
			seen[s.Name()] = true
			names = append(names, snap.PropertyNames(s.Name())...)
		}
	}
	return r.spec.chosen(names)
}

// profileProperties are those of profiles.
func (r *Run) profileProperties(p *profiles) []string {
	if len(p.sections) == 0 {
		return nil
	}
	names := slices.DeleteFunc(p.snap.PropertyNames(p.sections[0].Name()), func(name string) bool {
		return store.IsInternal(name) || p.group && name == store.GroupToken
	})
	return r.spec.chosen(names)
}

// chosen are the names that are wanted, sorted, each once.
func (s *Spec) chosen(names []string) []string {
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool {
		return s.Properties != nil && !slices.Contains(s.Properties, name)
	})
}

// add notes what a section has of a column.
func (k *kinds) add(c store.Column) {
	if c == nil {
		return
	}
	k.numbers = k.numbers || c.HasNumbers()
	if !c.HasOthers() {
		return
	}
	d := c.Dictionary()
	only := d.Len() <= 2
	for code := uint32(1); only && int(code) <= d.Len(); code++ {
		only = d.Value(code).Kind == event.Boolean
	}
	k.booleans = k.booleans || only
	k.texts = k.texts || !only
}
