package lexicon

import (
	"jejak/analytics/store"
	"jejak/event"
)

// unionColumn is two columns as one: where the first is not set, the second counts.
type unionColumn struct {
	first, second store.Column
	union         *union
}

// Codes implements store.Column.
func (c *unionColumn) Codes(lo, hi int, dst []uint32) []uint32 {
	dst = c.first.Codes(lo, hi, dst)
	others := c.second.Codes(lo, hi, nil)
	for i, code := range dst {
		if code == 0 {
			dst[i] = c.union.code(others[i])
		}
	}
	return dst
}

// Numbers implements store.Column.
func (c *unionColumn) Numbers(lo, hi int, dst []float64) []float64 {
	dst = c.first.Numbers(lo, hi, dst)
	codes, others := c.first.Codes(lo, hi, nil), c.second.Numbers(lo, hi, nil)
	for i, code := range codes {
		if code == 0 {
			dst[i] = others[i]
		}
	}
	return dst
}

// HasNumbers, HasOthers and Dictionary implement store.Column.
func (c *unionColumn) HasNumbers() bool             { return c.first.HasNumbers() || c.second.HasNumbers() }
func (c *unionColumn) HasOthers() bool              { return c.first.HasOthers() || c.second.HasOthers() }
func (c *unionColumn) Dictionary() store.Dictionary { return c.union }

// union is the values of one dictionary, then those of another that it does not have.
type union struct {
	first, second store.Dictionary
	codes         []uint32 // of the union, by code of second
	more          []uint32 // codes of second behind those of first
}

func join(first, second store.Dictionary) *union {
	n := uint32(second.Len())
	u := &union{first: first, second: second, codes: make([]uint32, n+1)}
	second.Values(1, n+1, func(code uint32, v event.Value) {
		if u.codes[code] = first.Code(v); u.codes[code] == 0 {
			u.more = append(u.more, code)
			u.codes[code] = uint32(first.Len() + len(u.more))
		}
	})
	return u
}

// code is that of the union for one of second.
func (u *union) code(second uint32) uint32 {
	if second == store.NumberCode {
		return second
	}
	return u.codes[second]
}

// Identity implements store.Dictionary, and so on.
func (u *union) Identity() any { return u }
func (u *union) Len() int      { return u.first.Len() + len(u.more) }

func (u *union) Value(code uint32) event.Value {
	if n := uint32(u.first.Len()); code > n {
		return u.second.Value(u.more[code-n-1])
	}
	return u.first.Value(code)
}

func (u *union) Values(from, to uint32, f func(code uint32, v event.Value)) {
	n := uint32(u.first.Len())
	if from <= n {
		u.first.Values(from, min(to, n+1), f)
	}
	for code := max(from, n+1); code < to; code++ {
		f(code, u.Value(code))
	}
}

func (u *union) Code(v event.Value) uint32 {
	if code := u.first.Code(v); code != 0 {
		return code
	}
	return u.codes[u.second.Code(v)]
}
