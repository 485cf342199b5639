package part

import (
	"cmp"
	"slices"
	"strings"

	"jejak/analytics/store"
	"jejak/event"
)

// columnBuilders gathers the properties of rows given in the order of the part.
type columnBuilders struct {
	places  map[string]int
	columns []*columnBuilder // by order of first arrival; ascending by name once dictionaries are written
	spare   []*columnBuilder // empty ones, to be used again
	last    []*columnBuilder // those of the row before: rows of one event name nearly always have the same properties

	codes   []uint32
	numbers []float64
}

// columnBuilder is the values of one property.
type columnBuilder struct {
	name    string
	texts   [4]map[string]uint32 // by kind and text: place in values
	values  []buildValue
	order   []uint32 // the code of a value, once its dictionary is written
	rows    []uint32 // that have the property
	places  []uint32 // where their values are, or numberPlace
	numbers []float64
	// What was written already of rows and numbers.
	nextRow, nextNumber int
}

const numberPlace = ^uint32(0)

// buildValue is a value of a dictionary.
type buildValue struct {
	text string
	key  uint64 // of text, from where texts begin to differ
	at   uint32 // place in values before sorting
	kind uint8  // place in kindOf
}

func (c *columnBuilders) add(row uint32, properties []event.Property) {
	for i := range properties {
		p := &properties[i]
		if i >= len(c.last) {
			c.last = append(c.last, c.column(p.Name))
		} else if c.last[i].name != p.Name {
			c.last[i] = c.column(p.Name)
		}
		c.last[i].add(row, &p.Value)
	}
}

func (c *columnBuilders) column(name string) *columnBuilder {
	if i, ok := c.places[name]; ok {
		return c.columns[i]
	}
	if c.places == nil {
		c.places = map[string]int{}
	}
	b := &columnBuilder{}
	if n := len(c.spare); n > 0 {
		b, c.spare = c.spare[n-1], c.spare[:n-1]
	}
	b.name = name
	c.places[name] = len(c.columns)
	c.columns = append(c.columns, b)
	return b
}

// maxSpare is how many columns are kept for the next batch.
const maxSpare = 256

// forget lets go of all strings.
func (c *columnBuilders) forget() {
	clear(c.places)
	for _, b := range c.columns {
		if len(c.spare) < maxSpare {
			b.forget()
			c.spare = append(c.spare, b)
		}
	}
	clear(c.columns)
	clear(c.last)
	c.columns, c.last = c.columns[:0], c.last[:0]
}

func (b *columnBuilder) forget() {
	clear(b.values)
	for _, texts := range b.texts {
		clear(texts)
	}
	*b = columnBuilder{
		texts: b.texts, values: b.values[:0], order: b.order[:0], rows: b.rows[:0], places: b.places[:0], numbers: b.numbers[:0],
	}
}

func (b *columnBuilder) add(row uint32, v *event.Value) {
	place := numberPlace
	switch v.Kind {
	case event.None:
		return
	case event.Number:
		b.numbers = append(b.numbers, v.Number)
	case event.String:
		place = b.place(0, v.Text)
	case event.Boolean:
		place = b.place(1, textOf(v.Bool()))
	case event.List:
		place = b.place(2, v.Text)
	case event.Object:
		place = b.place(3, v.Text)
	}
	b.rows, b.places = append(b.rows, row), append(b.places, place)
}

// textOf is the text of a boolean in a dictionary.
func textOf(b bool) string {
	if b {
		return "t"
	}
	return "f"
}

func (b *columnBuilder) place(kind uint8, text string) uint32 {
	place, ok := b.texts[kind][text]
	if !ok {
		if b.texts[kind] == nil {
			b.texts[kind] = map[string]uint32{}
		}
		place = uint32(len(b.values))
		b.texts[kind][text] = place
		b.values = append(b.values, buildValue{text: text, at: place, kind: kind})
	}
	return place
}

// writeDictionaries writes the properties by name.
func (c *columnBuilders) writeDictionaries(w *writer) {
	slices.SortFunc(c.columns, func(x, y *columnBuilder) int { return cmp.Compare(x.name, y.name) })
	for _, b := range c.columns {
		b.sort()
		b.order = grown(b.order, len(b.values))
		for i := range b.values {
			v := &b.values[i]
			w.addValue(v.kind, v.text)
			b.order[v.at] = uint32(i + 1)
		}
		w.endProperty(b.name)
	}
}

// sort puts the values in their order. Texts like addresses begin alike, so most are told apart by the eight bytes behind
// what all have in common.
func (b *columnBuilder) sort() {
	if len(b.values) == 0 {
		return
	}
	common := b.values[0].text
	for i := range b.values {
		text := b.values[i].text
		n := 0
		for n < len(common) && n < len(text) && common[n] == text[n] {
			n++
		}
		common = common[:n]
	}
	for i := range b.values {
		b.values[i].key = keyOf(b.values[i].text[len(common):])
	}
	slices.SortFunc(b.values, func(x, y buildValue) int {
		switch {
		case x.kind != y.kind:
			return cmp.Compare(x.kind, y.kind)
		case x.key != y.key:
			return cmp.Compare(x.key, y.key)
		default:
			return strings.Compare(x.text, y.text)
		}
	})
}

// keyOf is the first eight bytes of s as a number that orders as they do; a shorter s is filled with zeros.
func keyOf(s string) (key uint64) {
	for i := range 8 {
		key <<= 8
		if i < len(s) {
			key |= uint64(s[i])
		}
	}
	return key
}

// write writes the columns of the rows from <= row < to, which are one section.
func (c *columnBuilders) write(w *writer, from, to int) {
	c.codes, c.numbers = grown(c.codes, to-from), grown(c.numbers, to-from)
	for property, b := range c.columns {
		if b.nextRow < len(b.rows) && b.rows[b.nextRow] < uint32(to) {
			b.next(uint32(from), uint32(to), c.codes, c.numbers)
			w.putColumn(uint32(property), c.codes, c.numbers)
		}
	}
}

// next fills in the values of the next rows.
func (b *columnBuilder) next(from, to uint32, codes []uint32, numbers []float64) {
	clear(codes)
	for ; b.nextRow < len(b.rows) && b.rows[b.nextRow] < to; b.nextRow++ {
		i := b.rows[b.nextRow] - from
		if place := b.places[b.nextRow]; place != numberPlace {
			codes[i] = b.order[place]
			continue
		}
		codes[i], numbers[i] = store.NumberCode, b.numbers[b.nextNumber]
		b.nextNumber++
	}
}
