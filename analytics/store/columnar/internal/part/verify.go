package part

import (
	"fmt"

	"jejak/analytics/store"
	"jejak/event"
)

// Verify reads everything and compares it with its checksums and its rules. The error is a Damage.
func (p *Part) Verify() (err error) {
	defer func() {
		switch d := recover().(type) {
		case nil:
		case Damage:
			err = d
		default:
			panic(d)
		}
	}()
	if _, err := Open(p.bytes); err != nil {
		return err
	}
	p.verifyBlocks()
	for i := range len(p.dicts) / dictRow {
		p.verifyDictionary(uint32(i))
	}
	var actors [event.Buckets]uint32
	for i := range p.sections {
		p.sections[i].verify(&actors)
	}
	for bucket, n := range actors {
		if p.Actors(bucket) != n {
			panic(Damage{fmt.Sprintf("the actors of bucket %d are fewer or more than the directory says", bucket)})
		}
	}
	return nil
}

// verifyBlocks: all checksums fit, and the blocks fill the file.
func (p *Part) verifyBlocks() {
	total := uint64(headBytes)
	for i := range p.blockCount() {
		p.verified[i/64].And(^(uint64(1) << (i % 64)))
		e := decodeBlock(p.blocks[i*blockEntry:])
		if e.layout != layoutNone {
			p.load(i)
		}
		total += uint64(e.length)
	}
	if foot := p.bytes[len(p.bytes)-footBytes:]; total != uint64(u32(foot, 0))|uint64(u32(foot, 1))<<32 {
		panic(Damage{"the blocks do not fill the file"})
	}
}

func (p *Part) verifyDictionary(property uint32) {
	d := p.dictionary(property)
	var last valueCursor
	for code := uint32(1); code <= d.kinds[3]; code++ {
		c := valueCursor{}
		c.kind, c.text = d.at(code)
		if code > 1 && compareTexts(last.kind, last.text, &c) >= 0 {
			panic(Damage{fmt.Sprintf("dictionary %d is out of order", property)})
		}
		last = c
	}
}

func (s *Section) verify(actors *[event.Buckets]uint32) {
	first, last := s.last, s.first
	for bucket := range event.Buckets {
		lo, hi := s.Bucket(bucket)
		times := s.Times(lo, hi, nil)
		for i, t := range times {
			first, last = min(first, t), max(last, t)
			if i > 0 && times[i-1] > t {
				panic(Damage{"times go back inside a bucket"})
			}
		}
		for _, a := range s.Actors(lo, hi, nil) {
			actors[bucket] = max(actors[bucket], a+1)
		}
		s.ids(lo, hi, nil)
		for i := range s.columns {
			(&column{s, s.columnRow(int(i))}).verify(lo, hi)
		}
	}
	if first != s.first || last != s.last {
		panic(Damage{"the times of a section are not those the directory says"})
	}
}

func (c *column) verify(lo, hi int) {
	d := c.section.part.dictionary(c.property)
	for _, code := range c.Codes(lo, hi, nil) {
		if code != store.NumberCode && int(code) > d.Len() {
			panic(Damage{"a code is beyond its dictionary"})
		}
	}
	c.Numbers(lo, hi, nil)
}
