package scope

import (
	"slices"

	"jejak/leak"
)

// table is one of the file.
type table struct {
	Place   place
	Name    string
	Columns []string

	First     int // how many columns were announced before its first one
	Announced int // columns; Columns are fewer where a file has too many

	number int // in the order in which tables came
	roles  []role
}

// detailed tells whether the values of a column are profiled.
func (t *table) detailed(column int) bool { return t.First+column < maxDetailed }

// unnamed is the role of a column above the limits.
var unnamed = role{lookup: true}

// roleAt is the role of a column among those that were announced when a row came.
func roleAt(roles []role, column int) *role {
	if column < len(roles) {
		return &roles[column]
	}
	return &unnamed
}

func (t *table) count(to *tally) {
	for len(to.TableRows) <= t.number {
		to.TableRows = append(to.TableRows, 0)
	}
	to.TableRows[t.number]++
}

// Limits of samples.
const (
	maxSampledRows = 1_200 // for the controls
	maxSampledRow  = 4_096 // bytes of one
	maxTimes       = 20_000
	maxPseudonyms  = 5_000
)

// tally is what workers add up. Tallies can be merged in any order.
type tally struct {
	Cells     int64
	Rows      [5]int64 // by tier: A, B, C, D, unmatched
	TableRows []int64
	ClassRows [32]int64
	Somebody  int64 // rows of nobody in the directory that may be somebody
	Groups    lowest[group]
	Columns   map[int][]*column // by the number of the table
	Overflow  *column           // all columns above maxCounted
	Sampled   lowest[sampled]
	Times     lowest[int64] // as text, with milliseconds
	Names     lowest[int64] // values that have the form of an export's pseudonym

	scratch []byte
}

// sampled is a row that controls are planted into.
type sampled struct {
	Table int
	Cells []sampledCell
}

type sampledCell struct {
	Column int
	Text   []byte
}

func newTally() *tally {
	return &tally{
		Groups: lowest[group]{Most: maxGroups}, Columns: map[int][]*column{}, Overflow: newColumn(),
		Sampled: lowest[sampled]{Most: maxSampledRows}, Times: lowest[int64]{Most: maxTimes}, Names: lowest[int64]{Most: maxPseudonyms},
	}
}

func (t *tally) column(of *table, number, named int) *column {
	have := t.Columns[of.number]
	if number < len(have) && have[number] != nil {
		return have[number]
	}
	if of.First+number >= maxCounted || number >= named {
		return t.Overflow
	}
	for len(have) <= number {
		have = append(have, nil)
	}
	have[number] = newColumn()
	t.Columns[of.number] = have
	return have[number]
}

// keepSample keeps a row when it is among those that are drawn.
func (t *tally) keepSample(of *table, r *leak.Row) {
	if of.Place == others {
		return // rows of many tables have the same numbers
	}
	t.scratch = rowKey(t.scratch[:0], of, r.Number)
	if t.Sampled.full() && hash(t.scratch) >= t.Sampled.ranks[0].rank {
		return
	}
	s, room := sampled{Table: of.number}, maxSampledRow
	for _, c := range r.Cells {
		if room -= len(c.Text); room < 0 {
			break
		}
		s.Cells = append(s.Cells, sampledCell{c.Column, slices.Clone(c.Text)})
	}
	if len(s.Cells) == 0 {
		return
	}
	if kept := t.Sampled.at(t.scratch, hash); kept != nil {
		*kept = s
	}
}

func (t *tally) keepTime(ms int64) {
	if ms%1000 == 0 {
		return
	}
	t.scratch = appendInt(t.scratch[:0], ms)
	if n := t.Times.at(t.scratch, hash); n != nil {
		*n = ms
	}
}

// keepPseudonym keeps a value that an export of ours may have made: 32 hexadecimal digits.
func (t *tally) keepPseudonym(text []byte) {
	if len(text) != 32 {
		return
	}
	for _, c := range text {
		if nibble(c) < 0 {
			return
		}
	}
	if n := t.Names.at(text, hash); n != nil {
		*n++
	}
}

func appendInt(to []byte, n int64) []byte {
	for i := range 8 {
		to = append(to, byte(n>>(56-8*i)))
	}
	return to
}

func (t *tally) merge(o *tally) {
	t.Cells += o.Cells
	t.Somebody += o.Somebody
	for i, n := range o.Rows {
		t.Rows[i] += n
	}
	for i, n := range o.ClassRows {
		t.ClassRows[i] += n
	}
	for len(t.TableRows) < len(o.TableRows) {
		t.TableRows = append(t.TableRows, 0)
	}
	for i, n := range o.TableRows {
		t.TableRows[i] += n
	}
	t.Groups.merge(&o.Groups, rankOfGroup, (*group).merge)
	t.Sampled.merge(&o.Sampled, hash, func(to, from *sampled) { *to = *from })
	t.Times.merge(&o.Times, hash, func(to, from *int64) { *to = *from })
	t.Names.merge(&o.Names, hash, addUp)
	t.Overflow.merge(o.Overflow)
	for number, columns := range o.Columns {
		t.mergeColumns(number, columns)
	}
}

func (t *tally) mergeColumns(number int, columns []*column) {
	have := t.Columns[number]
	for i, c := range columns {
		if i == len(have) {
			have = append(have, nil)
		}
		switch {
		case c == nil:
		case have[i] == nil:
			have[i] = c
		default:
			have[i].merge(c)
		}
	}
	t.Columns[number] = have
}

// restore completes a tally that was read from a state.
func (t *tally) restore() {
	t.Groups.restore(rankOfGroup)
	t.Sampled.restore(hash)
	t.Times.restore(hash)
	t.Names.restore(hash)
	if t.Columns == nil {
		t.Columns = map[int][]*column{}
	}
	t.Overflow.restore()
	for _, columns := range t.Columns {
		for _, c := range columns {
			c.restore()
		}
	}
	for _, g := range t.Groups.Kept {
		g.Domains.restore(hash)
	}
}

// fill puts columns where no cell came: a state has no holes.
func (t *tally) fill() {
	for _, columns := range t.Columns {
		for i := range columns {
			if columns[i] == nil {
				columns[i] = newColumn()
			}
		}
	}
}
