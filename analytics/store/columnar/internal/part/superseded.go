package part

import (
	"math/bits"

	"jejak/event"
)

// Superseded appends to dst, by bucket, the rows of older that a row of newer replaces: same actor, time and insert id. It
// tells whether there are any. The sections must be of one event name and of parts made under one key.
func Superseded(older, newer *Section, dst *[event.Buckets][]int) (any bool) {
	if !older.hasIDs || !newer.hasIDs || older.last < newer.first || newer.last < older.first {
		return false
	}
	olds, news := walk{section: older}, walk{section: newer}
	for both := older.buckets & newer.buckets; both != 0; both &= both - 1 {
		bucket := bits.TrailingZeros64(both)
		if !beginTogether(&olds, &news, bucket) {
			continue
		}
		before := len(dst[bucket])
		dst[bucket] = replaced(&olds, &news, dst[bucket])
		any = any || len(dst[bucket]) > before
	}
	return any
}

// beginTogether goes to the first rows of a bucket that both have at about the same time, without reading what is before.
// It is false when there are none: mostly the newer run is small, and has no row here in the time of the older.
func beginTogether(olds, news *walk, bucket int) bool {
	newLo, newHi := news.section.Bucket(bucket)
	newLo = news.section.Seek(newLo, newHi, olds.section.first)
	if newLo == newHi || news.section.timeAt(newLo) > olds.section.last {
		return false
	}
	oldLo, oldHi := olds.section.Bucket(bucket)
	oldLo = olds.section.Seek(oldLo, oldHi, news.section.timeAt(newLo))
	if oldLo == oldHi {
		return false
	}
	olds.begin(oldLo, oldHi)
	news.begin(news.section.Seek(newLo, newHi, olds.section.timeAt(oldLo)), newHi)
	return true
}

// replaced goes through one bucket.
func replaced(olds, news *walk, dst []int) []int {
	n, more := news.time()
	for more && olds.seek(n) {
		switch o, _ := olds.time(); {
		case o == n:
			dst = replacedAt(olds, news, n, dst)
		case !news.seek(o):
			return dst
		}
		n, more = news.time()
	}
	return dst
}

// walkRows is how many times are decoded at once.
const walkRows = 128

// walk reads the times of a bucket row by row.
type walk struct {
	section  *Section
	row, end int
	times    []event.Millis // of row, row+1, …
	buf      []event.Millis
}

// begin goes to the rows row <= r < end of another bucket.
func (w *walk) begin(row, end int) { w.row, w.end, w.times = row, end, nil }

// time is that of the row; it is false at the end.
func (w *walk) time() (event.Millis, bool) {
	if len(w.times) == 0 {
		if w.row == w.end {
			return 0, false
		}
		w.buf = w.section.Times(w.row, min(w.end, w.row+walkRows), w.buf)
		w.times = w.buf
	}
	return w.times[0], true
}

func (w *walk) step(n int) { w.row, w.times = w.row+n, w.times[n:] }

// seek steps to the first row at or after t; it is false when there is none.
func (w *walk) seek(t event.Millis) bool {
	for {
		if _, more := w.time(); !more {
			return false
		}
		n := 0
		for n < len(w.times) && w.times[n] < t {
			n++
		}
		if w.step(n); len(w.times) > 0 {
			return true
		}
		w.skip(t)
	}
}

// skip leaps over rows before t without decoding them, farther with each leap.
func (w *walk) skip(t event.Millis) {
	leap := walkRows
	for w.row+leap < w.end && w.section.timeAt(w.row+leap) < t {
		w.row += leap
		leap *= 2
	}
	if leap > walkRows {
		w.row = w.section.Seek(w.row, min(w.end, w.row+leap), t)
	}
}

// replacedAt compares the rows of both at one time and steps behind them.
func replacedAt(olds, news *walk, t event.Millis, dst []int) []int {
	var keys keySet
	for ; news.at(t); news.step(1) {
		if k := news.section.key(news.row); k.id != 0 {
			keys.add(k)
		}
	}
	for ; olds.at(t); olds.step(1) {
		if k := olds.section.key(olds.row); k.id != 0 && keys.has(k) {
			dst = append(dst, olds.row)
		}
	}
	return dst
}

// at tells whether the row is there and of this time.
func (w *walk) at(t event.Millis) bool {
	is, more := w.time()
	return more && is == t
}
