package part

import (
	"encoding/binary"
	"io"

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
