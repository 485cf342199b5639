package part

import (
	"encoding/binary"
	"math/bits"
)

// check makes sure that what a table says about another is possible, so that readers need not ask.
func (p *Part) check() bool {
	return p.checkBlocks() && p.names.check() && p.properties.check() && p.checkDicts() && p.checkSections()
}

// checkBlocks: the blocks lie inside the file, before the directory.
func (p *Part) checkBlocks() bool {
	end := binary.LittleEndian.Uint64(p.bytes[len(p.bytes)-footBytes:])
	for i := range p.blockCount() {
		e := decodeBlock(p.blocks[i*blockEntry:])
		if e.layout != layoutNone && (e.offset < headBytes || e.offset+uint64(e.length) > end) ||
			e.width > maxWidth && e.width != 64 || e.layout == layoutNone && e != (block{}) {
			return false
		}
	}
	return true
}

// check: the texts ascend and lie one behind the other.
func (t texts) check() bool {
	from := uint32(0)
	for i := range t.len() {
		to := u32(t.ends, i)
		if to < from || to > uint32(len(t.text)) {
			return false
		}
		from = to
		if i > 0 && string(t.at(i-1)) >= string(t.at(i)) {
			return false
		}
	}
	return int(from) == len(t.text)
}

func (p *Part) checkDicts() bool {
	for i := range p.dictionaries {
		d := &p.dictionaries[i]
		for k := 1; k < len(d.kinds); k++ {
			if d.kinds[k] < d.kinds[k-1] {
				return false
			}
		}
		if !p.hasBlocks(d.block, blocksOf(d.Len(), dictBlock)) || d.Len() >= 1<<31 {
			return false
		}
	}
	return true
}

func blocksOf(n, size int) int { return (n + size - 1) / size }

func (p *Part) hasBlocks(first uint32, n int) bool {
	return uint64(first)+uint64(n) <= uint64(p.blockCount())
}

// checkSections: the sections ascend, and their rows are those of the part.
func (p *Part) checkSections() bool {
	rows := uint64(0)
	for i := range p.sections {
		s := &p.sections[i]
		rows += uint64(s.rows)
		if !s.check() || i > 0 && !p.sections[i-1].before(s) {
			return false
		}
	}
	return rows == p.rows
}

func (s *Section) before(t *Section) bool {
	return s.name < t.name || s.name == t.name && s.class < t.class
}

func (s *Section) check() bool {
	p := s.part
	if int(s.name) >= p.names.len() || s.rows == 0 || s.first > s.last || s.first < p.first || s.last > p.last {
		return false
	}
	if !p.hasBlocks(s.block, s.streams()*s.blockCount()) ||
		uint64(s.firstColumn)+uint64(s.columns) > uint64(len(p.columns)/columnRow) {
		return false
	}
	return s.checkEnds() && s.checkColumns()
}

func (s *Section) checkEnds() bool {
	n := bits.OnesCount64(s.buckets)
	if uint64(s.firstEnd)+uint64(n) > uint64(len(s.part.ends)/4) || n == 0 {
		return false
	}
	end := uint32(0)
	for i := range n {
		next := u32(s.part.ends, int(s.firstEnd)+i)
		if next <= end {
			return false
		}
		end = next
	}
	return int(end) == s.rows
}

func (s *Section) checkColumns() bool {
	for i := range s.columns {
		c := s.columnRow(int(i))
		if c.property >= uint32(s.part.properties.len()) || i > 0 && s.columnRow(int(i)-1).property >= c.property ||
			c.codes == absent && c.numbers == absent ||
			c.codes != absent && !s.part.hasBlocks(c.codes, s.blockCount()) ||
			c.numbers != absent && !s.part.hasBlocks(c.numbers, s.blockCount()) {
			return false
		}
	}
	return true
}
