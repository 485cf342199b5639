package part

import (
	"bytes"
	"cmp"
	"slices"
	"sync"

	"jejak/event"
)

// Build encodes events given in order of arrival. Of those with the same key the last one stays. It keeps nothing of
// events.
func Build(events []event.Event, k Key) []byte {
	b := builders.Get().(*builder)
	defer b.forget()
	b.events = events
	b.hashIDs(k)
	b.sort()
	b.order()
	b.gather()
	var out bytes.Buffer
	out.Grow(64 * len(events))
	b.writer.start(&out)
	b.write(&b.writer)
	return out.Bytes()
}

var builders = sync.Pool{New: func() any { return &builder{names: map[string]uint32{}} }}

// builder turns one batch of events into a part. Its memory is used again.
type builder struct {
	events []event.Event
	names  map[string]uint32 // to their order
	sorted []string
	ids    []hash // of events
	rows   []buildRow
	seen   keySet
	buf    []byte

	ties     ties
	tied     []uint32 // rows that may tie, by arrival
	arrivals []uint32 // of rows

	writer  writer
	columns columnBuilders
	stripe  stripe
}

// buildRow is an event to be sorted.
type buildRow struct {
	place uint32 // of its name and bucket
	at    uint32 // in events, by arrival
	time  event.Millis
}

// maxKept is the length of a batch after which the memory is not kept for the next.
const maxKept = 1 << 16

// forget lets go of the events: no string of theirs may be held.
func (b *builder) forget() {
	if len(b.events) > maxKept {
		return
	}
	b.events, b.writer.out = nil, nil
	clear(b.names)
	clear(b.sorted)
	b.sorted, b.rows = b.sorted[:0], b.rows[:0]
	b.columns.forget()
	builders.Put(b)
}

func (b *builder) hashIDs(k Key) {
	b.ids = grown(b.ids, len(b.events))
	b.buf = append(b.buf[:0], k[:]...)
	for i := range b.events {
		b.ids[i], b.buf = hashID(b.buf, len(k), b.events[i].InsertID)
	}
}

// sort puts the rows in their order and takes duplicates out.
func (b *builder) sort() {
	b.orderNames()
	for i := range b.events {
		e := &b.events[i]
		place := b.names[e.Name]<<event.BucketBits | uint32(e.Actor.Bucket())
		b.rows = append(b.rows, buildRow{place, uint32(i), e.Time})
	}
	slices.SortFunc(b.rows, compareRows)
	b.rows = b.unique(b.rows)
	if b.manyClasses() {
		slices.SortStableFunc(b.rows, b.compareClasses)
	}
}

func compareRows(x, y buildRow) int {
	switch {
	case x.place != y.place:
		return cmp.Compare(x.place, y.place)
	case x.time != y.time:
		return cmp.Compare(x.time, y.time)
	default:
		return cmp.Compare(x.at, y.at)
	}
}

// orderNames numbers the names by their order.
func (b *builder) orderNames() {
	for i := range b.events {
		name := b.events[i].Name
		if i > 0 && name == b.events[i-1].Name {
			continue
		}
		if _, ok := b.names[name]; !ok {
			b.names[name] = 0
			b.sorted = append(b.sorted, name)
		}
	}
	slices.Sort(b.sorted)
	for i, name := range b.sorted {
		b.names[name] = uint32(i)
	}
}

func (b *builder) class(r buildRow) event.Class { return b.events[r.at].Class }

func (b *builder) manyClasses() bool {
	return slices.ContainsFunc(b.rows, func(r buildRow) bool { return b.class(r) != b.class(b.rows[0]) })
}

// compareClasses puts the class between name and bucket.
func (b *builder) compareClasses(x, y buildRow) int {
	return cmp.Or(
		cmp.Compare(x.place>>event.BucketBits, y.place>>event.BucketBits),
		cmp.Compare(b.class(x), b.class(y)),
		cmp.Compare(x.place, y.place),
	)
}

// unique drops each row that a later one replaces.
func (b *builder) unique(rows []buildRow) []buildRow {
	kept := rows[:0]
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].place == rows[0].place && rows[n].time == rows[0].time {
			n++
		}
		if n == 1 {
			kept = append(kept, rows[0])
		} else {
			kept = append(kept, b.lastOfEach(rows[:n])...)
		}
		rows = rows[n:]
	}
	return kept
}

// lastOfEach drops rows out of a group of one name, bucket and time.
func (b *builder) lastOfEach(group []buildRow) []buildRow {
	b.seen.reset()
	first := len(group)
	for i := len(group) - 1; i >= 0; i-- {
		at := group[i].at
		if b.ids[at] != 0 {
			k := rowKey{b.events[at].Actor.Index(), b.ids[at]}
			if b.seen.has(k) {
				continue
			}
			b.seen.add(k)
		}
		first--
		group[first] = group[i]
	}
	return group[first:]
}

// gather goes through the properties of the rows in their order.
func (b *builder) gather() {
	for i, r := range b.rows {
		b.columns.add(uint32(i), b.events[r.at].Properties)
	}
}

func (b *builder) write(w *writer) {
	b.columns.writeDictionaries(w)
	for from, to := 0, 0; from < len(b.rows); from = to {
		for to = from + 1; to < len(b.rows) && b.sameSection(b.rows[from], b.rows[to]); {
			to++
		}
		b.writeRows(w, from, to)
		b.columns.write(w, from, to)
		e := &b.events[b.rows[from].at]
		w.endSection(e.Name, e.Class)
	}
	if err := w.finish(); err != nil {
		panic("BUG: memory does not take bytes: " + err.Error())
	}
}

func (b *builder) sameSection(x, y buildRow) bool {
	return x.place>>event.BucketBits == y.place>>event.BucketBits && b.class(x) == b.class(y)
}

// writeRows writes what each row of a section has.
func (b *builder) writeRows(w *writer, from, to int) {
	s := &b.stripe
	s.buckets, s.times, s.actors, s.ids = s.buckets[:0], s.times[:0], s.actors[:0], s.ids[:0]
	for _, r := range b.rows[from:to] {
		a := b.events[r.at].Actor
		s.buckets = append(s.buckets, uint8(a.Bucket()))
		s.times = append(s.times, r.time)
		s.actors = append(s.actors, a.Index())
		s.ids = append(s.ids, b.ids[r.at])
	}
	s.arrivals = b.arrivals[from:to]
	w.putRows(*s)
}
