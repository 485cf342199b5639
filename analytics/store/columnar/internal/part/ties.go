package part

import (
	"math/bits"

	"jejak/event"
)

// ties finds the rows of one actor and one time that lie in different sections, without comparing each with each. It says
// yes for all of them, and for very few others that only look alike. Its size is bounded.
type ties struct {
	any   bool
	tied  []uint64 // a bit for each hash of a row that ties
	shift uint

	// The rows of one bucket, section by section.
	hashes []uint64
	ends   []int
	// A bit for each hash that one section has, and for each that several have.
	seen, many []uint64
}

const (
	siftBits   = 16 // for each row of a bucket
	tiedBits   = 8  // for each row
	maxTieBits = 1 << 26
)

// reset prepares for so many rows.
func (t *ties) reset(rows int) {
	size := sizeFor(min(tiedBits*rows, maxTieBits))
	t.any, t.tied = false, cleared(t.tied, size)
	t.shift = 64 - size
}

// sizeFor is the number of bits of an index into at least n bits, which fill whole words.
func sizeFor(n int) uint { return uint(bits.Len64(uint64(max(n, 64) - 1))) }

func cleared(words []uint64, size uint) []uint64 {
	words = grown(words, 1<<size/64)
	clear(words)
	return words
}

func tieHash(bucket uint8, actor uint32, at event.Millis) uint64 {
	h := (uint64(at)*0x9e3779b97f4a7c15 ^ uint64(event.MakeActor(int(bucket), actor))) * 0xd6e8feb86659fd93
	return (h ^ h>>32) * 0xd6e8feb86659fd93
}

// add adds a row of the current section and bucket. Nobody's rows tie with none.
func (t *ties) add(bucket uint8, actor uint32, at event.Millis) {
	if actor != 0 {
		t.hashes = append(t.hashes, tieHash(bucket, actor, at))
	}
}

// endSection says that the rows to come are of another section.
func (t *ties) endSection() {
	if n := len(t.ends); len(t.hashes) > 0 && (n == 0 || t.ends[n-1] < len(t.hashes)) {
		t.ends = append(t.ends, len(t.hashes))
	}
}

// endBucket finds what ties among the rows added; rows to come are of other actors. It sifts twice, by different bits of
// the hashes: of the rows without company one in a few thousand is left.
func (t *ties) endBucket() {
	for _, low := range []bool{false, true} {
		if len(t.ends) < 2 {
			break
		}
		t.sift(low)
	}
	if len(t.ends) > 1 {
		t.any = true
		for _, h := range t.hashes {
			set(t.tied, h>>t.shift)
		}
	}
	t.hashes, t.ends = t.hashes[:0], t.ends[:0]
}

// sift keeps the rows that look like one of another section.
func (t *ties) sift(low bool) {
	size := sizeFor(siftBits * len(t.hashes))
	t.seen, t.many = cleared(t.seen, size), cleared(t.many, size)
	shift, mask := 64-size, uint64(1)<<size-1
	if low {
		shift = 0
	}
	from := 0
	for _, to := range t.ends {
		for _, h := range t.hashes[from:to] {
			if has(t.seen, h>>shift&mask) {
				set(t.many, h>>shift&mask)
			}
		}
		for _, h := range t.hashes[from:to] {
			set(t.seen, h>>shift&mask)
		}
		from = to
	}
	t.drop(func(h uint64) bool { return !has(t.many, h>>shift&mask) })
}

// drop takes rows out.
func (t *ties) drop(useless func(h uint64) bool) {
	from, kept, ends := 0, t.hashes[:0], t.ends[:0]
	for _, to := range t.ends {
		before := len(kept)
		for _, h := range t.hashes[from:to] {
			if !useless(h) {
				kept = append(kept, h)
			}
		}
		if len(kept) > before {
			ends = append(ends, len(kept))
		}
		from = to
	}
	t.hashes, t.ends = kept, ends
}

func set(words []uint64, i uint64)      { words[i/64] |= 1 << (i % 64) }
func has(words []uint64, i uint64) bool { return words[i/64]>>(i%64)&1 != 0 }

// has tells whether the row ties with one of another section.
func (t *ties) has(bucket uint8, actor uint32, at event.Millis) bool {
	return t.any && actor != 0 && has(t.tied, tieHash(bucket, actor, at)>>t.shift)
}
