package scope

import (
	"math"

	"jejak/ground/detect"
)

// rule is by which a detector found something.
type rule struct {
	Class detect.Class
	Rule  string
}

// Limits of what is kept of a column.
const (
	maxCounted  = 100_000 // columns that are counted apart
	maxDetailed = 2_000   // columns whose values are profiled; of the others cells are counted and classified
	maxPatterns = 128
	maxSamples  = 8
)

// column is what is known of one. All of it can be added up in any order.
type column struct {
	Cells, Rows, Blank, Bytes int64
	Shortest, Longest         int
	Distinct                  distinct
	Patterns, Samples         lowest[int64]
	Classes                   [32]int64      // cells, by class
	Rules                     map[rule]int64 // findings
	Unsure                    map[rule]int64 // findings that are not likely enough for one value
	Owned                     int64          // cells that named a member
	Cut                       int64          // cells with more coats of encoding than are taken off

	seen int64 // the row that was seen last
}

func newColumn() *column {
	return &column{Shortest: math.MaxInt, Patterns: lowest[int64]{Most: maxPatterns}, Samples: lowest[int64]{Most: maxSamples}}
}

// profile takes a cell in that is not blank.
func (c *column) profile(text, scratch []byte) []byte {
	c.Bytes += int64(len(text))
	c.Shortest, c.Longest = min(c.Shortest, len(text)), max(c.Longest, len(text))
	h := hash(text)
	c.Distinct.add(h)
	if len(text) <= 1024 && (!c.Samples.full() || h <= c.Samples.ranks[0].rank) {
		if n := c.Samples.at(text, hash); n != nil {
			*n++
		}
	}
	scratch = appendPattern(scratch[:0], text)
	if n := c.Patterns.at(scratch, hash); n != nil {
		*n++
	}
	return scratch
}

func (c *column) merge(o *column) {
	c.Cells += o.Cells
	c.Rows += o.Rows
	c.Blank += o.Blank
	c.Bytes += o.Bytes
	c.Owned += o.Owned
	c.Cut += o.Cut
	c.Shortest, c.Longest = min(c.Shortest, o.Shortest), max(c.Longest, o.Longest)
	c.Distinct.merge(o.Distinct)
	c.Patterns.merge(&o.Patterns, hash, addUp)
	c.Samples.merge(&o.Samples, hash, addUp)
	for i, n := range o.Classes {
		c.Classes[i] += n
	}
	addAll(&c.Rules, o.Rules)
	addAll(&c.Unsure, o.Unsure)
}

func addUp(to, from *int64) { *to += *from }

// note counts a finding.
func (c *column) note(in *map[rule]int64, h hit) {
	if *in == nil {
		*in = map[rule]int64{}
	}
	(*in)[rule{h.class, h.rule}]++
}

func addAll(to *map[rule]int64, from map[rule]int64) {
	if *to == nil && len(from) > 0 {
		*to = map[rule]int64{}
	}
	for k, n := range from {
		(*to)[k] += n
	}
}

// restore completes a column that was read from a state.
func (c *column) restore() {
	c.Patterns.restore(hash)
	c.Samples.restore(hash)
}

// maxPattern is after how many bytes of a value, and of its pattern, the pattern is cut.
const (
	maxPatterned = 64
	maxPattern   = 24
)

// appendPattern appends the form of a value: letters become a or A, digits 9, other scripts ä, runs of them one; the rest stays.
func appendPattern(to, value []byte) []byte {
	last, from := byte(0), len(to)
	for i, c := range value {
		if i == maxPatterned || len(to)-from >= maxPattern {
			return append(to, "…"...)
		}
		shape := shapes[c]
		if shape == last && shape != c {
			continue
		}
		last = shape
		if shape == 0xff {
			to = append(to, "ä"...)
			continue
		}
		to = append(to, shape)
	}
	return to
}

var shapes = func() (t [256]byte) {
	for i := range t {
		t[i] = byte(i)
		if i >= 0x80 {
			t[i] = 0xff
		}
		if i < ' ' || i == 0x7f {
			t[i] = ' '
		}
	}
	for c := 'a'; c <= 'z'; c++ {
		t[c], t[c-32] = 'a', 'A'
	}
	for c := '0'; c <= '9'; c++ {
		t[c] = '9'
	}
	return t
}()
