package part

import (
	"encoding/binary"
	"fmt"
	"sync/atomic"
	"unsafe"

	"jejak/event"
)

const (
	headMagic  = "JEJAKPRT"
	footMagic  = "JEJAKEND"
	version    = 1
	headBytes  = 16
	footBytes  = 32
	dirHead    = 56 + 4*event.Buckets
	sectionRow = 56
	dictRow    = 20
	columnRow  = 12
	dictBlock  = 256 // values of a dictionary in a block
	absent     = ^uint32(0)
)

// The streams a section has beside times and actors.
const (
	flagIDs      = 1
	flagArrivals = 2
)

// Part is one opened part. It keeps the bytes it was opened on. Many goroutines may read it at once.
type Part struct {
	bytes    []byte
	verified []atomic.Uint64 // a bit per block

	rows        uint64
	first, last event.Millis
	actors      []byte // u32 per bucket
	// Tables of the directory, see docs/format/part.md.
	blocks, columns, ends []byte
	names, properties     texts
	dictionaries          []dictionary
	sections              []Section
}

// texts are strings one behind the other and where each ends.
type texts struct {
	ends []byte
	text []byte
}

func (t texts) len() int { return len(t.ends) / 4 }

// at shares the memory of the part.
func (t texts) at(i int) []byte {
	from := uint32(0)
	if i > 0 {
		from = u32(t.ends, i-1)
	}
	return t.text[from:u32(t.ends, i)]
}

// find is the place of s among ascending texts, or where it would be.
func (t texts) find(s string) (int, bool) {
	from, to := 0, t.len()
	for from < to {
		mid := (from + to) / 2
		if string(t.at(mid)) < s {
			from = mid + 1
		} else {
			to = mid
		}
	}
	return from, from < t.len() && string(t.at(from)) == s
}

func u32(b []byte, i int) uint32 { return binary.LittleEndian.Uint32(b[i*4:]) }

// Open reads a part from memory or a memory map. It reads the directory only; blocks are verified when they are first
// read. b must stay as it is as long as the part is in use. The error is a Damage.
func Open(b []byte) (*Part, error) {
	dir, err := findDirectory(b)
	if err != nil {
		return nil, err
	}
	p := &Part{bytes: b}
	if !p.split(dir) || !p.check() {
		return nil, Damage{"the directory does not fit together"}
	}
	p.verified = make([]atomic.Uint64, (p.blockCount()+63)/64)
	return p, nil
}

// findDirectory checks head, foot and checksums.
func findDirectory(b []byte) ([]byte, error) {
	if len(b) < headBytes+dirHead+footBytes || string(b[:8]) != headMagic {
		return nil, Damage{"this is no part: it is too short or does not start like one"}
	}
	if v := binary.LittleEndian.Uint32(b[8:]); v != version {
		return nil, Damage{fmt.Sprintf("the part is of version %d, which this program does not know", v)}
	}
	foot := b[len(b)-footBytes:]
	if checksum(b[:12]) != u32(b, 3) || string(foot[24:]) != footMagic || checksum(foot[:20]) != u32(foot, 5) {
		return nil, Damage{"the head or the foot does not fit its checksum: the file is cut or was changed"}
	}
	offset, length := binary.LittleEndian.Uint64(foot), binary.LittleEndian.Uint64(foot[8:])
	end := uint64(len(b) - footBytes)
	if offset < headBytes || offset > end || length != end-offset || length < dirHead {
		return nil, Damage{"the foot names no place where a directory can be"}
	}
	if dir := b[offset:end]; checksum(dir) == u32(foot, 4) {
		return dir, nil
	}
	return nil, Damage{"the directory does not fit its checksum"}
}

func (p *Part) blockCount() int { return len(p.blocks) / blockEntry }

// split cuts the directory into its tables.
func (p *Part) split(dir []byte) bool {
	head, rest := dir[:dirHead], dir[dirHead:]
	p.rows = binary.LittleEndian.Uint64(head[32:])
	p.first = event.Millis(binary.LittleEndian.Uint64(head[40:]))
	p.last = event.Millis(binary.LittleEndian.Uint64(head[48:]))
	p.actors = head[56:]
	ok := true
	take := func(count uint32, size int) []byte {
		n := uint64(count) * uint64(size)
		if n > uint64(len(rest)) {
			ok = false
			return nil
		}
		b := rest[:n:n]
		rest = rest[n:]
		return b
	}
	p.blocks = take(u32(head, 0), blockEntry)
	sections := take(u32(head, 1), sectionRow)
	p.decodeDictionaries(take(u32(head, 2), dictRow))
	p.columns = take(u32(head, 3), columnRow)
	p.ends = take(u32(head, 4), 4)
	p.names.ends = take(u32(head, 5), 4)
	p.properties.ends = take(u32(head, 2), 4)
	p.names.text = take(u32(head, 6), 1)
	p.properties.text = take(u32(head, 7), 1)
	p.sections = make([]Section, len(sections)/sectionRow)
	for i := range p.sections {
		p.sections[i].decode(p, sections[i*sectionRow:])
	}
	return ok && len(rest) == 0
}

// decode reads a row of the table of sections.
func (s *Section) decode(p *Part, b []byte) {
	s.part = p
	s.name = u32(b, 0)
	s.class = event.Class(b[4])
	s.hasIDs, s.hasArrivals = b[5]&flagIDs != 0, b[5]&flagArrivals != 0
	s.rows = int(u32(b, 2))
	s.block = u32(b, 3)
	s.firstColumn, s.columns = u32(b, 4), u32(b, 5)
	s.firstEnd = u32(b, 6)
	s.buckets = binary.LittleEndian.Uint64(b[32:])
	s.first = event.Millis(binary.LittleEndian.Uint64(b[40:]))
	s.last = event.Millis(binary.LittleEndian.Uint64(b[48:]))
}

// append writes what decode reads.
func (s *Section) append(b []byte) []byte {
	flags := byte(0)
	if s.hasIDs {
		flags |= flagIDs
	}
	if s.hasArrivals {
		flags |= flagArrivals
	}
	b = binary.LittleEndian.AppendUint32(b, s.name)
	b = append(b, byte(s.class), flags, 0, 0)
	for _, v := range []uint32{uint32(s.rows), s.block, s.firstColumn, s.columns, s.firstEnd, 0} {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	b = binary.LittleEndian.AppendUint64(b, s.buckets)
	b = binary.LittleEndian.AppendUint64(b, uint64(s.first))
	return binary.LittleEndian.AppendUint64(b, uint64(s.last))
}

// text shares the memory of b.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
