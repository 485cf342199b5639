package collect

import (
	"bytes"
	"math"
	"slices"
	"strconv"

	"github.com/valyala/fastjson"
)

// Canonical writes JSON so that equal values are equal text: no white space, keys of objects sorted, of duplicate keys
// the last, numbers in their shortest decimal form, strings escaped only where JSON demands it. A number that JSON
// cannot carry becomes null. Not for concurrent use.
type Canonical struct{ members []member }

type member struct {
	key   []byte
	value *fastjson.Value
}

// Append appends v to dst. Recursion goes as deep as v does; Limits.Depth has bounded that.
func (c *Canonical) Append(dst []byte, v *fastjson.Value) []byte {
	switch v.Type() {
	case fastjson.TypeObject:
		o, _ := v.Object()
		return c.appendObject(dst, o)
	case fastjson.TypeArray:
		items, _ := v.Array()
		return c.appendArray(dst, items)
	case fastjson.TypeString:
		s, _ := v.StringBytes()
		return appendString(dst, s)
	case fastjson.TypeNumber:
		return appendNumber(dst, v)
	case fastjson.TypeTrue:
		return append(dst, "true"...)
	case fastjson.TypeFalse:
		return append(dst, "false"...)
	default:
		return append(dst, "null"...)
	}
}

func (c *Canonical) appendArray(dst []byte, items []*fastjson.Value) []byte {
	dst = append(dst, '[')
	for i, item := range items {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = c.Append(dst, item)
	}
	return append(dst, ']')
}

// appendObject keeps the members of all open objects on one stack.
func (c *Canonical) appendObject(dst []byte, o *fastjson.Object) []byte {
	base := len(c.members)
	o.Visit(func(key []byte, v *fastjson.Value) { c.members = append(c.members, member{key, v}) })
	slices.SortStableFunc(c.members[base:], func(a, b member) int { return bytes.Compare(a.key, b.key) })
	dst = append(dst, '{')
	end := len(c.members)
	for i, first := base, true; i < end; i++ {
		m := c.members[i]
		if i+1 < end && bytes.Equal(m.key, c.members[i+1].key) {
			continue // a later one replaces it
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(appendString(dst, m.key), ':')
		dst = c.Append(dst, m.value)
	}
	clear(c.members[base:end])
	c.members = c.members[:base]
	return append(dst, '}')
}

func appendNumber(dst []byte, v *fastjson.Value) []byte {
	f, err := v.Float64()
	switch {
	case err != nil, math.IsNaN(f), math.IsInf(f, 0):
		return append(dst, "null"...)
	case f == 0:
		return append(dst, '0') // one zero
	case math.Abs(f) < 1e21 && math.Abs(f) >= 1e-6:
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	return strconv.AppendFloat(dst, f, 'e', -1, 64)
}

const hexDigits = "0123456789abcdef"

func appendString(dst, s []byte) []byte {
	dst = append(dst, '"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < 0x20:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}
