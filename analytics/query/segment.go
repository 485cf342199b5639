package query

import (
	"slices"
	"sync"

	"jejak/event"
	"jejak/question"
)

// segments numbers the segments of a breakdown from 0, in the order in which they are met. With one property a segment
// has the number of its item; with more the combinations are numbered.
type segments struct {
	words []*vocabulary // by property of the breakdown
	apart bool          // segments of one property have numbers of their own too: not every value that is read makes one

	mutex  sync.Mutex
	ids    map[tuple]uint32
	tuples []tuple
	meter  *meter
}

// tuple is an item of each property.
type tuple [question.MaxBreakdowns]uint32

// maxSegments bounds the numbers that keys have room for; memory ends before.
const maxSegments = 1 << segmentBits

const tupleBytes = 60 // about

func newSegments(properties int, m *meter) *segments {
	s := &segments{ids: map[tuple]uint32{}, meter: m}
	for range properties {
		s.words = append(s.words, newVocabulary(m))
	}
	return s
}

// len is how many segments were met.
func (s *segments) len() int {
	if len(s.words) == 1 && !s.apart {
		return len(s.words[0].items)
	}
	return len(s.tuples)
}

// values are the items of a segment.
func (s *segments) values(segment uint32) []event.Value {
	t := tuple{segment}
	if len(s.words) > 1 || s.apart {
		t = s.tuples[segment]
	}
	out := make([]event.Value, len(s.words))
	for i, words := range s.words {
		out[i] = words.item(t[i])
	}
	return out
}

// id is the number of a combination; any number once the memory is used up.
func (s *segments) id(t tuple) uint32 {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if id, known := s.ids[t]; known {
		return id
	}
	if !s.meter.take(tupleBytes) {
		return 0
	}
	id := uint32(len(s.tuples))
	s.ids[t] = id
	s.tuples = append(s.tuples, t)
	return id
}

// checkSegments takes segments beyond those that keys have room for as the end of the memory.
func (s *segments) checkSegments(segments []uint32) {
	if len(segments) > 0 && slices.Max(segments) >= maxSegments {
		s.meter.over.Store(true)
	}
}

// splitter tells the segments of rows. Each worker has its own.
type splitter struct {
	*segments
	readers []*reader
	seen    map[tuple]uint32
	single  []uint32 // by item of the only property: its segment plus one, where they differ
	// The pairs of the last split: a row and one of its segments. Those of a row stand together.
	rows []int32
	ids  []uint32
}

func newSplitter(s *segments, properties []int) *splitter {
	x := &splitter{segments: s, seen: map[tuple]uint32{}}
	for i, p := range properties {
		x.readers = append(x.readers, newReader(p, s.words[i]))
	}
	return x
}

// split pairs each row with each of its segments. The result is good until the next call.
func (x *splitter) split(b *batch, rows []int32) ([]int32, []uint32) {
	x.rows, x.ids = x.rows[:0], x.ids[:0]
	if len(x.readers) == 1 {
		x.splitByOne(b, rows)
		x.numberApart()
	} else {
		x.splitByMore(b, rows)
	}
	return x.rows, x.ids
}

func (x *splitter) splitByOne(b *batch, rows []int32) {
	r := x.readers[0]
	for i, l := range r.labels(b, rows) {
		if l&several == 0 {
			x.rows, x.ids = append(x.rows, rows[i]), append(x.ids, l-1)
			continue
		}
		for _, id := range r.lists[l&^several] {
			x.rows, x.ids = append(x.rows, rows[i]), append(x.ids, id)
		}
	}
}

// numberApart turns the numbers of items into those of segments where they differ.
func (x *splitter) numberApart() {
	if !x.apart {
		return
	}
	for i, item := range x.ids {
		if !grow(x.meter, &x.single, int(item)+1, 4) {
			return
		}
		if x.single[item] == 0 {
			x.single[item] = x.id(tuple{item}) + 1
		}
		x.ids[i] = x.single[item] - 1
	}
}

func (x *splitter) splitByMore(b *batch, rows []int32) {
	labels := make([][]label, len(x.readers))
	for p, r := range x.readers {
		if labels[p] = r.labels(b, rows); len(labels[p]) < len(rows) {
			return // out of memory
		}
	}
	for i, row := range rows {
		var t tuple
		simple := true
		for p := range labels {
			simple = simple && labels[p][i]&several == 0
			t[p] = labels[p][i] - 1
		}
		if simple {
			x.rows, x.ids = append(x.rows, row), append(x.ids, x.idOf(t))
		} else {
			x.cross(row, labels, i, 0, t)
		}
	}
}

// cross pairs a row with each combination of its items from the p-th property on.
func (x *splitter) cross(row int32, labels [][]label, i, p int, t tuple) {
	if p == len(labels) {
		x.rows, x.ids = append(x.rows, row), append(x.ids, x.idOf(t))
		return
	}
	var one [1]uint32
	for _, id := range x.readers[p].ids(labels[p][i], &one) {
		if x.meter.over.Load() {
			return
		}
		t[p] = id
		x.cross(row, labels, i, p+1, t)
	}
}

func (x *splitter) idOf(t tuple) uint32 {
	id, known := x.seen[t]
	if !known {
		id = x.id(t)
		x.seen[t] = id
	}
	return id
}
