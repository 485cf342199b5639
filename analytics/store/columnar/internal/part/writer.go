package part

import (
	"cmp"
	"encoding/binary"
	"io"
	"slices"

	"jejak/event"
)

// writer writes a part from its first byte to its last: dictionaries, then sections, then the directory, which it
// gathers on the way.
type writer struct {
	out io.Writer
	err error
	at  uint64

	rows        uint64
	first, last event.Millis
	actors      [event.Buckets]uint32

	blocks, sections, dicts, columns, ends []byte
	nameEnds, nameText                     []byte
	propertyEnds, propertyText             []byte

	encoder encoder
	section sectionWriter
	dict    dictionaryWriter
}

// start begins another part with the memory of the last.
func (w *writer) start(out io.Writer) {
	*w = writer{
		out: out, blocks: w.blocks[:0], sections: w.sections[:0], dicts: w.dicts[:0], columns: w.columns[:0], ends: w.ends[:0],
		nameEnds: w.nameEnds[:0], nameText: w.nameText[:0], propertyEnds: w.propertyEnds[:0],
		propertyText: w.propertyText[:0], encoder: w.encoder, section: w.section, dict: w.dict,
	}
	b := binary.LittleEndian.AppendUint32([]byte(headMagic), version)
	w.write(binary.LittleEndian.AppendUint32(b, checksum(b)))
}

func (w *writer) write(b []byte) {
	if w.err == nil {
		_, w.err = w.out.Write(b)
	}
	w.at += uint64(len(b))
}

// put writes a block and appends its entry to entries.
func (w *writer) put(entries []byte, e block, b []byte) []byte {
	if e.layout != layoutNone {
		e.offset, e.length, e.crc = w.at, uint32(len(b)), checksum(b)
		w.write(b)
	}
	return e.append(entries)
}

// sectionWriter is the section being written. Streams are written side by side, a stripe at a time; their entries come
// together at its end.
type sectionWriter struct {
	rows               int
	first, last        event.Millis
	counts             [event.Buckets]uint32 // rows per bucket
	times, actors, ids []byte
	hasIDs             bool
	columns            []columnWriter // ascending by property
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
	for from := 0; from < len(t.times); from += blockRows {
		e, b := w.encoder.times(t.times[from:min(from+blockRows, len(t.times))])
		s.times = w.put(s.times, e, b)
	}
	for from := 0; from < len(t.actors); from += blockRows {
		e, b := w.encoder.actors(t.actors[from:min(from+blockRows, len(t.actors))])
		s.actors = w.put(s.actors, e, b)
	}
	for from := 0; from < len(t.ids); from += blockRows {
		e, b := w.encoder.ids(t.ids[from:min(from+blockRows, len(t.ids))])
		s.hasIDs = s.hasIDs || e.layout != layoutNone
		s.ids = w.put(s.ids, e, b)
	}
	s.rows += len(t.times)
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
		name: uint32(len(w.nameEnds)/4 - 1), class: class, hasIDs: s.hasIDs, rows: s.rows,
		block: uint32(len(w.blocks) / blockEntry), firstColumn: uint32(len(w.columns) / columnRow),
		firstEnd: uint32(len(w.ends) / 4), first: s.first, last: s.last,
	}
	w.blocks = append(append(w.blocks, s.times...), s.actors...)
	if s.hasIDs {
		w.blocks = append(w.blocks, s.ids...)
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
	*s = sectionWriter{times: s.times[:0], actors: s.actors[:0], ids: s.ids[:0], columns: s.columns[:0]}
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

// finish writes directory and foot.
func (w *writer) finish() error {
	head := make([]byte, 0, dirHead)
	for _, n := range []int{
		len(w.blocks) / blockEntry, len(w.sections) / sectionRow, len(w.dicts) / dictRow, len(w.columns) / columnRow,
		len(w.ends) / 4, len(w.nameEnds) / 4, len(w.nameText), len(w.propertyText),
	} {
		head = binary.LittleEndian.AppendUint32(head, uint32(n))
	}
	head = binary.LittleEndian.AppendUint64(head, w.rows)
	head = binary.LittleEndian.AppendUint64(head, uint64(w.first))
	head = binary.LittleEndian.AppendUint64(head, uint64(w.last))
	for _, n := range w.actors {
		head = binary.LittleEndian.AppendUint32(head, n)
	}
	offset, sum := w.at, uint32(0)
	for _, table := range [][]byte{
		head, w.blocks, w.sections, w.dicts, w.columns, w.ends, w.nameEnds, w.propertyEnds, w.nameText, w.propertyText,
	} {
		sum = updateSum(sum, table)
		w.write(table)
	}
	foot := binary.LittleEndian.AppendUint64(make([]byte, 0, footBytes), offset)
	foot = binary.LittleEndian.AppendUint64(foot, w.at-offset)
	foot = binary.LittleEndian.AppendUint32(foot, sum)
	foot = binary.LittleEndian.AppendUint32(foot, checksum(foot))
	w.write(append(foot, footMagic...))
	return w.err
}

// dictionaryWriter is the dictionary being written, a block at a time.
type dictionaryWriter struct {
	kinds [4]uint32
	ends  []int64
	text  []byte
}

// addValue adds a value to the property's dictionary; values ascend by kind and text.
func (w *writer) addValue(kind uint8, text string) {
	d := &w.dict
	for k := int(kind); k < len(d.kinds); k++ {
		d.kinds[k]++
	}
	d.text = append(d.text, text...)
	d.ends = append(d.ends, int64(len(d.text)))
	if len(d.ends) == dictBlock {
		w.putValues()
	}
}

func (w *writer) putValues() {
	d := &w.dict
	e := block{layout: layoutDense, width: uint8(widthOf(uint64(len(d.text))))}
	c := &w.encoder
	c.bytes = appendPacked(c.bytes[:0], d.ends, 0, 1, uint(e.width))
	c.bytes = append(c.bytes, d.text...)
	w.blocks = w.put(w.blocks, e, c.bytes)
	d.ends, d.text = d.ends[:0], d.text[:0]
}

// endProperty ends a property's dictionary, which may be empty. Properties ascend by name.
func (w *writer) endProperty(name string) {
	d := &w.dict
	if len(d.ends) > 0 {
		w.putValues()
	}
	w.propertyText = append(w.propertyText, name...)
	w.propertyEnds = binary.LittleEndian.AppendUint32(w.propertyEnds, uint32(len(w.propertyText)))
	first := len(w.blocks)/blockEntry - blocksOf(int(d.kinds[3]), dictBlock)
	w.dicts = binary.LittleEndian.AppendUint32(w.dicts, uint32(first))
	for _, n := range d.kinds {
		w.dicts = binary.LittleEndian.AppendUint32(w.dicts, n)
	}
	d.kinds = [4]uint32{}
}
