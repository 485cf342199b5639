package part

import (
	"context"
	"io"
	"slices"

	"jejak/analytics/store"
	"jejak/event"
)

// Summary says what a merge wrote.
type Summary struct {
	Rows, Duplicates, Bytes uint64
	First, Last             event.Millis
}

// Merge streams the union of the inputs into w as one part: the rows with from <= time < to. Inputs are in order of
// arrival: of rows with the same key the one of the last input stays, and rows of the same time keep their order.
// It needs memory for the codes of the inputs' dictionaries and a stripe of rows, not for all rows. Damage of an input
// panics.
func Merge(ctx context.Context, w io.Writer, inputs []*Part, from, to event.Millis) (Summary, error) {
	m := &merger{ctx: ctx, w: newWriter(w), inputs: inputs, from: from, to: to}
	m.mergeDictionaries()
	if err := m.mergeSections(); err != nil {
		return Summary{}, err
	}
	if err := m.w.finish(); err != nil {
		return Summary{}, err
	}
	return Summary{m.w.rows, m.duplicates, m.w.at, m.w.first, m.w.last}, nil
}

type merger struct {
	ctx        context.Context
	w          *writer
	inputs     []*Part
	from, to   event.Millis
	properties []string
	remap      []propertyMap // per input
	duplicates uint64
}

// mergeSections goes through the names of all inputs in their order.
func (m *merger) mergeSections() error {
	var names []string
	for _, p := range m.inputs {
		for i := range p.sections {
			names = append(names, p.sections[i].Name())
		}
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if err := m.ctx.Err(); err != nil {
			return err
		}
		if err := m.mergeName(name); err != nil {
			return err
		}
	}
	return nil
}

// mergeName merges the sections of one name, a class at a time: a row may replace one of another class.
func (m *merger) mergeName(name string) error {
	var sources []source
	var classes []event.Class
	for i, p := range m.inputs {
		id, ok := p.names.find(name)
		if !ok {
			continue
		}
		for j := p.firstOf(uint32(id)); j < len(p.sections) && p.sections[j].name == uint32(id); j++ {
			s := &p.sections[j]
			if s.last < m.from || s.first >= m.to {
				continue
			}
			sources = append(sources, source{section: s, input: i})
			classes = append(classes, s.class)
		}
	}
	slices.Sort(classes)
	for _, class := range slices.Compact(classes) {
		s := &sectionMerger{merger: m, class: class, sources: sources}
		if err := s.merge(name); err != nil {
			return err
		}
	}
	return nil
}

// source is one input section.
type source struct {
	section *Section
	input   int
	columns map[uint32]*column // by the number of the property in the output
}

// stripeRows is how many rows a merge gathers before it writes their columns.
const stripeRows = 16 * blockRows

// pick is a row of the output: where it is from.
type pick struct {
	source uint32
	row    uint32
}

type sectionMerger struct {
	*merger
	class   event.Class
	sources []source

	picks  []pick
	times  []event.Millis
	rows   int // written or picked
	group  []pick
	cursor heap[rowCursor]
}

// rowCursor walks the rows of one bucket of one source.
type rowCursor struct {
	source   uint32
	row, end int
	times    []event.Millis // of row, row+1, …
	buf      []event.Millis
}

func (c *rowCursor) fill(s *Section) {
	c.buf = s.Times(c.row, min(c.end, c.row+blockRows), c.buf)
	c.times = c.buf
}

// next steps to the next row; it is false at the end.
func (c *rowCursor) next(s *Section) bool {
	c.row++
	c.times = c.times[1:]
	if c.row == c.end {
		return false
	}
	if len(c.times) == 0 {
		c.fill(s)
	}
	return true
}

func (s *sectionMerger) merge(name string) error {
	s.cursor.before = func(a, b *rowCursor) bool {
		return a.times[0] < b.times[0] || a.times[0] == b.times[0] && a.source < b.source
	}
	s.openColumns()
	for bucket := range event.Buckets {
		before := s.rows
		if err := s.mergeBucket(bucket); err != nil {
			return err
		}
		if s.rows > before {
			s.w.endBucket(bucket, s.rows)
		}
	}
	s.writeStripe()
	if s.rows > 0 {
		s.w.endSection(name, s.class)
	}
	return s.w.err
}

// openColumns finds the columns of the sources.
func (s *sectionMerger) openColumns() {
	for i := range s.sources {
		src := &s.sources[i]
		src.columns = map[uint32]*column{}
		for c := range src.section.columns {
			row := src.section.columnRow(int(c))
			src.columns[s.remap[src.input].property[row.property]] = &column{src.section, row}
		}
	}
}

func (s *sectionMerger) mergeBucket(bucket int) error {
	h := &s.cursor
	h.items = h.items[:0]
	for i := range s.sources {
		sec := s.sources[i].section
		lo, hi := sec.Bucket(bucket)
		lo, hi = sec.Seek(lo, hi, s.from), sec.Seek(lo, hi, s.to)
		if lo < hi {
			c := rowCursor{source: uint32(i), row: lo, end: hi}
			c.fill(sec)
			h.items = append(h.items, c)
		}
	}
	h.order()
	for len(h.items) > 0 {
		s.takeGroup()
		if len(s.picks) >= stripeRows {
			if err := s.ctx.Err(); err != nil {
				return err
			}
			s.writeStripe()
		}
	}
	return nil
}

// takeGroup takes all rows of the lowest time.
func (s *sectionMerger) takeGroup() {
	h := &s.cursor
	t := h.items[0].times[0]
	s.group = s.group[:0]
	for len(h.items) > 0 && h.items[0].times[0] == t {
		c := &h.items[0]
		s.group = append(s.group, pick{c.source, uint32(c.row)})
		if c.next(s.sources[c.source].section) {
			h.fix()
		} else {
			h.drop()
		}
	}
	if len(s.group) > 1 {
		s.replace()
	}
	for _, p := range s.group {
		if s.sources[p.source].section.class == s.class {
			s.picks, s.times = append(s.picks, p), append(s.times, t)
			s.rows++
		}
	}
}

// replace takes the rows out of the group that a later one replaces.
func (s *sectionMerger) replace() {
	type key struct {
		actor uint32
		id    hash
	}
	seen := map[key]bool{}
	first := len(s.group)
	for i := len(s.group) - 1; i >= 0; i-- {
		p := s.group[i]
		sec := s.sources[p.source].section
		if sec.hasIDs {
			k := key{sec.actorAt(int(p.row)), sec.idAt(int(p.row))}
			if k.id != (hash{}) {
				if seen[k] {
					if sec.class == s.class {
						s.duplicates++
					}
					continue
				}
				seen[k] = true
			}
		}
		first--
		s.group[first] = p
	}
	s.group = s.group[first:]
}

// writeStripe writes the picked rows: whole blocks, or all at the end of the section.
func (s *sectionMerger) writeStripe() {
	n := len(s.picks)
	if n == 0 {
		return
	}
	if n >= stripeRows {
		n = stripeRows
	}
	g := s.gatherer(s.picks[:n])
	t := stripe{times: s.times[:n], actors: make([]uint32, n), ids: make([]hash, n)}
	for i, p := range s.picks[:n] {
		sec := s.sources[p.source].section
		t.actors[i] = sec.actorAt(int(p.row))
		t.ids[i] = sec.idAt(int(p.row))
	}
	s.seeActors(t.actors)
	s.w.putRows(t)
	g.columns()
	s.picks = append(s.picks[:0], s.picks[n:]...)
	s.times = append(s.times[:0], s.times[n:]...)
}

func (s *sectionMerger) seeActors(actors []uint32) {
	for i, p := range s.picks[:len(actors)] {
		sec := s.sources[p.source].section
		for bucket := range event.Buckets {
			lo, hi := sec.Bucket(bucket)
			if lo <= int(p.row) && int(p.row) < hi {
				s.w.seeActor(bucket, actors[i])
			}
		}
	}
}

type gatherer struct {
	*sectionMerger
	picks []pick
}

func (s *sectionMerger) gatherer(picks []pick) gatherer { return gatherer{s, picks} }

func (g gatherer) columns() {
	codes, numbers := make([]uint32, len(g.picks)), make([]float64, len(g.picks))
	var one [1]uint32
	var number [1]float64
	for property := range g.properties {
		any := false
		for i, p := range g.picks {
			codes[i], numbers[i] = 0, 0
			src := &g.sources[p.source]
			c := src.columns[uint32(property)]
			if c == nil {
				continue
			}
			code := c.Codes(int(p.row), int(p.row)+1, one[:])[0]
			switch code {
			case 0:
			case store.NumberCode:
				numbers[i] = c.Numbers(int(p.row), int(p.row)+1, number[:])[0]
				codes[i] = code
				any = true
			default:
				codes[i] = g.remap[src.input].code(c.property, code)
				any = true
			}
		}
		if any {
			g.w.putColumn(uint32(property), codes, numbers)
		}
	}
}
