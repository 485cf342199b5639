package part

import "jejak/event"

// Superseded appends to dst the rows of older, in the bucket, that a row of newer replaces: same actor, time and insert
// id. The sections must be of one event name and of parts made under one key.
func Superseded(older, newer *Section, bucket int, dst []int) []int {
	if !older.hasIDs || !newer.hasIDs || older.last < newer.first || newer.last < older.first {
		return dst
	}
	oldLo, oldHi := older.Bucket(bucket)
	newLo, newHi := newer.Bucket(bucket)
	if oldLo == oldHi || newLo == newHi {
		return dst
	}
	oldLo = older.Seek(oldLo, oldHi, newer.timeAt(newLo))
	if oldLo == oldHi {
		return dst
	}
	newLo = newer.Seek(newLo, newHi, older.timeAt(oldLo))
	olds := walk{section: older, row: oldLo, end: oldHi}
	news := walk{section: newer, row: newLo, end: newHi}
	for olds.left() && news.left() {
		switch o, n := olds.time(), news.time(); {
		case o < n:
			olds.row++
		case n < o:
			news.row++
		default:
			dst = replacedAt(&olds, &news, o, dst)
		}
	}
	return dst
}

// walkRows is how many times are decoded at once.
const walkRows = blockRows / 4

// walk reads the times of a bucket row by row.
type walk struct {
	section  *Section
	row, end int
	times    []event.Millis
	from     int // row of times[0]
}

func (w *walk) left() bool { return w.row < w.end }

func (w *walk) time() event.Millis {
	if w.row < w.from || w.row >= w.from+len(w.times) {
		w.from = w.row
		w.times = w.section.Times(w.row, min(w.end, w.row+walkRows), w.times)
	}
	return w.times[w.row-w.from]
}

// replacedAt compares the rows of both at one time and steps behind them.
func replacedAt(olds, news *walk, t event.Millis, dst []int) []int {
	var keys keySet
	for ; news.left() && news.time() == t; news.row++ {
		if k := news.section.key(news.row); k.id != 0 {
			keys.add(k)
		}
	}
	for ; olds.left() && olds.time() == t; olds.row++ {
		if k := olds.section.key(olds.row); k.id != 0 && keys.has(k) {
			dst = append(dst, olds.row)
		}
	}
	return dst
}
