package query

import (
	"fmt"

	"jejak/event"
	"jejak/question/where"
)

// Lookup is a lookup table.
type Lookup interface {
	// Value is what the row of a key has in a column; not set where there is none. Many goroutines MAY call it at once.
	Value(key, column string) event.Value
}

// lookups opens the tables that a plan names; those that are not there stay nil.
func (t *factTables) openLookups(p *plan) error {
	for _, name := range p.lookups {
		if _, open := t.lookups[name]; open || t.lookup == nil {
			continue
		}
		table, err := t.lookup(name)
		if err != nil {
			return fmt.Errorf("cannot open a lookup table: %w", err)
		}
		t.lookups[name] = table
	}
	return nil
}

// inLookup is what a table has for the key that which computes; of a list the list of the different values its items have.
func (c *expressionCompiler) inLookup(n *where.Node, which step) step {
	table := c.known.lookups[n.Text]
	if table == nil {
		return func(r *evaluation) term { which(r); return term{} }
	}
	column := n.Field
	return ofEach(which, func(r *evaluation, item term) term {
		if item.kind == event.None {
			return item
		}
		return termOf(table.Value(r.text(item).text, column))
	})
}

// ofEach finds what belongs to a value; of a list it is the list of the different values that its items have, not set without any.
func ofEach(which step, find func(r *evaluation, item term) term) step {
	return func(r *evaluation) term {
		key := which(r)
		if key.kind != event.List {
			return find(r, key)
		}
		var values []term
		seen := map[event.Value]bool{{}: true}
		for _, item := range key.list.items {
			v := find(r, item)
			if value := v.valueOf(r.zone); !seen[value] {
				seen[value] = true
				values = append(values, v)
			}
		}
		if values == nil {
			return term{}
		}
		return listTerm(values, "")
	}
}
