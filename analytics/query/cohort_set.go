package query

import (
	"math/bits"

	"jejak/event"
)

// addKnown adds a person there is room for: of others nothing is known.
func (c *crowd) addKnown(a event.Actor) {
	if int(a.Index()/64) < len(c.in[a.Bucket()]) {
		c.add(a)
	}
}

// each calls f with everybody.
func (c *crowd) each(f func(bucket int, actor uint32)) {
	for bucket, words := range c.in {
		for i, w := range words {
			for ; w != 0; w &= w - 1 {
				f(bucket, uint32(64*i+bits.TrailingZeros64(w)))
			}
		}
	}
}

// unite adds all people of another crowd of the same size.
func (c *crowd) unite(other *crowd) {
	for bucket, words := range other.in {
		for i, w := range words {
			c.in[bucket][i] |= w
		}
	}
}

// intersect leaves those who are in the other, too.
func (c *crowd) intersect(other *crowd) {
	for bucket, words := range other.in {
		for i, w := range words {
			c.in[bucket][i] &= w
		}
	}
}

// invert takes all out and all others in, but for nobody.
func (c *crowd) invert() {
	for _, words := range c.in {
		for i := range words {
			words[i] = ^words[i]
			if i == 0 {
				words[i] &^= 1
			}
		}
	}
}

// bytes is what it takes of a meter.
func (c *crowd) bytes() (n int64) {
	for _, words := range c.in {
		n += 8 * int64(len(words))
	}
	return n
}
