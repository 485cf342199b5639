package part

import (
	"bytes"
	"cmp"
	"slices"

	"jejak/event"
)

// propertyMap says what the properties and codes of one input are in the output.
type propertyMap struct {
	property []uint32
	codes    [][]uint32 // per property of the input, by code; 0 where no row needs it
}

func (m *propertyMap) code(property, code uint32) uint32 { return m.codes[property][code] }

// mergeDictionaries writes the union of the dictionaries, without the values that no row in the time range has.
func (m *merger) mergeDictionaries() {
	m.remap = make([]propertyMap, len(m.inputs))
	for i, p := range m.inputs {
		m.remap[i] = m.used(p)
		for j := range p.properties.len() {
			m.properties = append(m.properties, string(p.properties.at(j)))
		}
	}
	slices.Sort(m.properties)
	m.properties = slices.Compact(m.properties)
	for id, name := range m.properties {
		m.mergeDictionary(uint32(id), name)
		m.w.endProperty(name)
	}
}

// used marks with 1 the codes that the rows in the time range have.
func (m *merger) used(p *Part) propertyMap {
	r := propertyMap{property: make([]uint32, p.properties.len()), codes: make([][]uint32, p.properties.len())}
	for i := range r.codes {
		d := p.dictionary(uint32(i))
		r.codes[i] = make([]uint32, d.Len()+1)
	}
	for i := range p.sections {
		s := &p.sections[i]
		for c := range s.columns {
			m.mark(&column{s, s.columnRow(int(c))}, r.codes)
		}
	}
	return r
}

func (m *merger) mark(c *column, codes [][]uint32) {
	if c.codes == absent {
		return
	}
	used := codes[c.property]
	var buf []uint32
	for bucket := range event.Buckets {
		lo, hi := c.section.Bucket(bucket)
		lo, hi = c.section.Seek(lo, hi, m.from), c.section.Seek(lo, hi, m.to)
		buf = c.Codes(lo, hi, buf)
		for _, code := range buf {
			if code < uint32(len(used)) {
				used[code] = 1
			}
		}
	}
}

// valueCursor walks the used values of one input's dictionary.
type valueCursor struct {
	d     dictionary
	codes []uint32
	code  uint32
	kind  uint8
	text  []byte
}

// next steps to the next used value; it is false at the end.
func (c *valueCursor) next() bool {
	for c.code++; int(c.code) < len(c.codes); c.code++ {
		if c.codes[c.code] != 0 {
			c.kind, c.text = c.d.at(c.code)
			return true
		}
	}
	return false
}

func (c *valueCursor) compare(o *valueCursor) int {
	return cmp.Or(cmp.Compare(c.kind, o.kind), bytes.Compare(c.text, o.text))
}

func (m *merger) mergeDictionary(id uint32, name string) {
	h := heap[valueCursor]{before: func(a, b *valueCursor) bool { return a.compare(b) < 0 }}
	for i, p := range m.inputs {
		at, ok := p.properties.find(name)
		if !ok {
			continue
		}
		m.remap[i].property[at] = id
		c := valueCursor{d: p.dictionary(uint32(at)), codes: m.remap[i].codes[at]}
		if c.next() {
			h.items = append(h.items, c)
		}
	}
	h.order()
	code := uint32(0)
	var last valueCursor
	for len(h.items) > 0 {
		c := &h.items[0]
		if code == 0 || c.compare(&last) != 0 {
			code++
			m.w.addValue(c.kind, c.text)
			last = *c
		}
		c.codes[c.code] = code
		if c.next() {
			h.fix()
		} else {
			h.drop()
		}
	}
}
