package part

import (
	"cmp"
	"encoding/binary"
	"slices"

	"jejak/event"
)

// sectionWriter is the section being written. Streams are written side by side, a stripe at a time; their entries come
// together at its end.
type sectionWriter struct {
	rows        int
	first, last event.Millis
	counts      [event.Buckets]uint32 // rows per bucket
	// The entries of the blocks of each stream.
	times, actors, ids, arrivals []byte
	hasIDs, hasArrivals          bool
	columns                      []columnWriter // ascending by property
}

type columnWriter struct {
	property       uint32
	codes, numbers []byte
	others, any    bool
}

// stripe is consecutive rows of a section. All but the last of a section have a multiple of blockRows rows.
type stripe struct {
	buckets []uint8
	times   []event.Millis
	actors  []uint32
	ids     []hash
	// arrivals are nil when all would be 0.
	arrivals []uint32
}

// putRows writes what each row has. The columns of the same rows follow.
func (w *writer) putRows(t stripe) {
	s := &w.section
	low, high := extent(t.times)
	if s.rows == 0 {
		s.first, s.last = low, high
	}
	s.first, s.last = min(s.first, low), max(s.last, high)
	for i, bucket := range t.buckets {
		s.counts[bucket]++
		w.actors[bucket] = max(w.actors[bucket], t.actors[i]+1)
	}
	for rows := range slices.Chunk(t.times, blockRows) {
		e, b := w.encoder.times(rows)
		s.times = w.put(s.times, e, b)
	}
	for rows := range slices.Chunk(t.actors, blockRows) {
		e, b := w.encoder.actors(rows)
		s.actors = w.put(s.actors, e, b)
	}
	for rows := range slices.Chunk(t.ids, blockRows) {
		e, b := w.encoder.ids(rows)
		s.hasIDs = s.hasIDs || e.layout != layoutNone
		s.ids = w.put(s.ids, e, b)
	}
	w.putArrivals(t.arrivals, blocksOf(s.rows, blockRows))
	s.rows += len(t.times)
}

// putArrivals writes the arrivals of a stripe, before which there are so many blocks.
func (w *writer) putArrivals(arrivals []uint32, before int) {
	s := &w.section
	for rows := range slices.Chunk(arrivals, blockRows) {
		e, b := w.encoder.arrivals(rows)
		s.hasArrivals = s.hasArrivals || e.layout != layoutNone
		s.arrivals = w.put(pad(s.arrivals, before), e, b)
	}
}

// column returns the writer of the property, made when it is new.
func (s *sectionWriter) column(property uint32) *columnWriter {
	n := len(s.columns)
	if n > 0 && s.columns[n-1].property == property {
		return &s.columns[n-1]
	}
	i, ok := slices.BinarySearchFunc(s.columns, property, func(c columnWriter, p uint32) int {
		return cmp.Compare(c.property, p)
	})
	if !ok {
		s.columns = slices.Grow(s.columns, 1)[:n+1]
		spare := s.columns[n] // of an earlier section
		copy(s.columns[i+1:], s.columns[i:n])
		s.columns[i] = columnWriter{property: property, codes: spare.codes[:0], numbers: spare.numbers[:0]}
	}
	return &s.columns[i]
}

// putColumn writes a property's values of the rows of the last stripe, of which at least one should have one.
func (w *writer) putColumn(property uint32, codes []uint32, numbers []float64) {
	c := w.section.column(property)
	before := blocksOf(w.section.rows, blockRows) - blocksOf(len(codes), blockRows)
	c.codes, c.numbers = pad(c.codes, before), pad(c.numbers, before)
	for len(codes) > 0 {
		n := min(blockRows, len(codes))
		e, b := w.encoder.others(codes[:n])
		c.others = c.others || e.layout != layoutNone
		c.codes = w.put(c.codes, e, b)
		e, b = w.encoder.numbers(codes[:n], numbers[:n])
		c.any = c.any || e.layout != layoutNone
		c.numbers = w.put(c.numbers, e, b)
		codes, numbers = codes[n:], numbers[n:]
	}
}

// pad adds empty blocks until there are n.
func pad(entries []byte, n int) []byte {
	for len(entries) < n*blockEntry {
		entries = (&block{}).append(entries)
	}
	return entries
}

// endSection adds what was written, if anything, to the directory. Sections ascend by name and class.
func (w *writer) endSection(name string, class event.Class) {
	s := &w.section
	if s.rows == 0 {
		return
	}
	w.putName(name)
	if w.rows == 0 {
		w.first, w.last = s.first, s.last
	}
	w.first, w.last = min(w.first, s.first), max(w.last, s.last)
	w.rows += uint64(s.rows)
	row := Section{
		name: uint32(len(w.nameEnds)/4 - 1), class: class, hasIDs: s.hasIDs, hasArrivals: s.hasArrivals, rows: s.rows,
		block: uint32(len(w.blocks) / blockEntry), firstColumn: uint32(len(w.columns) / columnRow),
		firstEnd: uint32(len(w.ends) / 4), first: s.first, last: s.last,
	}
	w.blocks = append(append(w.blocks, s.times...), s.actors...)
	if s.hasIDs {
		w.blocks = append(w.blocks, s.ids...)
	}
	if s.hasArrivals {
		w.blocks = append(w.blocks, pad(s.arrivals, blocksOf(s.rows, blockRows))...)
	}
	w.endColumns()
	row.columns = uint32(len(w.columns)/columnRow) - row.firstColumn
	row.buckets = w.endBuckets()
	w.sections = row.append(w.sections)
	s.reset()
}

// putName adds the name of a section, unless the section before has the same.
func (w *writer) putName(name string) {
	names := texts{w.nameEnds, w.nameText}
	if n := names.len(); n > 0 && string(names.at(n-1)) == name {
		return
	}
	w.nameText = append(w.nameText, name...)
	w.nameEnds = binary.LittleEndian.AppendUint32(w.nameEnds, uint32(len(w.nameText)))
}

func (s *sectionWriter) reset() {
	*s = sectionWriter{times: s.times[:0], actors: s.actors[:0], ids: s.ids[:0], arrivals: s.arrivals[:0], columns: s.columns[:0]}
}

// endBuckets notes where each bucket that has rows ends.
func (w *writer) endBuckets() (buckets uint64) {
	end := uint32(0)
	for bucket, n := range w.section.counts {
		if n > 0 {
			end += n
			buckets |= 1 << bucket
			w.ends = binary.LittleEndian.AppendUint32(w.ends, end)
		}
	}
	return buckets
}

func (w *writer) endColumns() {
	s := &w.section
	n := blocksOf(s.rows, blockRows)
	for i := range s.columns {
		c := &s.columns[i]
		if !c.others && !c.any {
			continue
		}
		w.columns = binary.LittleEndian.AppendUint32(w.columns, c.property)
		w.columns = binary.LittleEndian.AppendUint32(w.columns, w.endStream(c.others, pad(c.codes, n)))
		w.columns = binary.LittleEndian.AppendUint32(w.columns, w.endStream(c.any, pad(c.numbers, n)))
	}
}

func (w *writer) endStream(any bool, entries []byte) uint32 {
	if !any {
		return absent
	}
	first := len(w.blocks) / blockEntry
	w.blocks = append(w.blocks, entries...)
	return uint32(first)
}
