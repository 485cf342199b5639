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
	for i := range p.dictionaries {
		p.verifyDictionary(uint32(i))
	}
	var actors [event.Buckets]uint32
	for i := range p.sections {
		p.sections[i].verify(&actors)
	}
	p.verifySpan()
	for bucket, n := range actors {
		if p.Actors(bucket) != n {
			panic(Damage{fmt.Sprintf("the actors of bucket %d are fewer or more than the directory says", bucket)})
		}
	}
	return nil
}

// verifySpan: the first and the last time are those of the sections.
func (p *Part) verifySpan() {
	if len(p.sections) == 0 {
		return
	}
	first, last := p.last, p.first
	for i := range p.sections {
		first, last = min(first, p.sections[i].first), max(last, p.sections[i].last)
	}
	if first != p.first || last != p.last {
		panic(Damage{"the times of the sections are not those the directory says"})
	}
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
	d := &p.dictionaries[property]
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

// verify compares the rows of a section with the directory, and finds the highest actor of each bucket.
func (s *Section) verify(actors *[event.Buckets]uint32) {
	v := sectionVerifier{Section: s, earliest: s.last, latest: s.first}
	for bucket := range event.Buckets {
		v.previous = s.first
		lo, hi := s.Bucket(bucket)
		for ; lo < hi; lo += blockRows {
			v.rows(lo, min(hi, lo+blockRows))
			for _, a := range v.actors {
				actors[bucket] = max(actors[bucket], a+1)
			}
		}
	}
	if v.earliest != s.first || v.latest != s.last {
		panic(Damage{"the times of a section are not those the directory says"})
	}
}

type sectionVerifier struct {
	*Section
	previous, earliest, latest event.Millis
	times                      []event.Millis
	actors, codes              []uint32
	ids                        []hash
	numbers                    []float64
}

func (v *sectionVerifier) rows(lo, hi int) {
	v.times = v.Times(lo, hi, v.times)
	for _, t := range v.times {
		if t < v.previous {
			panic(Damage{"times go back inside a bucket"})
		}
		v.previous = t
	}
	v.earliest, v.latest = min(v.earliest, v.times[0]), max(v.latest, v.previous)
	v.actors = v.Actors(lo, hi, v.actors)
	v.arrivals(lo, hi)
	v.ids = v.Section.ids(lo, hi, v.ids)
	for i := range v.columns {
		v.column(&column{v.Section, v.columnRow(int(i))}, lo, hi)
	}
}

// arrivals: inside a section they follow the order of the rows.
func (v *sectionVerifier) arrivals(lo, hi int) {
	arrivals := v.Arrivals(lo, hi, nil)
	type who struct {
		actor uint32
		time  event.Millis
	}
	last := map[who]uint32{}
	for i, arrival := range arrivals {
		k := who{v.actors[i], v.times[i]}
		if arrival < last[k] {
			panic(Damage{"arrivals go back inside a section"})
		}
		if arrival > 0 {
			last[k] = arrival
		}
	}
}

func (v *sectionVerifier) column(c *column, lo, hi int) {
	size := c.section.part.dictionaries[c.property].kinds[3]
	v.codes = c.Codes(lo, hi, v.codes)
	for _, code := range v.codes {
		if code != store.NumberCode && code > size {
			panic(Damage{"a code is beyond its dictionary"})
		}
	}
	v.numbers = c.Numbers(lo, hi, v.numbers)
}
