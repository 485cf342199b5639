package part

import (
	"cmp"
	"slices"
)

// order numbers the rows of one actor and one time that lie in more than one section by their arrival.
func (b *builder) order() {
	b.arrivals, b.tied = grown(b.arrivals, len(b.rows)), b.tied[:0]
	clear(b.arrivals)
	if b.findTies(); !b.ties.any {
		return
	}
	for i := range b.rows {
		e := &b.events[b.rows[i].at]
		if b.ties.has(uint8(e.Actor.Bucket()), e.Actor.Index(), e.Time) {
			b.tied = append(b.tied, uint32(i))
		}
	}
	slices.SortFunc(b.tied, b.compareArrivals)
	for rest := b.tied; len(rest) > 0; {
		n := 1
		for n < len(rest) && b.tie(rest[0], rest[n]) {
			n++
		}
		b.number(rest[:n])
		rest = rest[n:]
	}
}

func (b *builder) findTies() {
	b.ties.reset(len(b.rows))
	for i, r := range b.rows {
		if i > 0 && !b.sameSection(b.rows[i-1], r) {
			b.ties.endSection()
		}
		a := b.events[r.at].Actor
		b.ties.add(uint8(a.Bucket()), a.Index(), r.time)
	}
	b.ties.endSection()
	b.ties.endBucket() // all buckets at once: they are few rows
}

func (b *builder) compareArrivals(x, y uint32) int {
	r, s := b.rows[x], b.rows[y]
	return cmp.Or(cmp.Compare(b.events[r.at].Actor, b.events[s.at].Actor), cmp.Compare(r.time, s.time), cmp.Compare(r.at, s.at))
}

func (b *builder) tie(x, y uint32) bool {
	r, s := b.rows[x], b.rows[y]
	return r.time == s.time && b.events[r.at].Actor == b.events[s.at].Actor
}

// number numbers rows that tie. Inside one section their places tell as much.
func (b *builder) number(rows []uint32) {
	if !slices.ContainsFunc(rows, func(row uint32) bool { return !b.sameSection(b.rows[rows[0]], b.rows[row]) }) {
		return
	}
	for i, row := range rows {
		b.arrivals[row] = uint32(i)
	}
}
