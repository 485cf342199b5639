package part

import "jejak/event"

// pick is a row of the output: where it is from.
type pick struct {
	source uint32
	row    uint32
}

// rowMerger puts the rows of the sources of one name in order, bucket by bucket, takes duplicates out and picks those of
// one class.
type rowMerger struct {
	sources []source
	class   event.Class
	bucket  int
	cursors []rowCursor // one per source
	heads   []rowHead   // a heap of the cursors that have rows

	// What was picked and not yet dropped.
	picks   []pick
	buckets []uint8
	times   []event.Millis

	duplicates uint64
	erased     uint64 // of all sections
	group      []pick
	seen       keySet
}

// rowCursor walks rows of one bucket of one source.
type rowCursor struct {
	row, end int
	times    []event.Millis // of row, row+1, …
	buf      []event.Millis
}

// rowHead is the time of a cursor's row. Sources are in order of arrival.
type rowHead struct {
	time   event.Millis
	source uint32
}

func (a rowHead) before(b rowHead) bool {
	return a.time < b.time || a.time == b.time && a.source < b.source
}

func (r *rowMerger) start(sources []source, class event.Class) {
	r.sources, r.class, r.duplicates = sources, class, 0
	for len(r.cursors) < len(sources) {
		r.cursors = append(r.cursors, rowCursor{})
	}
}

// add gives the merger rows of a source, all of one bucket, before next is called for that bucket.
func (r *rowMerger) add(source, lo, hi int) {
	if lo >= hi {
		return
	}
	c := &r.cursors[source]
	c.row, c.end = lo, hi
	c.fill(r.sources[source].section)
	r.heads = append(r.heads, rowHead{c.times[0], uint32(source)})
	for i := len(r.heads) - 1; i > 0 && r.heads[i].before(r.heads[(i-1)/2]); i = (i - 1) / 2 {
		r.heads[i], r.heads[(i-1)/2] = r.heads[(i-1)/2], r.heads[i]
	}
}

func (c *rowCursor) fill(s *Section) {
	c.buf = s.Times(c.row, min(c.end, c.row+blockRows), c.buf)
	c.times = c.buf
}

// next picks rows until there are enough; it is false when the bucket ended before.
func (r *rowMerger) next(bucket, enough int) bool {
	r.bucket = bucket
	for len(r.picks) < enough {
		if len(r.heads) == 0 {
			return false
		}
		from := len(r.picks)
		if rival, ok := r.rival(); !ok || r.heads[0].time < rival {
			r.takeRun(rival, !ok)
		} else {
			r.takeGroup()
		}
		for range len(r.picks) - from {
			r.buckets = append(r.buckets, uint8(bucket))
		}
	}
	return true
}

// drop forgets the first n picks.
func (r *rowMerger) drop(n int) {
	r.picks = append(r.picks[:0], r.picks[n:]...)
	r.buckets = append(r.buckets[:0], r.buckets[n:]...)
	r.times = append(r.times[:0], r.times[n:]...)
}

// rival is the lowest time of all cursors but the first.
func (r *rowMerger) rival() (event.Millis, bool) {
	switch h := r.heads; len(h) {
	case 1:
		return 0, false
	case 2:
		return h[1].time, true
	default:
		return min(h[1].time, h[2].time), true
	}
}

// takeRun takes the rows of the first cursor that come before all others: no duplicates are among them.
func (r *rowMerger) takeRun(rival event.Millis, alone bool) {
	source := r.heads[0].source
	c := &r.cursors[source]
	n := 1
	for n < len(c.times) && (alone || c.times[n] < rival) {
		n++
	}
	if r.sources[source].section.class == r.class {
		r.pickRun(source, c, n)
	}
	r.advance(n)
}

// pickRun picks the next n rows of a cursor, but for those that are gone.
func (r *rowMerger) pickRun(source uint32, c *rowCursor, n int) {
	of := &r.sources[source]
	if of.gone == nil || len(of.gone[r.bucket]) == 0 {
		r.times = append(r.times, c.times[:n]...)
		for i := range n {
			r.picks = append(r.picks, pick{source, uint32(c.row + i)})
		}
		return
	}
	for i := range n {
		if of.stays(r.bucket, c.row+i) {
			r.picks, r.times = append(r.picks, pick{source, uint32(c.row + i)}), append(r.times, c.times[i])
		} else {
			r.erased++
		}
	}
}

// takeGroup takes all rows of the lowest time.
func (r *rowMerger) takeGroup() {
	t := r.heads[0].time
	r.group = r.group[:0]
	for len(r.heads) > 0 && r.heads[0].time == t {
		source := r.heads[0].source
		of, row := &r.sources[source], r.cursors[source].row
		if of.stays(r.bucket, row) {
			r.group = append(r.group, pick{source, uint32(row)})
		} else if of.section.class == r.class {
			r.erased++
		}
		r.advance(1)
	}
	for _, p := range r.lastOfEach(r.group) {
		if r.sources[p.source].section.class == r.class {
			r.picks, r.times = append(r.picks, p), append(r.times, t)
		}
	}
}

// lastOfEach takes out the rows that a later one of the group replaces.
func (r *rowMerger) lastOfEach(group []pick) []pick {
	r.seen.reset()
	first := len(group)
	for i := len(group) - 1; i >= 0; i-- {
		s := r.sources[group[i].source].section
		if k := s.key(int(group[i].row)); k.id != 0 {
			if r.seen.has(k) {
				if s.class == r.class {
					r.duplicates++
				}
				continue
			}
			r.seen.add(k)
		}
		first--
		group[first] = group[i]
	}
	return group[first:]
}

// advance moves the first cursor n decoded rows on.
func (r *rowMerger) advance(n int) {
	h := &r.heads[0]
	c := &r.cursors[h.source]
	c.row, c.times = c.row+n, c.times[n:]
	if c.row == c.end {
		last := len(r.heads) - 1
		r.heads[0] = r.heads[last]
		r.heads = r.heads[:last]
	} else {
		if len(c.times) == 0 {
			c.fill(r.sources[h.source].section)
		}
		h.time = c.times[0]
	}
	r.sink()
}

// sink puts the first head in its place.
func (r *rowMerger) sink() {
	h := r.heads
	for i := 0; ; {
		least := 2*i + 1
		if least >= len(h) {
			return
		}
		if least+1 < len(h) && h[least+1].before(h[least]) {
			least++
		}
		if !h[least].before(h[i]) {
			return
		}
		h[i], h[least] = h[least], h[i]
		i = least
	}
}
