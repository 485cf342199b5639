package part

import (
	"jejak/analytics/store"
)

// gatherer decodes what picked rows have, one stream at a time: the rows of each source in spans, one source behind the
// other; index then says where among the decoded values a picked row's is.
type gatherer struct {
	sources []sourceRows
	index   []uint32
	decoded int // rows

	actors, codes, outCodes []uint32
	numbers, outNumbers     []float64
	ids, outIDs             []hash

	// Of a part that is cleaned: codes before it, and of another column of the same name.
	stored, moreCodes []uint32
	moreNumbers       []float64
}

// sourceRows is what a stripe needs of one source.
type sourceRows struct {
	source
	spans  []span
	from   int // the first of its decoded rows
	rows   int
	column int // the next of the section's columns
}

// span is rows lo <= row < hi.
type span struct{ lo, hi int }

// spanGap is how many rows that nobody needs are decoded rather than starting another span.
const spanGap = 8

// plan prepares for another stripe.
func (g *gatherer) plan(sources []source, picks []pick) {
	for len(g.sources) < len(sources) {
		g.sources = append(g.sources, sourceRows{})
	}
	g.sources = g.sources[:len(sources)]
	for i := range sources {
		r := &g.sources[i]
		*r = sourceRows{source: sources[i], spans: r.spans[:0]}
	}
	g.index = grown(g.index, len(picks))
	for i, p := range picks {
		g.index[i] = uint32(g.sources[p.source].add(int(p.row)))
	}
	g.decoded = 0
	for i := range g.sources {
		g.sources[i].from = g.decoded
		g.decoded += g.sources[i].rows
	}
	for i, p := range picks {
		g.index[i] += uint32(g.sources[p.source].from)
	}
}

// add notes that the row is needed and returns its place among the decoded rows. Rows ascend.
func (r *sourceRows) add(row int) int {
	n := len(r.spans)
	if n == 0 || row >= r.spans[n-1].hi+spanGap {
		r.spans = append(r.spans, span{row, row + 1})
		r.rows++
		return r.rows - 1
	}
	last := &r.spans[n-1]
	r.rows += row + 1 - last.hi
	last.hi = row + 1
	return r.rows - 1
}

// each calls decode for all spans with the place of their values.
func (g *gatherer) each(decode func(s *sourceRows, rows span, from, to int)) {
	for i := range g.sources {
		s := &g.sources[i]
		at := s.from
		for _, rows := range s.spans {
			to := at + rows.hi - rows.lo
			decode(s, rows, at, to)
			at = to
		}
	}
}

// chosen writes the decoded values of the picked rows to dst.
func chosen[T any](dst, decoded []T, index []uint32) []T {
	dst = grown(dst, len(index))
	for i, at := range index {
		dst[i] = decoded[at]
	}
	return dst
}

func (g *gatherer) gatherActors() []uint32 {
	g.codes = grown(g.codes, g.decoded)
	g.each(func(s *sourceRows, rows span, from, to int) {
		s.section.Actors(rows.lo, rows.hi, g.codes[from:to])
	})
	g.actors = chosen(g.actors, g.codes, g.index)
	return g.actors
}

func (g *gatherer) gatherIDs() []hash {
	g.ids = grown(g.ids, g.decoded)
	g.each(func(s *sourceRows, rows span, from, to int) {
		s.section.ids(rows.lo, rows.hi, g.ids[from:to])
	})
	g.outIDs = chosen(g.outIDs, g.ids, g.index)
	return g.outIDs
}

// gatherArrivals gives the arrivals that the picked rows have in their inputs.
func (g *gatherer) gatherArrivals() []uint32 {
	g.codes = grown(g.codes, g.decoded)
	g.each(func(s *sourceRows, rows span, from, to int) {
		if s.section.Arrivals(rows.lo, rows.hi, g.codes[from:to]) == nil {
			clear(g.codes[from:to])
		}
	})
	g.outCodes = chosen(g.outCodes, g.codes, g.index)
	return g.outCodes
}

// firstProperty is the lowest property, by its number in the output, among the columns not yet gathered.
func (g *gatherer) firstProperty(maps []propertyMap) (property uint32, ok bool) {
	property = absent
	for i := range g.sources {
		s := &g.sources[i]
		if s.rows > 0 && s.column < int(s.section.columns) {
			property = min(property, maps[s.input].properties[s.source.column(s.column).property])
		}
	}
	return property, property != absent
}

// gatherColumn gathers the property and steps behind it. Without any number, numbers are of no meaning.
func (g *gatherer) gatherColumn(property uint32, maps []propertyMap, x *Cleaning) ([]uint32, []float64) {
	g.codes, g.numbers = grown(g.codes, g.decoded), grown(g.numbers, g.decoded)
	any := false
	for i := range g.sources {
		any = g.decodeColumn(&g.sources[i], property, maps, x) || any
	}
	g.outCodes = chosen(g.outCodes, g.codes, g.index)
	if g.outNumbers = grown(g.outNumbers, len(g.index)); any {
		g.outNumbers = chosen(g.outNumbers, g.numbers, g.index)
	}
	return g.outCodes, g.outNumbers
}

// decodeColumn decodes the rows of one source; numbers tells whether there are some.
func (g *gatherer) decodeColumn(s *sourceRows, property uint32, maps []propertyMap, x *Cleaning) (numbers bool) {
	m := &maps[s.input]
	codes, values := g.codes[s.from:s.from+s.rows], g.numbers[s.from:s.from+s.rows]
	c := s.next(property, m)
	if c == nil {
		clear(codes)
		return false
	}
	numbers = g.decode(s, c, m, x, codes, values)
	for c = s.next(property, m); c != nil; c = s.next(property, m) { // two that have one name now
		g.moreCodes, g.moreNumbers = grown(g.moreCodes, s.rows), grown(g.moreNumbers, s.rows)
		numbers = g.decode(s, c, m, x, g.moreCodes, g.moreNumbers) || numbers
		for i, code := range codes {
			if code == 0 {
				codes[i], values[i] = g.moreCodes[i], g.moreNumbers[i]
			}
		}
	}
	return numbers
}

// decode decodes the needed rows of a column into codes of the output.
func (g *gatherer) decode(s *sourceRows, c *column, m *propertyMap, x *Cleaning, codes []uint32, values []float64) (numbers bool) {
	at := 0
	for _, rows := range s.spans {
		to := at + rows.hi - rows.lo
		c.Codes(rows.lo, rows.hi, codes[at:to])
		if c.HasNumbers() {
			c.Numbers(rows.lo, rows.hi, values[at:to])
		}
		at = to
	}
	if x == nil || !x.properties[c.property].changes() {
		m.translate(c.property, codes[:at])
		return c.HasNumbers()
	}
	g.stored = append(g.stored[:0], codes[:at]...)
	m.translate(c.property, codes[:at])
	x.properties[c.property].translate(g.stored, codes[:at], values[:at])
	return true
}

// next is the source's next column when it is of the property.
func (s *sourceRows) next(property uint32, m *propertyMap) *column {
	if s.rows == 0 || s.column == int(s.section.columns) {
		return nil
	}
	row := s.source.column(s.column)
	if m.properties[row.property] != property {
		return nil
	}
	s.column++
	return &column{s.section, row}
}

// translate turns codes of the input into codes of the output.
func (m *propertyMap) translate(property uint32, codes []uint32) {
	table := m.codes[property]
	for i, code := range codes {
		switch {
		case code < uint32(len(table)):
			codes[i] = table[code]
		case code != store.NumberCode:
			panic(Damage{"a code is beyond its dictionary"})
		}
	}
}
