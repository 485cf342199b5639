package export

import (
	"fmt"
	"slices"

	"jejak/analytics/query"
	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// tableOf is the shape of the rows: a column for each property that one of them may have.
func (r *Run) tableOf(snap store.Snapshot, picker *query.Picker) (*table, error) {
	t := &table{content: r.spec.Content}
	n := newNamer(r.key, r.Mark)
	for _, name := range r.propertiesOf(snap, picker) {
		c := column{name: n.text(name), store: name}
		for s := range picker.Sections() {
			c.kinds.add(s.Column(name))
		}
		if c.kinds != (kinds{}) {
			t.columns = append(t.columns, c)
		}
	}
	if len(t.columns) > MaxProperties {
		return nil, question.Faults{{Location: "properties", Code: question.BadProperty,
			Message: fmt.Sprintf("these events have %d properties, and an export has at most %d: name those that you need", len(t.columns), MaxProperties)}}
	}
	return t, nil
}

// propertiesOf are the names of the properties that are wanted, sorted, as the store has them.
func (r *Run) propertiesOf(snap store.Snapshot, picker *query.Picker) (names []string) {
	events := map[string]bool{}
	for s := range picker.Sections() {
		if events[s.Name()] {
			continue
		}
		events[s.Name()] = true
		names = append(names, snap.PropertyNames(s.Name())...)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if r.spec.Properties == nil {
		return names
	}
	return slices.DeleteFunc(names, func(name string) bool { return !slices.Contains(r.spec.Properties, name) })
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
