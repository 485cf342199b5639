package query

import (
	"fmt"
	"math"
	"strings"
	"time"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question/where"
)

// computed is a property of a plan that is computed from others.
type computed struct {
	expression *where.Expression
	inputs     []int // properties of the plan: of the event, then facts, as the expression names them
}

// parsed is a validated expression.
func parsed(expression string) *where.Expression {
	e, err := where.Parse(expression)
	if err != nil {
		panic(fmt.Sprintf("BUG: an expression that was not validated: %v", err))
	}
	return e
}

// compute finds what a computed property reads.
func (p *plan) compute(e *where.Expression) *computed {
	c := &computed{expression: e}
	for _, name := range e.Properties {
		c.inputs = append(c.inputs, p.stored(name))
	}
	for _, f := range factsOf(e) {
		c.inputs = append(c.inputs, p.fact(f))
	}
	p.ofGroups = append(p.ofGroups, e.Groups...)
	p.lookups = append(p.lookups, e.Lookups...)
	return c
}

// setting is where expressions are evaluated.
type setting struct {
	zone    *time.Location
	now     time.Time // of the question
	meter   *meter
	stopped func() bool // the question has ended; nil: never
	known   *known
}

// computedColumn is a computed property of one worker's batch: store.Column for the rows of the batch, and a dictionary that
// grows as values are met. Whoever keeps a table by code looks at its length after he asked for the codes.
type computedColumn struct {
	*computed
	*evaluation
	batch   *batch
	meter   *meter
	sources []*source
	byTime  bool // the value depends on the time of the event
	byName  bool

	values  []event.Value
	ids     map[event.Value]uint32
	truths  [2]uint32 // the codes of false and true, which are not looked up
	numbers []float64 // of the batch

	known    map[any][]result // with one source: by its dictionary, by code
	memory   []remembered     // with several
	memoryOf []any            // their dictionaries
	named    string

	spent int  // work since it was last seen that the question goes on
	ended bool // it does not: nothing is computed any more
}

// result is what came out: a code, and the number when it is one.
type result struct {
	code   uint32
	done   bool
	number float64
}

// maxSources is how many sources a remembered result has; expressions over more are computed row by row.
const maxSources = 4

// remembered is a result and what it came from.
type remembered struct {
	codes   [maxSources]uint32
	numbers [maxSources]float64
	result
}

const (
	memoryLength  = 2048 // a power of two
	memoryBytes   = memoryLength * 72
	valueBytes    = 160 // about what a value costs beside its text
	termBytes     = 80
	resultBytes   = 16
	dictionaryKey = 64
)

func newComputedColumn(c *computed, b *batch, x setting) *computedColumn {
	out := &computedColumn{
		computed: c, evaluation: newEvaluation(c.expression, x), batch: b, meter: x.meter,
		ids: map[event.Value]uint32{}, known: map[any][]result{}, memoryOf: make([]any, len(c.inputs)),
	}
	out.evaluation.stopped = x.stopped
	out.byTime, out.byName = mentions(c.expression.Root, "$time"), mentions(c.expression.Root, "$name")
	again := out.byTime || len(c.inputs) > 1 // otherwise each value is looked at once
	for _, property := range c.inputs {
		out.sources = append(out.sources, &source{property: property, again: again, terms: map[any][]*term{}, meter: x.meter})
	}
	return out
}

// mentions tells whether an expression asks for a field of the event.
func mentions(n *where.Node, field string) bool {
	if n.Op == where.EventField && n.Text == field {
		return true
	}
	for _, a := range n.Args {
		if mentions(a, field) {
			return true
		}
	}
	return false
}

// Codes implements store.Column: lo and hi are those of the batch.
func (c *computedColumn) Codes(lo, hi int, dst []uint32) []uint32 {
	dst, c.numbers = sized(dst, hi-lo), sized(c.numbers, hi-lo)
	c.open()
	for row := range dst {
		x := c.resultAt(row)
		dst[row], c.numbers[row] = x.code, x.number
	}
	return dst
}

// Numbers implements store.Column.
func (c *computedColumn) Numbers(_, _ int, dst []float64) []float64 {
	return append(dst[:0], c.numbers...)
}

// HasNumbers implements store.Column: they may occur.
func (c *computedColumn) HasNumbers() bool { return c.expression.Root.Types&where.ANumber != 0 }

// HasOthers implements store.Column: they may occur.
func (c *computedColumn) HasOthers() bool {
	return c.expression.Root.Types&^(where.ANumber|where.None) != 0
}

// Dictionary implements store.Column.
func (c *computedColumn) Dictionary() store.Dictionary { return c }

// Identity implements store.Dictionary.
func (c *computedColumn) Identity() any { return c }

// Len implements store.Dictionary. It grows.
func (c *computedColumn) Len() int { return len(c.values) }

// Value implements store.Dictionary.
func (c *computedColumn) Value(code uint32) event.Value { return c.values[code-1] }

// Values implements store.Dictionary.
func (c *computedColumn) Values(from, to uint32, f func(code uint32, v event.Value)) {
	for code := from; code < to; code++ {
		f(code, c.Value(code))
	}
}

// Code implements store.Dictionary: of the values met so far.
func (c *computedColumn) Code(v event.Value) uint32 { return c.ids[v] }

func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, batchRows)
	}
	return s[:n]
}

// open makes the sources ready for the rows of the batch, and forgets results of other dictionaries.
func (c *computedColumn) open() {
	b := c.batch
	stale := c.byName && c.named != b.Name()
	c.name, c.named = b.Name(), b.Name()
	if c.byTime {
		b.moments()
	}
	for i, s := range c.sources {
		s.open(b)
		if c.memoryOf[i] != s.identity {
			stale, c.memoryOf[i] = true, s.identity
		}
	}
	if stale {
		clear(c.memory)
	}
	if stale && c.byName {
		clear(c.known)
	}
}

// resultAt is the value of a row, computed once for what it depends on if that can be remembered.
func (c *computedColumn) resultAt(row int) result {
	switch {
	case c.meter.over.Load():
		return result{}
	case c.byTime || len(c.sources) > maxSources:
		return c.evaluate(row)
	case len(c.sources) == 1 && c.sources[0].codes[row] != store.NumberCode:
		return c.ofCode(row)
	}
	return c.remember(row)
}

// ofCode looks a value of the one source up.
func (c *computedColumn) ofCode(row int) result {
	s := c.sources[0]
	table := c.known[s.identity]
	if table == nil {
		n := s.length + 1
		if !c.meter.take(resultBytes*int64(n) + dictionaryKey) {
			return result{}
		}
		table = make([]result, n)
		c.known[s.identity] = table
	}
	x := &table[s.codes[row]]
	if !x.done {
		*x = c.evaluate(row)
	}
	return *x
}

// remember keeps recent results of what was computed from several sources, or from numbers.
func (c *computedColumn) remember(row int) result {
	if c.memory == nil {
		if !c.meter.take(memoryBytes) {
			return result{}
		}
		c.memory = make([]remembered, memoryLength)
	}
	var key remembered
	hash := uint64(1)
	for i, s := range c.sources {
		key.codes[i], key.numbers[i] = s.codes[row], s.number(row)
		hash = spread(hash ^ uint64(key.codes[i])<<1 ^ math.Float64bits(key.numbers[i]))
	}
	x := &c.memory[hash&(memoryLength-1)]
	if !x.done || x.codes != key.codes || x.numbers != key.numbers {
		key.result = c.evaluate(row)
		*x = key
	}
	return x.result
}

// hasEnded looks, after each bit of work, whether anybody still waits for it.
func (c *computedColumn) hasEnded() bool {
	if c.spent += c.work; c.spent > where.MaxWork {
		c.spent, c.ended = 0, c.stopped != nil && c.stopped()
	}
	return c.ended
}

// evaluate computes the value of a row.
func (c *computedColumn) evaluate(row int) result {
	if c.hasEnded() {
		return result{}
	}
	for i, s := range c.sources {
		c.evaluation.inputs[i] = s.read(row)
	}
	if c.byTime {
		c.time = c.batch.times[row]
	}
	v := c.value()
	switch v.kind {
	case event.None:
		return result{done: true}
	case event.Number:
		return result{store.NumberCode, true, v.number}
	case event.Boolean:
		return result{code: c.codeOfTruth(int(v.number)), done: true}
	}
	return result{code: c.codeOf(v.valueOf(c.zone)), done: true}
}

func (c *computedColumn) codeOfTruth(truth int) uint32 {
	if c.truths[truth] == 0 {
		c.truths[truth] = c.codeOf(event.BooleanOf(truth == 1))
	}
	return c.truths[truth]
}

// codeOf numbers a value; it is not set once the memory is used up.
func (c *computedColumn) codeOf(v event.Value) uint32 {
	if code, known := c.ids[v]; known {
		return code
	}
	if !c.meter.take(valueBytes + int64(len(v.Text))) {
		return 0
	}
	v.Text = strings.Clone(v.Text) // it may be a small part of a long text
	c.values = append(c.values, v)
	c.ids[v] = uint32(len(c.values))
	return c.ids[v]
}
