package where

import (
	"slices"
	"strconv"
)

// cohort reads the number of a saved cohort: who is in it is found before an event is read.
func (p *parser) cohort(t token, arg *Node) (*Node, error) {
	id := arg.Text
	if arg.Op == Number {
		id = strconv.FormatFloat(arg.Number, 'f', -1, 64)
	}
	if n, err := strconv.ParseInt(id, 10, 64); err != nil || n < 1 || arg.Op != Text && arg.Op != Number {
		return nil, fault(arg.Column, "the number of a cohort is expected")
	}
	if !slices.Contains(p.out.Cohorts, id) {
		p.out.Cohorts = append(p.out.Cohorts, id)
	}
	n, err := p.node(Cohort, t)
	if err == nil {
		n.Text = id
	}
	return n, err
}

// lookup reads the name of a table and of a column; what stands between them is the key.
func (p *parser) lookup(t token, args []*Node) (*Node, error) {
	table, column := args[0], args[2]
	if table.Op != Text {
		return nil, fault(table.Column, "the name of a lookup table in quotes is expected")
	}
	if column.Op != Text {
		return nil, fault(column.Column, "the name of a column in quotes is expected")
	}
	if !slices.Contains(p.out.Lookups, table.Text) {
		p.out.Lookups = append(p.out.Lookups, table.Text)
	}
	n, err := p.node(Lookup, t, args[1])
	if err == nil {
		n.Text, n.Field = table.Text, column.Text
	}
	return n, err
}
