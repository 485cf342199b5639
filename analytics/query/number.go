package query

import (
	"math"
	"math/big"
	"math/bits"
)

// exactSum adds float64 values without ever rounding, so that a sum does not depend on the order of the rows. It is
// rounded once, when it is read. The idea is Kulisch's accumulator: one fixed-point number wide enough for every
// float64. Nearly all values fit its middle part, 64 bits on each side of the point; the rest goes into wide.
type exactSum struct {
	hi   int64 // two's complement, together with lo: hi + lo/2^64
	lo   uint64
	wide *wideSum
}

// wideSum holds digits of 32 bits, the lowest worth 2^-1074: enough for the largest float64 and 2^40 additions.
type wideSum struct {
	digits  [70]int64
	pending int // additions since the carries were last propagated
}

const (
	wideSumBytes    = 70*8 + 8
	maxPending      = 1 << 29
	exponentOffset  = 1075 // a float64 is mantissa × 2^(exponent − exponentOffset)
	fractionBits    = 64   // of the middle part
	middleLowest    = exponentOffset - fractionBits
	middleHighest   = 1023 + 62 // exponents below: the value is smaller than 2^62
	lowestBit       = 1074
	middleInWideBit = lowestBit - fractionBits
)

// add adds a finite f.
func (s *exactSum) add(f float64) {
	if f == 0 {
		return
	}
	mantissa, exponent := decompose(f)
	if exponent < middleLowest || exponent >= middleHighest {
		s.addWide(mantissa, exponent, f < 0)
		return
	}
	shift := uint(exponent - middleLowest)
	hi := mantissa>>(64-shift) | mantissa<<(shift-64) // a shift of 64 or more yields 0
	lo := mantissa << shift
	s.addMiddle(hi, lo, f < 0)
}

func (s *exactSum) addMiddle(hi, lo uint64, negative bool) {
	var carry, high uint64
	if negative {
		s.lo, carry = bits.Sub64(s.lo, lo, 0)
		high, _ = bits.Sub64(uint64(s.hi), hi, carry)
	} else {
		s.lo, carry = bits.Add64(s.lo, lo, 0)
		high, _ = bits.Add64(uint64(s.hi), hi, carry)
	}
	s.hi = int64(high)
	if s.hi >= 1<<62 || s.hi < -1<<62 {
		s.spill()
	}
}

// decompose: f = ±mantissa × 2^(exponent − exponentOffset).
func decompose(f float64) (mantissa uint64, exponent int) {
	b := math.Float64bits(f)
	exponent = int(b >> 52 & 0x7ff)
	mantissa = b & (1<<52 - 1)
	if exponent == 0 {
		return mantissa, 1
	}
	return mantissa | 1<<52, exponent
}

func (s *exactSum) addWide(mantissa uint64, exponent int, negative bool) {
	if s.wide == nil {
		s.wide = new(wideSum)
	}
	s.wide.add(mantissa, exponent-1, negative)
}

// spill moves the middle part into wide before it overflows.
func (s *exactSum) spill() {
	if s.wide == nil {
		s.wide = new(wideSum)
	}
	hi, lo, negative := uint64(s.hi), s.lo, s.hi < 0
	if negative {
		var borrow uint64
		lo, borrow = bits.Sub64(0, lo, 0)
		hi, _ = bits.Sub64(0, hi, borrow)
	}
	s.wide.add(lo, middleInWideBit, negative)
	s.wide.add(hi, middleInWideBit+64, negative)
	s.hi, s.lo = 0, 0
}

// add adds ±m × 2^(bit − 1074).
func (w *wideSum) add(m uint64, bit int, negative bool) {
	if w.pending++; w.pending > maxPending {
		w.carry()
	}
	digit, shift := bit/32, uint(bit%32)
	hi, lo := m>>(64-shift), m<<shift
	a, b, c := int64(lo&math.MaxUint32), int64(lo>>32), int64(hi)
	if negative {
		a, b, c = -a, -b, -c
	}
	w.digits[digit] += a
	w.digits[digit+1] += b
	w.digits[digit+2] += c
}

// carry brings every digit but the highest into 0 to 2^32-1.
func (w *wideSum) carry() {
	for i := range len(w.digits) - 1 {
		w.digits[i+1] += w.digits[i] >> 32
		w.digits[i] &= math.MaxUint32
	}
	w.pending = 1
}

// merge adds what o holds; o must not be used afterwards.
func (s *exactSum) merge(o *exactSum) {
	negative, hi, lo := o.hi < 0, uint64(o.hi), o.lo
	if negative {
		var borrow uint64
		lo, borrow = bits.Sub64(0, lo, 0)
		hi, _ = bits.Sub64(0, hi, borrow)
	}
	s.addMiddle(hi, lo, negative)
	if o.wide == nil {
		return
	}
	if s.wide == nil {
		s.wide = new(wideSum)
	}
	o.wide.carry()
	s.wide.carry()
	for i, d := range o.wide.digits {
		s.wide.digits[i] += d
	}
}

// integer returns n and e with the exact sum = n × 2^-e.
func (s *exactSum) integer() (n *big.Int, e int) {
	n = new(big.Int).Lsh(big.NewInt(s.hi), 64)
	n.Add(n, new(big.Int).SetUint64(s.lo))
	if s.wide == nil {
		return n, fractionBits
	}
	s.wide.carry()
	w := new(big.Int)
	for i := len(s.wide.digits) - 1; i >= 0; i-- {
		w.Lsh(w, 32)
		w.Add(w, big.NewInt(s.wide.digits[i]))
	}
	return w.Add(w, n.Lsh(n, middleInWideBit)), lowestBit
}

// small is the sum when it is an integer that float64 holds exactly, and whether it is.
func (s *exactSum) small() (float64, bool) {
	return float64(s.hi), s.wide == nil && s.lo == 0 && s.hi <= 1<<53 && s.hi >= -1<<53
}

// sum is the float64 nearest to the exact sum, ties to even; null above the largest float64.
func (s *exactSum) sum() float64 {
	if f, ok := s.small(); ok {
		return f
	}
	n, e := s.integer()
	precision := uint(max(n.BitLen(), 64))
	exact := new(big.Float).SetPrec(precision).SetInt(n)
	f, _ := exact.SetMantExp(exact, -e).Float64()
	return finite(f)
}

// average is the float64 nearest to the exact sum divided by count; null when count is 0.
func (s *exactSum) average(count int64) float64 {
	if count == 0 {
		return null
	}
	if f, ok := s.small(); ok {
		return f / float64(count) // both exact: IEEE division rounds once
	}
	n, e := s.integer()
	d := new(big.Int).Lsh(big.NewInt(count), uint(e))
	f, _ := new(big.Rat).SetFrac(n, d).Float64()
	return finite(f)
}

// finite is f without a minus zero, or null.
func finite(f float64) float64 {
	switch {
	case math.IsInf(f, 0):
		return null
	case f == 0:
		return 0
	}
	return f
}
