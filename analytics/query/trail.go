package query

import (
	"context"

	"jejak/event"
)

// walker is shown one person after the other, nobody left out. Each worker has its own.
type walker interface {
	// walk sees a person's events. The trail is good until it returns.
	walk(t *trail)
}

// chooser is a walker that needs only some of the events.
type chooser interface {
	// choose returns those of the rows that it needs to be shown. It does not change rows; the result is good until the next call.
	choose(b *batch, rows []int32) []int32
}

// indifferent is a walker that may not need the events of a person in order.
type indifferent interface {
	// anyOrder tells so, given the sets that the events of a bucket belong to.
	anyOrder(sets *markSets) bool
}

// trail is the events of one person that belong to a group of the plan, in the order of time, then of arrival.
type trail struct {
	person event.Actor
	stops  []stop
	*pile
	sorter *stopSorter
}

// sort puts the stops in order, for a walker that did not need that before.
func (t *trail) sort() { t.sorter.sort(t.stops) }

// stop is an event on a trail.
type stop struct {
	time  event.Millis
	marks markSet // the groups it belongs to; at least one
	at    uint32  // its place in the pile, for label, number and so on
}

// captures are the properties whose values walkers want to see. The plan names them by place.
type captures struct {
	labels  []int         // as labels,
	words   []*vocabulary // each numbered by its vocabulary, shared by all workers
	numbers []int         // as numbers; null where the value is none
	names   bool          // of events: markSets.name tells them
}

// walkTrails reads the pieces of a stretch once and shows the events of each person to the walkers, one per worker.
func (p *plan) walkTrails(ctx context.Context, s *scan, c captures, walkers []walker) error {
	workers := make([]counter, len(walkers))
	for i, w := range walkers {
		workers[i] = newTrails(p, s.meter, c, w)
	}
	return s.run(ctx, workers)
}

// uncut is a stretch of time that is read as a whole.
func (l *timeline) uncut(from, to event.Millis) *timeline {
	return &timeline{zone: l.zone, from: from, to: to, starts: []event.Millis{from}}
}

// trails implements counter: it piles up the events of a bucket and sorts them by person at its end. Nothing is hashed.
type trails struct {
	pile
	walker walker
	chooser
	bucket int
	actors uint32

	marks  []markSet // of the rows of a batch that may belong to several groups
	marked []int32
	starts []uint32 // by actor: where its stops begin
	sorted []stop
	sorter stopSorter
}

func newTrails(p *plan, m *meter, c captures, w walker) *trails {
	t := &trails{pile: pile{meter: m, markSets: newMarkSets(len(p.groups), m), captures: c}, walker: w, marks: make([]markSet, batchRows)}
	for i, property := range c.labels {
		t.readers = append(t.readers, newReader(property, c.words[i]))
	}
	t.chooser, _ = w.(chooser)
	t.sorter = stopSorter{pile: &t.pile}
	t.labels = make([][]label, len(c.labels))
	t.values = make([][]float64, len(c.numbers))
	return t
}

func (t *trails) begin(bucket int, actors uint32, rows int) {
	t.bucket, t.actors, t.most = bucket, actors, rows
	t.pile.clear()
}

func (t *trails) take(group int, b *batch, rows []int32) {
	single := t.markSets.single(group)
	if t.captures.names {
		single = t.markSets.named(b.Name(), group)
	}
	if len(b.groups) == 1 {
		t.add(b, rows, nil, single)
		return
	}
	for _, r := range rows {
		if t.marks[r] == 0 {
			t.marks[r] = single
		} else {
			t.marks[r] = t.markSets.union(t.marks[r], group)
		}
	}
}

func (t *trails) done(b *batch) {
	if len(b.groups) == 1 {
		return
	}
	t.marked = t.marked[:0]
	for r, m := range t.marks[:b.len()] {
		if m != 0 {
			t.marked = append(t.marked, int32(r))
		}
	}
	t.add(b, t.marked, t.marks, 0)
	clear(t.marks[:b.len()])
}

func (t *trails) add(b *batch, rows []int32, marks []markSet, same markSet) {
	if t.chooser != nil {
		rows = t.chooser.choose(b, rows)
	}
	t.pile.add(b, rows, marks, same)
}

// end shows each person of the bucket to the walker.
func (t *trails) end() {
	if t.meter.over.Load() || !t.divide() {
		return
	}
	x := trail{pile: &t.pile, sorter: &t.sorter}
	i, ok := t.walker.(indifferent)
	anyOrder := ok && i.anyOrder(t.markSets)
	for a := uint32(1); a < t.actors; a++ {
		lo, hi := t.starts[a], t.starts[a+1]
		if lo == hi {
			continue
		}
		x.person, x.stops = event.MakeActor(t.bucket, a), t.sorted[lo:hi:hi]
		if !anyOrder {
			t.sorter.sort(x.stops)
		}
		t.walker.walk(&x)
		if t.meter.over.Load() {
			return
		}
	}
}

// divide brings the stops of each actor together, in the order in which they were piled up.
func (t *trails) divide() bool {
	n := int(t.actors) + 2
	if !grow(t.meter, &t.starts, n, 4) || !roomUpTo(t.meter, &t.sorted, len(t.times), len(t.times), 16) {
		return false
	}
	sorted := t.sorted[:len(t.times)]
	starts := t.starts[:n]
	clear(starts)
	for _, a := range t.actorOf {
		starts[a+2]++
	}
	for a := 2; a < n; a++ {
		starts[a] += starts[a-1]
	}
	starts, marks := starts[1:], t.pile.marks
	for i := range t.spells {
		at, end := t.spells[i].places(t.spells[i+1:], len(t.times))
		m, varied := t.spells[i].same, t.spells[i].varied
		for ; at < end; at++ {
			if varied {
				m, marks = marks[0], marks[1:]
			}
			a := t.actorOf[at]
			sorted[starts[a]] = stop{t.times[at], m, uint32(at)}
			starts[a]++
		}
	}
	return true
}
