package part

import (
	"slices"
	"sort"
	"strings"

	"jejak/event"
)

// dictionary is the distinct values of one property that are not numbers, in ascending order of kind and text.
type dictionary struct {
	part  *Part
	block uint32
	kinds [4]uint32 // how many values are strings, booleans or before, lists or before, objects or before
}

// kindOf is the order of the kinds in a dictionary.
var kindOf = [4]event.Kind{event.String, event.Boolean, event.List, event.Object}

// decodeDictionaries reads the table of dictionaries: one for each property.
func (p *Part) decodeDictionaries(table []byte) {
	p.dictionaries = make([]dictionary, len(table)/dictRow)
	for i := range p.dictionaries {
		b := table[i*dictRow:]
		p.dictionaries[i] = dictionary{p, u32(b, 0), [4]uint32{u32(b, 1), u32(b, 2), u32(b, 3), u32(b, 4)}}
	}
}

func (d *dictionary) Identity() any { return d } // a part has one of each
func (d *dictionary) Len() int      { return int(d.kinds[3]) }

// Value is the value of a code from 1 to Len. Its text is a copy.
func (d *dictionary) Value(code uint32) event.Value {
	v := d.value(code)
	v.Text = strings.Clone(v.Text)
	return v
}

// Values calls f with the values of the codes from <= code < to. Their texts share the memory of the part.
func (d *dictionary) Values(from, to uint32, f func(code uint32, v event.Value)) {
	if from == 0 || from < to && to-1 > d.kinds[3] {
		panic(Damage{"a code is beyond its dictionary"})
	}
	for from < to {
		number := (from - 1) / dictBlock
		end := min(to, (number+1)*dictBlock+1)
		d.blockValues(number, from, end, f)
		from = end
	}
}

// blockValues is Values inside one block.
func (d *dictionary) blockValues(number, code, to uint32, f func(code uint32, v event.Value)) {
	first := number*dictBlock + 1
	e, b := d.part.load(int(d.block + number))
	size, start := dictEnds(&e, int(min(dictBlock, d.kinds[3]-first+1))), uint64(0)
	if code > first {
		start = packedAt(b, int(code-first)-1, uint(e.width))
	}
	for kind := uint8(0); code < to; code++ {
		for code > d.kinds[kind] {
			kind++
		}
		end := packedAt(b, int(code-first), uint(e.width))
		f(code, makeValue(kind, cutText(&e, b, size, start, end)))
		start = end
	}
}

// Code is the code of a value, 0 when it is not in the dictionary.
func (d *dictionary) Code(v event.Value) uint32 {
	kind := slices.Index(kindOf[:], v.Kind)
	if kind < 0 {
		return 0
	}
	if v.Kind == event.Boolean {
		v.Text = textOf(v.Bool())
	}
	from, to := uint32(0), d.kinds[kind]
	if kind > 0 {
		from = d.kinds[kind-1]
	}
	n, found := sort.Find(int(to-from), func(i int) int {
		_, b := d.at(from + uint32(i) + 1)
		return strings.Compare(v.Text, text(b))
	})
	if !found {
		return 0
	}
	return from + uint32(n) + 1
}

// value is Value with a text that shares the memory of the part.
func (d *dictionary) value(code uint32) event.Value {
	kind, b := d.at(code)
	return makeValue(kind, b)
}

// makeValue shares the memory of b.
func makeValue(kind uint8, b []byte) event.Value {
	if kindOf[kind] == event.Boolean {
		return event.BooleanOf(string(b) == "t")
	}
	return event.Value{Kind: kindOf[kind], Text: text(b)}
}

// at is the kind (its place in kindOf) and the text of a code.
func (d *dictionary) at(code uint32) (kind uint8, b []byte) {
	i := code - 1
	if i >= d.kinds[3] {
		panic(Damage{"a code is beyond its dictionary"})
	}
	for i >= d.kinds[kind] {
		kind++
	}
	number := int(i / dictBlock)
	e, b := d.part.load(int(d.block) + number)
	return kind, dictText(&e, b, min(dictBlock, d.Len()-number*dictBlock), int(i%dictBlock))
}

// dictText is the i-th of the n texts of a block: where each ends, packed, then the texts.
func dictText(e *block, b []byte, n, i int) []byte {
	size := dictEnds(e, n)
	from := uint64(0)
	if i > 0 {
		from = packedAt(b, i-1, uint(e.width))
	}
	return cutText(e, b, size, from, packedAt(b, i, uint(e.width)))
}

// dictEnds is the length of the ends of n texts; with the last of them the texts begin.
func dictEnds(e *block, n int) int {
	size := packedBytes(n, uint(e.width))
	if e.layout != layoutDense || e.width > maxWidth || int(e.length) < size {
		e.broken()
	}
	return size
}

func cutText(e *block, b []byte, size int, from, to uint64) []byte {
	if from > to || to > uint64(int(e.length)-size) {
		e.broken()
	}
	return b[size+int(from) : size+int(to) : size+int(to)]
}
