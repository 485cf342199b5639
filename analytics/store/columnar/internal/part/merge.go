package part

import (
	"context"
	"io"
	"math/bits"
	"slices"

	"jejak/event"
)

// Summary says what a merge wrote.
type Summary struct {
	Rows, Duplicates, Erased, Bytes uint64 // Erased were in range and gone
	First, Last                     event.Millis
}

// Merge streams the union of the inputs into w as one part: the rows with from <= time < to. Inputs are in order of
// arrival: of rows with the same key the one of the last input stays, and rows of the same time keep their order.
// gone, one for each input or nil, are rows that are left out. It needs memory for a stripe of rows, four bytes for each value in the inputs' dictionaries and about a byte for each
// row.
// Damage of an input panics.
func Merge(ctx context.Context, w io.Writer, inputs []*Part, gone []Gone, from, to event.Millis) (Summary, error) {
	return merge(w, &merger{ctx: ctx, w: new(writer), inputs: inputs, gone: gone, from: from, to: to})
}

// Write streams the part as it is once cleaned, but for rows that are gone: one Gone or none.
func (x *Cleaning) Write(ctx context.Context, w io.Writer, gone []Gone, from, to event.Millis) (Summary, error) {
	return merge(w, &merger{ctx: ctx, w: new(writer), inputs: []*Part{x.part}, gone: gone, from: from, to: to, cleaning: x})
}

func merge(w io.Writer, m *merger) (Summary, error) {
	m.w.start(w)
	if err := m.mergeDictionaries(); err != nil {
		return Summary{}, err
	}
	if err := m.mergeSections(); err != nil {
		return Summary{}, err
	}
	if err := m.w.finish(); err != nil {
		return Summary{}, err
	}
	return Summary{m.w.rows, m.duplicates, m.rows.erased, m.w.at, m.w.first, m.w.last}, nil
}

type merger struct {
	ctx        context.Context
	w          *writer
	inputs     []*Part
	gone       []Gone
	from, to   event.Millis
	maps       []propertyMap // per input
	duplicates uint64
	cleaning   *Cleaning // of the only input; nil: what is written is what is read

	codes   []uint32
	rows    rowMerger
	arrival arrivalMerger
	gather  gatherer
}

// failed says why there is no use in going on.
func (m *merger) failed() error {
	if m.w.err != nil {
		return m.w.err
	}
	return m.ctx.Err()
}

// within is the part of a bucket's rows that lies in the time range.
func (m *merger) within(s *Section, bucket int) (lo, hi int) {
	lo, hi = s.Bucket(bucket)
	return s.Seek(lo, hi, m.from), s.Seek(lo, hi, m.to)
}

// misses tells whether none does, as far as the section's span says.
func (m *merger) misses(s *Section) bool { return s.last < m.from || s.first >= m.to }

// source is one input section.
type source struct {
	section *Section
	input   int
	gone    *[event.Buckets][]int // nil: none
	order   []int                 // of its columns in the output; nil: as they stand
}

// column is the i-th of the section's columns in the order of the output.
func (s *source) column(i int) columnEntry {
	if s.order != nil {
		i = s.order[i]
	}
	return s.section.columnRow(i)
}

// mergeSections goes through the names of all inputs in their order.
func (m *merger) mergeSections() error {
	var names []string
	for _, p := range m.inputs {
		for i := range p.names.len() {
			names = append(names, m.cleaning.event(text(p.names.at(i))))
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if err := m.findTies(m.bySection(names)); err != nil {
		return err
	}
	var sources []source
	for _, name := range names {
		sources = m.sources(name, sources[:0])
		if err := m.mergeName(name, sources); err != nil {
			return err
		}
	}
	return nil
}

// bySection are the sources of each section of the output.
func (m *merger) bySection(names []string) (sections [][]source) {
	for _, name := range names {
		all := m.sources(name, nil)
		for _, class := range classesOf(all) {
			sections = append(sections, slices.DeleteFunc(slices.Clone(all), func(s source) bool { return s.section.class != class }))
		}
	}
	return sections
}

// sources appends the sections of the name that may have rows in the time range, in order of arrival.
func (m *merger) sources(name string, found []source) []source {
	for i, p := range m.inputs {
		for _, stored := range m.storedAs(p, name) {
			sections := p.sectionsOf(stored)
			for j := range sections {
				if s := &sections[j]; !m.misses(s) {
					found = append(found, source{s, i, m.goneOf(i, s), m.cleaning.order(s, m.maps[i].properties)})
				}
			}
		}
	}
	return found
}

// storedAs are the names that have the name in the output.
func (m *merger) storedAs(p *Part, name string) (stored []string) {
	if m.cleaning == nil {
		return []string{name}
	}
	for i := range p.names.len() {
		if s := text(p.names.at(i)); m.cleaning.event(s) == name {
			stored = append(stored, s)
		}
	}
	return stored
}

func classesOf(sources []source) (classes []event.Class) {
	for i := range sources {
		classes = append(classes, sources[i].section.class)
	}
	slices.Sort(classes)
	return slices.Compact(classes)
}

// mergeName merges the sections of one name, a class at a time: a row may replace one of another class.
func (m *merger) mergeName(name string, sources []source) error {
	for _, class := range classesOf(sources) {
		if err := m.mergeSection(name, class, sources); err != nil {
			return err
		}
	}
	return nil
}

// stripeRows is how many rows a merge gathers before it writes their columns.
const stripeRows = 16 * blockRows

func (m *merger) mergeSection(name string, class event.Class, sources []source) error {
	r := &m.rows
	r.start(sources, class)
	buckets := uint64(0)
	for i := range sources {
		buckets |= sources[i].section.buckets
	}
	for ; buckets != 0; buckets &= buckets - 1 {
		bucket := bits.TrailingZeros64(buckets)
		for i := range sources {
			lo, hi := m.within(sources[i].section, bucket)
			r.add(i, lo, hi)
		}
		for r.next(bucket, stripeRows) {
			if err := m.failed(); err != nil {
				return err
			}
			m.writeStripe(sources, stripeRows)
		}
	}
	m.duplicates += r.duplicates
	if len(r.picks) > 0 {
		m.writeStripe(sources, len(r.picks))
	}
	m.w.endSection(name, class)
	return m.failed()
}

// writeStripe writes the first n of the picked rows.
func (m *merger) writeStripe(sources []source, n int) {
	g := &m.gather
	g.plan(sources, m.rows.picks[:n])
	actors := g.gatherActors()
	m.w.putRows(stripe{m.rows.buckets[:n], m.rows.times[:n], actors, g.gatherIDs(), m.arrivalsOf(sources, actors)})
	for property, more := g.firstProperty(m.maps); more; property, more = g.firstProperty(m.maps) {
		codes, numbers := g.gatherColumn(property, m.maps, m.cleaning)
		m.w.putColumn(property, codes, numbers)
	}
	m.rows.drop(n)
}
