package query

import (
	"jejak/analytics/store"
	"jejak/event"
	"jejak/question/where"
)

// fact is something that is so of a person, now, whatever event is looked at. Where a property may stand a fact may stand.
type fact struct {
	kind factKind
	name string
}

// factKind says where facts come from: factTables.make.
type factKind uint8

const (
	profileFact factKind = iota + 1 // the value of a property of the profile
	cohortFact                      // whether she is in a saved cohort: true or false
)

// factOf is the fact that a part of an expression is, alone.
func factOf(n *where.Node) (f fact, is bool) {
	switch n.Op {
	case where.User:
		return fact{profileFact, n.Text}, true
	case where.Cohort:
		return fact{cohortFact, n.Text}, true
	}
	return fact{}, false
}

// factsOf are those that an expression names, each once.
func factsOf(e *where.Expression) (out []fact) {
	for _, name := range e.Users {
		out = append(out, fact{profileFact, name})
	}
	for _, id := range e.Cohorts {
		out = append(out, fact{cohortFact, id})
	}
	return out
}

// fact is the place of a fact among the properties, one for each.
func (p *plan) fact(f fact) int {
	for place, known := range p.facts {
		if known == f {
			return place
		}
	}
	if p.facts == nil {
		p.facts = map[int]fact{}
	}
	p.properties = append(p.properties, "")
	p.facts[len(p.properties)-1] = f
	return len(p.properties) - 1
}

// actorTable is a fact of everybody: by bucket, by the actor's index. Tables may be shorter; the rest is not set.
type actorTable struct {
	codes      [event.Buckets][]uint32  // as those of a store.Column
	numbers    [event.Buckets][]float64 // where the code is store.NumberCode; nil where none is
	dictionary store.Dictionary
	hasNumbers bool
	members    *crowd // instead of codes, for what is false (code 1) or true (2)
}

// actorColumn is the facts of the people of one worker's batch, a store.Column for its rows.
type actorColumn struct {
	*actorTable
	batch *batch
}

// Codes implements store.Column: lo and hi are those of the batch.
func (c *actorColumn) Codes(_, _ int, dst []uint32) []uint32 {
	if c.members != nil {
		return spreadMembers(c.batch, c.members, dst)
	}
	return spreadOver(c.batch, c.codes[:], dst)
}

// Numbers implements store.Column.
func (c *actorColumn) Numbers(_, _ int, dst []float64) []float64 {
	return spreadOver(c.batch, c.numbers[:], dst)
}

// personal is a section that counts something else than people, and still knows whose each event is.
type personal interface {
	Persons(lo, hi int, dst []event.Actor) []event.Actor
}

// spreadOver gives each row of a batch what stands for its person.
func spreadOver[T uint32 | float64](b *batch, tables [][]T, dst []T) []T {
	if s, ok := b.Section.(personal); ok {
		return spreadOverPersons(s.Persons(b.lo, b.hi, nil), tables, dst)
	}
	table := tables[b.bucket]
	dst = sized(dst, b.len())
	for row, a := range b.actors() {
		if int(a) < len(table) {
			dst[row] = table[a]
		} else {
			dst[row] = 0
		}
	}
	return dst
}

// spreadMembers gives each row of a batch whether its actor is a member.
func spreadMembers(b *batch, members *crowd, dst []uint32) []uint32 {
	dst = sized(dst, b.len())
	if s, ok := b.Section.(personal); ok {
		for row, a := range s.Persons(b.lo, b.hi, nil) {
			dst[row] = 1
			if members.has(a.Bucket(), a.Index()) {
				dst[row] = 2
			}
		}
		return dst
	}
	words := members.in[b.bucket]
	for row, a := range b.actors() {
		dst[row] = 1
		if int(a/64) < len(words) {
			dst[row] += uint32(words[a/64] >> (a % 64) & 1)
		}
	}
	return dst
}

func spreadOverPersons[T uint32 | float64](persons []event.Actor, tables [][]T, dst []T) []T {
	dst = sized(dst, len(persons))
	for row, a := range persons {
		dst[row] = 0
		if table := tables[a.Bucket()]; int(a.Index()) < len(table) {
			dst[row] = table[a.Index()]
		}
	}
	return dst
}

// HasNumbers implements store.Column.
func (c *actorColumn) HasNumbers() bool { return c.hasNumbers }

// HasOthers implements store.Column.
func (c *actorColumn) HasOthers() bool { return c.dictionary.Len() > 0 }

// Dictionary implements store.Column.
func (c *actorColumn) Dictionary() store.Dictionary { return c.dictionary }

// wordList is a dictionary of a few values, in their order.
type wordList struct {
	values []event.Value
	codes  map[event.Value]uint32
}

func newWordList(values ...event.Value) *wordList {
	w := &wordList{codes: map[event.Value]uint32{}}
	for _, v := range values {
		w.add(v)
	}
	return w
}

// add is the code of a value.
func (w *wordList) add(v event.Value) uint32 {
	if code, known := w.codes[v]; known {
		return code
	}
	w.values = append(w.values, v)
	w.codes[v] = uint32(len(w.values))
	return w.codes[v]
}

// Identity implements store.Dictionary, and so on.
func (w *wordList) Identity() any                 { return w }
func (w *wordList) Len() int                      { return len(w.values) }
func (w *wordList) Value(code uint32) event.Value { return w.values[code-1] }
func (w *wordList) Code(v event.Value) uint32     { return w.codes[v] }

// Values implements store.Dictionary.
func (w *wordList) Values(from, to uint32, f func(code uint32, v event.Value)) {
	for code := from; code < to; code++ {
		f(code, w.Value(code))
	}
}
