package query

import (
	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// filter is a compiled question.Filter: exactly one of its fields is set. A nil filter passes everything.
type filter struct {
	all, any []*filter
	leaf     *condition
}

// condition is one property compared.
type condition struct {
	number   int // among the conditions of the plan
	property int
	*matcher
}

func (p *plan) compile(f *question.Filter, at instantReader) *filter {
	switch {
	case f == nil:
		return nil
	case f.Where != "":
		isTrue := question.Filter{Property: question.ComputedProperty(f.Where), Operator: question.IsTrue}
		return p.compile(&isTrue, at)
	case f.Property == "":
		return &filter{all: p.compileEach(f.All, at), any: p.compileEach(f.Any, at)}
	}
	p.leaves++
	return &filter{leaf: &condition{p.leaves - 1, p.property(f.Property), matcherOf(f, at)}}
}

func (p *plan) compileEach(fs []question.Filter, at instantReader) []*filter {
	var out []*filter
	for i := range fs {
		out = append(out, p.compile(&fs[i], at))
	}
	return out
}

// verdict is what a condition says about one value of a dictionary.
type verdict uint8

const (
	undecided verdict = iota
	fails
	passes
)

func verdictOf(pass bool) verdict {
	if pass {
		return passes
	}
	return fails
}

// verdictKey names the table of a condition for one dictionary.
type verdictKey struct {
	condition  int
	dictionary any
}

// sieve applies filters to batches. Each worker has its own: a condition is decided once per dictionary value and
// worker, when a row first has the value.
type sieve struct {
	verdicts map[verdictKey][]verdict
	meter    *meter
	spare    [][]int32
	marks    [][]bool
}

func newSieve(m *meter) *sieve { return &sieve{verdicts: map[verdictKey][]verdict{}, meter: m} }

// keep returns the rows that pass a filter. It does not change rows; the result is good until give.
func (s *sieve) keep(f *filter, b *batch, rows []int32) []int32 {
	return s.refine(f, b, rows, s.rows())
}

// refine appends to into the rows that pass, in order; into may be rows[:0].
func (s *sieve) refine(f *filter, b *batch, rows, into []int32) []int32 {
	switch {
	case f.leaf != nil:
		return s.decide(f.leaf, b, rows, into)
	case f.any != nil:
		return s.refineAny(f.any, b, rows, into)
	}
	for i, part := range f.all {
		if i > 0 {
			rows, into = into, into[:0]
		}
		into = s.refine(part, b, rows, into)
	}
	return into
}

func (s *sieve) refineAny(parts []*filter, b *batch, rows, into []int32) []int32 {
	marks, some := s.mark(), s.rows()
	for _, part := range parts {
		for _, r := range s.refine(part, b, rows, some) {
			marks[r] = true
		}
	}
	for _, r := range rows {
		if marks[r] {
			into = append(into, r)
		}
	}
	s.give(some)
	s.unmark(marks)
	return into
}

// decide is refine for one condition.
func (s *sieve) decide(c *condition, b *batch, rows, into []int32) []int32 {
	column := b.columns[c.property]
	if column == nil {
		if c.passes(event.Value{}) {
			return append(into, rows...)
		}
		return into
	}
	codes := b.codes(c.property)
	table := s.table(c, column.Dictionary())
	if table == nil {
		return into
	}
	into = into[:len(rows)] // rows and into have room for a batch
	n := 0
	if !column.HasNumbers() {
		for _, r := range rows {
			v := table[codes[r]]
			if v == undecided {
				v = c.decide(column.Dictionary(), codes[r])
				table[codes[r]] = v
			}
			into[n] = r
			n += int(v) - int(fails)
		}
		return into[:n]
	}
	return into[:s.decideMixed(c, b, rows, into, table)]
}

// decideMixed is decide where some values are numbers. It returns how many passed.
func (s *sieve) decideMixed(c *condition, b *batch, rows, into []int32, table []verdict) (n int) {
	codes, numbers := b.codes(c.property), b.numbers(c.property)
	dictionary := b.columns[c.property].Dictionary()
	for _, r := range rows {
		code := codes[r]
		var v verdict
		if code == store.NumberCode {
			v = verdictOf(c.passesNumber(numbers[r]))
		} else if v = table[code]; v == undecided {
			v = c.decide(dictionary, code)
			table[code] = v
		}
		into[n] = r
		n += int(v) - int(fails)
	}
	return n
}

// table is the verdicts by code, not set included; nil when there is no memory for it.
func (s *sieve) table(c *condition, d store.Dictionary) []verdict {
	key := verdictKey{c.number, d.Identity()}
	table := s.verdicts[key]
	if len(table) > d.Len() { // that of a computed property grows
		return table
	}
	if !grow(s.meter, &table, d.Len()+1, 1) {
		return nil
	}
	table[0] = verdictOf(c.passes(event.Value{}))
	if c.isFew(d.Len()) {
		c.decideAll(d, table[:d.Len()+1])
	}
	s.verdicts[key] = table
	return table
}

// decide looks at one value.
func (c *condition) decide(d store.Dictionary, code uint32) (v verdict) {
	d.Values(code, code+1, func(_ uint32, value event.Value) { v = verdictOf(c.passes(value)) })
	return v
}

// isFew tells whether few of n values can be among those that decide, so that these are sooner found than all looked at.
func (c *condition) isFew(n int) bool { return c.other == nil && 16*len(c.scalars) <= n }

// decideAll fills the table of a dictionary when isFew.
func (c *condition) decideAll(d store.Dictionary, table []verdict) {
	for code := range table[1:] {
		table[code+1] = verdictOf(c.negate)
	}
	for v := range c.scalars {
		if code := d.Code(v); code != 0 {
			table[code] = verdictOf(!c.negate)
		}
	}
}

// rows is an empty slice with room for a batch; give takes it back.
func (s *sieve) rows() []int32 {
	n := len(s.spare)
	if n == 0 {
		return make([]int32, 0, batchRows)
	}
	rows := s.spare[n-1]
	s.spare = s.spare[:n-1]
	return rows[:0]
}

func (s *sieve) give(rows []int32) { s.spare = append(s.spare, rows) }

// mark is a false for each row of a batch; unmark takes it back.
func (s *sieve) mark() []bool {
	n := len(s.marks)
	if n == 0 {
		return make([]bool, batchRows)
	}
	marks := s.marks[n-1]
	s.marks = s.marks[:n-1]
	return marks
}

func (s *sieve) unmark(marks []bool) {
	clear(marks)
	s.marks = append(s.marks, marks)
}
