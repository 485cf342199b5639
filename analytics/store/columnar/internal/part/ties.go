package part

import (
	"math/bits"

	"jejak/event"
)

// ties finds rows of one actor and one time without comparing each with each: it says yes for all of them, and for a few
// others that only look alike. Its size is bounded, so the more rows, the more look alike.
type ties struct {
	seen, many []uint64 // a bit for each hash
	shift      uint
}

const (
	tieBits    = 16      // for each row
	maxTieBits = 1 << 26 // in all
)

// reset prepares for so many rows.
func (t *ties) reset(rows int) {
	size := bits.Len64(uint64(min(tieBits*rows, maxTieBits-1)) | 63)
	t.seen, t.many = grown(t.seen, 1<<size/64), grown(t.many, 1<<size/64)
	clear(t.seen)
	clear(t.many)
	t.shift = uint(64 - size)
}

func (t *ties) place(bucket uint8, actor uint32, at event.Millis) (word int, bit uint64) {
	h := (uint64(at)*0x9e3779b97f4a7c15 ^ uint64(event.MakeActor(int(bucket), actor))) * 0xd6e8feb86659fd93
	h = (h ^ h>>32) * 0xd6e8feb86659fd93 >> t.shift
	return int(h / 64), 1 << (h % 64)
}

// add notes a row. Nobody's rows tie with none.
func (t *ties) add(bucket uint8, actor uint32, at event.Millis) {
	if actor == 0 {
		return
	}
	word, bit := t.place(bucket, actor, at)
	t.many[word] |= t.seen[word] & bit
	t.seen[word] |= bit
}

// has tells whether the row may tie with another.
func (t *ties) has(bucket uint8, actor uint32, at event.Millis) bool {
	if actor == 0 {
		return false
	}
	word, bit := t.place(bucket, actor, at)
	return t.many[word]&bit != 0
}
