package part

import (
	"bytes"
	"cmp"
	"slices"

	"jejak/event"
)

// propertyMap says what the properties and codes of one input are in the output.
type propertyMap struct {
	properties []uint32
	codes      [][]uint32 // per property of the input, by code; 0 where no row needs it
}

// mergeDictionaries writes the union of the dictionaries, without the values that no row in the time range has, or only one that is
// gone.
func (m *merger) mergeDictionaries() error {
	var names []string
	m.maps = make([]propertyMap, len(m.inputs))
	for i, p := range m.inputs {
		m.maps[i] = m.used(i, p)
		for j := range p.properties.len() {
			names = append(names, m.cleaning.named(p, j))
		}
	}
	slices.Sort(names)
	for id, name := range slices.Compact(names) {
		m.mergeDictionary(uint32(id), name)
		m.w.endProperty(name)
		if err := m.failed(); err != nil {
			return err
		}
	}
	return nil
}

// used marks with 1 the codes that the rows in the time range have.
func (m *merger) used(input int, p *Part) propertyMap {
	r := propertyMap{make([]uint32, p.properties.len()), make([][]uint32, p.properties.len())}
	for i := range r.codes {
		r.codes[i] = make([]uint32, p.dictionaries[i].Len()+1)
	}
	if p.first >= m.from && p.last < m.to && (m.gone == nil || len(m.gone[input]) == 0) {
		for _, codes := range r.codes {
			for code := range codes[1:] {
				codes[code+1] = 1
			}
		}
		return r
	}
	for i := range p.sections {
		if s := &p.sections[i]; !m.misses(s) {
			m.mark(s, m.goneOf(input, s), r.codes)
		}
	}
	for _, codes := range r.codes {
		codes[0] = 0 // not set stays not set
	}
	return r
}

func (m *merger) mark(s *Section, gone *[event.Buckets][]int, used [][]uint32) {
	for bucket := range event.Buckets {
		lo, hi := m.within(s, bucket)
		var without []int
		if gone != nil {
			without = gone[bucket]
		}
		for i := range s.columns {
			if c := (&column{s, s.columnRow(int(i))}); c.codes != absent {
				staying(lo, hi, without, func(lo, hi int) { m.codes = c.mark(lo, hi, used[c.property], m.codes) })
			}
		}
	}
}

// mark marks the codes of the rows lo <= row < hi; buf is returned, grown.
func (c *column) mark(lo, hi int, used, buf []uint32) []uint32 {
	for ; lo < hi; lo += blockRows {
		buf = c.Codes(lo, min(hi, lo+blockRows), buf)
		for _, code := range buf {
			if code < uint32(len(used)) {
				used[code] = 1
			}
		}
	}
	return buf
}

// dictionaryMerger walks the dictionaries of one property side by side.
type dictionaryMerger struct {
	heads []valueCursor // a heap
}

// valueCursor walks the used values of one input's dictionary.
type valueCursor struct {
	*dictionary
	codes []uint32
	code  uint32
	kind  uint8
	text  []byte
	// added are values that the dictionary does not have, ascending; then dictionary is nil. code is the place of the next.
	added []*cleanValue
}

// next steps to the next used value; it is false at the end.
func (c *valueCursor) next() bool {
	if c.dictionary == nil {
		if c.code++; int(c.code) > len(c.added) {
			return false
		}
		c.kind, c.text = dictionaryForm(c.added[c.code-1].value)
		return true
	}
	for c.code++; int(c.code) < len(c.codes); c.code++ {
		if c.codes[c.code] != 0 {
			c.kind, c.text = c.at(c.code)
			return true
		}
	}
	return false
}

func compareTexts(kind uint8, text []byte, c *valueCursor) int {
	return cmp.Or(cmp.Compare(kind, c.kind), bytes.Compare(text, c.text))
}

func (m *merger) mergeDictionary(id uint32, name string) {
	var d dictionaryMerger
	for i, p := range m.inputs {
		for _, at := range m.placesOf(p, name) {
			m.maps[i].properties[at] = id
			added := valueCursor{added: m.cleaning.added(at, m.maps[i].codes[at])}
			for _, c := range []valueCursor{{dictionary: &p.dictionaries[at], codes: m.maps[i].codes[at]}, added} {
				if c.next() {
					d.heads = append(d.heads, c)
				}
			}
		}
	}
	for i := len(d.heads)/2 - 1; i >= 0; i-- {
		d.sink(i)
	}
	code, kind, last := uint32(0), uint8(0), []byte(nil)
	for len(d.heads) > 0 {
		c := &d.heads[0]
		if code == 0 || compareTexts(kind, last, c) != 0 {
			code, kind, last = code+1, c.kind, c.text
			m.w.addValue(kind, text(last))
		}
		c.became(code)
		d.advance()
	}
}

// became notes the code of the cursor's value in the output.
func (c *valueCursor) became(code uint32) {
	if c.dictionary == nil {
		c.added[c.code-1].code = code
		return
	}
	c.codes[c.code] = code
}

// placesOf are the properties of a part that have the name in the output.
func (m *merger) placesOf(p *Part, name string) (places []int) {
	if m.cleaning == nil {
		if at, ok := p.properties.find(name); ok {
			return []int{at}
		}
		return nil
	}
	for at := range p.properties.len() {
		if m.cleaning.named(p, at) == name {
			places = append(places, at)
		}
	}
	return places
}

// advance moves the first cursor on.
func (d *dictionaryMerger) advance() {
	if !d.heads[0].next() {
		end := len(d.heads) - 1
		d.heads[0] = d.heads[end]
		d.heads = d.heads[:end]
	}
	d.sink(0)
}

func (d *dictionaryMerger) sink(i int) {
	for h := d.heads; ; {
		least := 2*i + 1
		if least >= len(h) {
			return
		}
		if least+1 < len(h) && compareTexts(h[least+1].kind, h[least+1].text, &h[least]) < 0 {
			least++
		}
		if compareTexts(h[least].kind, h[least].text, &h[i]) >= 0 {
			return
		}
		h[i], h[least] = h[least], h[i]
		i = least
	}
}
