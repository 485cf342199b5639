package part

import (
	"encoding/binary"
	"math/bits"
)

//go:generate go run kernels_make.go

// integer is what packed blocks hold: times and scaled numbers (int64), actor indexes and codes (uint32), rows of a block
// (uint16).
type integer interface {
	~int64 | ~uint32 | ~uint16
}

// Packed values lie one behind the other, the first in the lowest bits, in maxWidth bits at most: an unaligned load of
// eight bytes then always holds a whole value. Wider ones are stored raw.
const (
	maxWidth = 56
	overRead = 8 // bytes behind a block that a load may touch; the directory follows the last block
)

// packedBytes is the length of n values of width bits.
func packedBytes(n int, width uint) int { return (n*int(width) + 7) / 8 }

// widthOf is the number of bits for values from 0 to span.
func widthOf(span uint64) uint { return uint(bits.Len64(span)) }

// extent is the lowest and the highest of vals, which must not be empty.
func extent[T integer](vals []T) (low, high T) {
	low, high = vals[0], vals[0]
	for _, v := range vals {
		low, high = min(low, v), max(high, v)
	}
	return low, high
}

// appendPacked appends vals, each less base and divided by unit, in width bits.
func appendPacked[T integer](dst []byte, vals []T, base, unit T, width uint) []byte {
	var acc uint64
	var filled uint
	for _, v := range vals {
		d := uint64(v - base)
		if unit != 1 {
			d /= uint64(unit)
		}
		acc |= d << filled
		filled += width
		if filled >= 64 {
			dst = binary.LittleEndian.AppendUint64(dst, acc)
			filled -= 64
			acc = d >> (width - filled)
		}
	}
	for ; filled > 0; filled -= min(filled, 8) {
		dst = append(dst, byte(acc))
		acc >>= 8
	}
	return dst
}

// packedAt is the i-th value of a block, without its base. The load may touch overRead bytes behind the block.
func packedAt(b []byte, i int, width uint) uint64 {
	bit := uint(i) * width
	return binary.LittleEndian.Uint64(b[bit>>3:]) >> (bit & 7) & (1<<width - 1)
}

// unpack writes the values skip, skip+1, … of a block to dst, base added. b reaches overRead bytes beyond the block.
func unpack[T integer](dst []T, b []byte, skip int, width uint, base T) {
	for skip&7 != 0 && len(dst) > 0 {
		dst[0] = base + T(packedAt(b, skip, width))
		dst, skip = dst[1:], skip+1
	}
	b = b[skip/8*int(width):]
	groups := len(dst) / 8
	if width <= kernelWidth {
		unpackGroups(dst[:groups*8], b, width, base)
	} else {
		unpackWide(dst[:groups*8], b, width, base)
	}
	for i := groups * 8; i < len(dst); i++ {
		dst[i] = base + T(packedAt(b, i, width))
	}
}

// unpackWide does what the kernels do for the widths that are rare.
func unpackWide[T integer](dst []T, b []byte, width uint, base T) {
	mask := uint64(1)<<width - 1
	bit := uint(0)
	for i := range dst {
		dst[i] = base + T(binary.LittleEndian.Uint64(b[bit>>3:])>>(bit&7)&mask)
		bit += width
	}
}
