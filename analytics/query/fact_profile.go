package query

import (
	"context"
	"math"
	"slices"
	"strings"

	"jejak/analytics/store"
	"jejak/event"
)

// everything selects all rows of a name.
func everything(name string) store.Selection {
	return store.Selection{Names: []string{name}, Bots: true, From: math.MinInt64, To: math.MaxInt64}
}

// profile is a property of everybody's profile. Who has several profiles, for several identifiers turned out to be one person, has
// of each property the value of the first one that has it: first the profile of the person's own number, then in the order of numbers.
func (t *factTables) profile(ctx context.Context, property string, m *meter) (*actorTable, error) {
	out := &actorTable{dictionary: newWordList()}
	snap, err := t.profiles()
	if err != nil || snap == nil || store.IsInternal(property) {
		return out, err
	}
	var columns []*profileColumn
	for _, s := range snap.Sections(everything(store.UserProfiles)) {
		if c := s.Column(property); c != nil {
			columns = append(columns, &profileColumn{Section: s, column: c})
			out.hasNumbers = out.hasNumbers || c.HasNumbers()
		}
	}
	if out.dictionary = joined(columns, m); out.dictionary == nil {
		return nil, m.stopped(ctx)
	}
	err = t.eachBucket(ctx, m, func(bucket int) {
		f := &profileFiller{actorTable: out, bucket: bucket, actors: int(snap.Actors(bucket)), meter: m}
		for _, c := range columns {
			f.add(c)
		}
	})
	return out, err
}

// profileColumn is one property in one section of profiles.
type profileColumn struct {
	store.Section
	column store.Column
	recode []uint32 // by the code of its dictionary; nil: codes are those of the table
}

// joined is one dictionary for all columns; nil when memory is used up.
func joined(columns []*profileColumn, m *meter) store.Dictionary {
	if len(columns) > 0 && !slices.ContainsFunc(columns, func(c *profileColumn) bool { return c.identity() != columns[0].identity() }) {
		return columns[0].column.Dictionary()
	}
	words, recodes := newWordList(), map[any][]uint32{}
	for _, c := range columns {
		if recodes[c.identity()] == nil {
			recodes[c.identity()] = words.recode(c.column.Dictionary(), m)
		}
		if c.recode = recodes[c.identity()]; c.recode == nil {
			return nil
		}
	}
	return words
}

func (c *profileColumn) identity() any { return c.column.Dictionary().Identity() }

// recode adds the values of a dictionary and is their codes by those of the dictionary; nil when memory is used up.
func (w *wordList) recode(d store.Dictionary, m *meter) []uint32 {
	if !m.take(4 * int64(d.Len()+1)) {
		return nil
	}
	out := make([]uint32, d.Len()+1)
	d.Values(1, uint32(d.Len()+1), func(code uint32, v event.Value) {
		if w.codes[v] == 0 && m.take(valueBytes+int64(len(v.Text))) {
			v.Text = strings.Clone(v.Text)
			w.add(v)
		}
		out[code] = w.codes[v]
	})
	if m.over.Load() {
		return nil
	}
	return out
}

// profileFiller fills a bucket of a table.
type profileFiller struct {
	*actorTable
	bucket int
	actors int
	meter  *meter

	holders map[uint32]event.Actor // whose profile the value is from, where it is not that of the person's own number
	indexes []uint32
	found   []uint32
	floats  []float64
	senders []event.Actor
}

func (f *profileFiller) add(c *profileColumn) {
	lo, hi := c.Bucket(f.bucket)
	dead := c.Superseded(f.bucket)
	for ; lo < hi && f.makeRoom(); lo += batchRows {
		to := min(hi, lo+batchRows)
		f.read(c, lo, to)
		for i, index := range f.indexes {
			if f.found[i] == 0 || index == 0 {
				continue
			}
			if _, gone := slices.BinarySearch(dead, lo+i); !gone {
				f.put(c, i, index)
			}
		}
	}
}

func (f *profileFiller) read(c *profileColumn, lo, hi int) {
	f.indexes, f.found = c.Actors(lo, hi, f.indexes), c.column.Codes(lo, hi, f.found)
	if c.column.HasNumbers() {
		f.floats = c.column.Numbers(lo, hi, f.floats)
	}
	f.senders = f.senders[:0]
	if s, ok := c.Section.(merged); ok {
		f.senders = s.Senders(lo, hi, f.senders)
	}
}

// makeRoom tells whether there is room for the bucket.
func (f *profileFiller) makeRoom() bool {
	if f.codes[f.bucket] != nil {
		return true
	}
	size := int64(4)
	if f.hasNumbers {
		size += 8
	}
	if !f.meter.take(size * int64(f.actors)) {
		return false
	}
	f.codes[f.bucket] = make([]uint32, f.actors)
	if f.hasNumbers {
		f.numbers[f.bucket] = make([]float64, f.actors)
	}
	return true
}

// put takes the value of a row for its person, unless she has one that goes before.
func (f *profileFiller) put(c *profileColumn, row int, index uint32) {
	if len(f.senders) > 0 && !f.goesFirst(f.senders[row], index) {
		return
	}
	code := f.found[row]
	if code == store.NumberCode {
		f.numbers[f.bucket][index] = f.floats[row]
	} else if c.recode != nil {
		code = c.recode[code]
	}
	f.codes[f.bucket][index] = code
}

// goesFirst tells whether the value of an identifier's profile is that of the person, as far as was seen.
func (f *profileFiller) goesFirst(sender event.Actor, index uint32) bool {
	holder, other := f.holders[index]
	own := sender == event.MakeActor(f.bucket, index)
	switch {
	case own:
		delete(f.holders, index)
		return true
	case f.codes[f.bucket][index] != 0 && (!other || holder < sender):
		return false
	}
	if f.holders == nil {
		f.holders = map[uint32]event.Actor{}
	}
	f.holders[index] = sender
	return true
}
