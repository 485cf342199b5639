package export

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// Profiles leave in the order of their pseudonyms: any other order would be the same in two exports, and join them. They are read in
// passes, each of those whose pseudonyms lie in one stretch, so that memory is bounded whatever their number.
type profiles struct {
	snap     store.Snapshot
	group    bool // they are those of groups
	sections []store.Section
	rows     int64
	passes   int
	pass     [event.Buckets][]uint16 // of each actor, by index
}

const (
	// passCells bounds the values of one pass. Each takes 32 bytes and its text.
	passCells = 1 << 20
	maxPasses = 1024
)

// profilesOf are the profiles of people, or of the groups of a key.
func profilesOf(snap store.Snapshot, groupKey string) *profiles {
	p := &profiles{snap: snap, group: groupKey != ""}
	name := store.UserProfiles
	if p.group {
		name = store.GroupProfiles(groupKey)
	}
	p.sections = snap.Sections(store.Selection{Names: []string{name}, Bots: true, From: math.MinInt64, To: math.MaxInt64})
	for _, s := range p.sections {
		p.rows += int64(s.Rows())
	}
	return p
}

// divide says which profile is read in which pass.
func (p *profiles) divide(ctx context.Context, columns int, n *namer) error {
	p.passes = int(p.rows*int64(max(1, columns))/passCells) + 1
	if p.passes > maxPasses {
		return question.Faults{{Location: "properties", Code: question.BadProperty,
			Message: fmt.Sprintf("these are too many profiles with %d properties each: name the properties that you need", columns)}}
	}
	x := profileRows{profiles: p}
	for s := range p.sections {
		err := x.each(ctx, s, func(e entry) {
			list := &p.pass[e.actor.Bucket()]
			if missing := int(e.actor.Index()) + 1 - len(*list); missing > 0 {
				*list = append(*list, make([]uint16, missing)...)
			}
			(*list)[e.actor.Index()] = uint16(place(n.tail(e.actor), p.passes))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// entry is a row of a profile.
type entry struct {
	name          [pseudonymBytes]byte // by which profiles are ordered
	actor, sender event.Actor          // whose it is, and under which identifier it came
	section, row  int32
	invented      *canary // the row is a copy, for them
}

// profileRows goes over rows. It serves one goroutine.
type profileRows struct {
	*profiles
	indexes []uint32
	deleted []uint32
	senders []event.Actor
}

// chunk is how many rows are decoded at once.
const chunk = 4096

// sent is a section of a merged snapshot: it knows under which identifiers its rows came.
type sent interface {
	Senders(lo, hi int, dst []event.Actor) []event.Actor
}

// each calls f with all profiles of a section that are there, in the order of rows.
func (x *profileRows) each(ctx context.Context, section int, f func(entry)) error {
	s := x.sections[section]
	gone := s.Column(store.Deleted)
	for bucket := range event.Buckets {
		lo, hi := s.Bucket(bucket)
		dead := s.Superseded(bucket)
		for ; lo < hi; lo += chunk {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			to := min(hi, lo+chunk)
			x.read(s, gone, bucket, lo, to)
			for i, sender := range x.senders {
				_, replaced := slices.BinarySearch(dead, lo+i)
				if replaced || sender.Index() == 0 || gone != nil && x.deleted[i] != 0 {
					continue
				}
				e := entry{actor: event.MakeActor(bucket, x.indexes[i]), sender: sender, section: int32(section), row: int32(lo + i)}
				if x.group {
					e.actor = sender // merges are of people
				}
				f(e)
			}
		}
	}
	return nil
}

func (x *profileRows) read(s store.Section, gone store.Column, bucket, lo, hi int) {
	x.indexes = s.Actors(lo, hi, x.indexes)
	if gone != nil {
		x.deleted = gone.Codes(lo, hi, x.deleted)
	}
	if m, merged := s.(sent); merged {
		x.senders = m.Senders(lo, hi, x.senders)
		return
	}
	x.senders = x.senders[:0]
	for _, index := range x.indexes {
		x.senders = append(x.senders, event.MakeActor(bucket, index))
	}
}

// profileReader reads passes into blocks. It serves one goroutine.
type profileReader struct {
	*table
	profileRows
	namer *namer

	entries []entry
	values  [][]event.Value // by column and entry
	block   block
	tokens  []event.Value // of the groups, by entry
}

// read implements source.
func (r *profileReader) read(ctx context.Context, j *job, f func(*block) error) error {
	r.entries = r.entries[:0]
	for s := range r.sections {
		err := r.each(ctx, s, func(e entry) {
			if int(r.pass[e.actor.Bucket()][e.actor.Index()]) == j.number {
				e.name = r.namer.tail(e.actor)
				r.entries = append(r.entries, e)
			}
		})
		if err != nil {
			return err
		}
	}
	if len(r.entries) == 0 {
		return nil
	}
	for c := j.canary; c != nil; c = c.next {
		e := r.entries[len(r.entries)/2]
		e.invented, e.name = c, r.namer.canaryTail(c.number)
		r.entries = append(r.entries, e)
	}
	slices.SortFunc(r.entries, compareEntries)
	if err := r.fillValues(ctx); err != nil {
		return err
	}
	r.fillBlock()
	return f(&r.block)
}

// compareEntries puts profiles in order, and of one person's the one first whose values count.
func compareEntries(a, b entry) int {
	own := func(e entry) int {
		if e.actor == e.sender {
			return 0
		}
		return 1
	}
	return cmp.Or(bytes.Compare(a.name[:], b.name[:]), own(a)-own(b), cmp.Compare(a.sender, b.sender), cmp.Compare(a.section, b.section))
}

// fillValues reads the columns of all entries, section by section and row by row.
func (r *profileReader) fillValues(ctx context.Context) error {
	byRow := make([]int, len(r.entries))
	for i := range byRow {
		byRow[i] = i
	}
	slices.SortFunc(byRow, func(a, b int) int {
		return cmp.Or(cmp.Compare(r.entries[a].section, r.entries[b].section), cmp.Compare(r.entries[a].row, r.entries[b].row))
	})
	r.values = slices.Grow(r.values[:0], len(r.columns))[:len(r.columns)]
	for at, c := range r.columns {
		r.values[at] = slices.Grow(r.values[at][:0], len(r.entries))[:len(r.entries)]
		clear(r.values[at])
		if err := r.fillColumn(ctx, c.store, byRow, r.values[at]); err != nil {
			return err
		}
	}
	if !r.group {
		return nil
	}
	r.tokens = slices.Grow(r.tokens[:0], len(r.entries))[:len(r.entries)]
	clear(r.tokens)
	return r.fillColumn(ctx, store.GroupToken, byRow, r.tokens)
}

func (r *profileReader) fillColumn(ctx context.Context, name string, byRow []int, into []event.Value) error {
	var codes []uint32
	var numbers []float64
	for len(byRow) > 0 {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		first := r.entries[byRow[0]]
		n := 1
		for n < len(byRow) && r.entries[byRow[n]].section == first.section && r.entries[byRow[n]].row < first.row+chunk {
			n++
		}
		lo, hi := int(first.row), int(r.entries[byRow[n-1]].row)+1
		if c := r.sections[first.section].Column(name); c != nil {
			codes = c.Codes(lo, hi, codes)
			if c.HasNumbers() {
				numbers = c.Numbers(lo, hi, numbers)
			}
			for _, i := range byRow[:n] {
				at := int(r.entries[i].row) - lo
				switch code := codes[at]; {
				case code == 0:
				case code == store.NumberCode:
					into[i] = event.NumberOf(numbers[at])
				default:
					into[i] = c.Dictionary().Value(code)
				}
			}
		}
		byRow = byRow[n:]
	}
	return nil
}

// fillBlock makes a row of each person.
func (r *profileReader) fillBlock() {
	b := &r.block
	*b = block{cells: slices.Grow(b.cells[:0], len(r.columns))[:len(r.columns)], persons: b.persons[:0]}
	for at := range b.cells {
		c := &b.cells[at]
		*c = cells{column: at, codes: c.codes[:0], numbers: c.numbers[:0], words: words{list: c.words.list[:0]}}
	}
	for lo, hi := 0, 0; lo < len(r.entries); lo = hi {
		for hi = lo + 1; hi < len(r.entries) && r.entries[hi].name == r.entries[lo].name; hi++ {
		}
		for at := range b.cells {
			b.cells[at].add(r.valueOf(at, lo, hi))
		}
		b.persons = append(b.persons, r.nameOf(lo))
		if r.entries[lo].invented != nil {
			b.invented++
		}
		b.rows++
	}
}

// valueOf is the first value that one of a person's profiles has. Invented people have no numbers.
func (r *profileReader) valueOf(column, lo, hi int) event.Value {
	for i := lo; i < hi; i++ {
		if v := r.values[column][i]; v.Kind != event.None && (v.Kind != event.Number || r.entries[i].invented == nil) {
			return v
		}
	}
	return event.Value{}
}

func (r *profileReader) nameOf(at int) []byte {
	e := r.entries[at]
	switch {
	case e.invented != nil:
		return r.namer.appendCanary(nil, e.invented.number)
	case r.group:
		return []byte(r.namer.text(r.tokens[at].Text))
	}
	return r.namer.appendPerson(nil, e.actor)
}

// add appends a value.
func (c *cells) add(v event.Value) {
	number := 0.0
	switch v.Kind {
	case event.None:
		c.codes = append(c.codes, 0)
	case event.Number:
		c.codes, number = append(c.codes, store.NumberCode), v.Number
	default:
		c.words.list = append(c.words.list, v)
		c.codes = append(c.codes, uint32(len(c.words.list)))
	}
	c.numbers = append(c.numbers, number)
}
