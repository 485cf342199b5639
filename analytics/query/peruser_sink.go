package query

import (
	"slices"

	"jejak/event"
	"jejak/question"
)

// personSink is a tally that is shown the events that count, person by person and each person's in order.
type personSink interface {
	tally
	see(slot, slice int, x *occurrence)
	// finish says that the person's events are over.
	finish(person event.Actor)
}

// personContext is what sinks know.
type personContext struct {
	*metric
	at     int  // among the metrics
	whole  bool // counted in slot 0, not in segments
	wanted *trendCell
	words  *vocabulary
}

// wants tells whether the people of a slot are wanted.
func (x *personContext) wants(slot int) bool {
	if x.whole {
		slot = -1
	}
	return x.wanted.wants(x.at, slot)
}

// newPersonSink makes the sink of a metric by person.
func newPersonSink(x personContext, s shape) personSink {
	switch {
	case x.PerUser != nil:
		return newPerUserSink(x, s)
	case x.Attribute != "":
		return &attributeSink{personContext: x, placing: newPlacing(s)}
	case x.Measure == question.InSessions:
		return &sessionSink{personContext: x, placing: newPlacing(s)}
	case x.Measure == question.Unique:
		return &uniqueSink{personContext: x, shape: s, cover: coverOf(s)}
	}
	return &eventSink{x, x.newTally(s, x.words)}
}

// unbatched is the part of a tally that does not look at batches.
type unbatched struct{}

func (unbatched) begin(uint32, int)             {}
func (unbatched) end()                          {}
func (unbatched) add(*batch, []int32, []uint32) {}

// eventSink measures events one by one.
type eventSink struct {
	personContext
	tally
}

func (t *eventSink) finish(event.Actor) {}

func (t *eventSink) merge(other tally) { t.tally.merge(other.(*eventSink).tally) }

func (t *eventSink) see(slot, slice int, x *occurrence) {
	if t.wants(slot) && t.wanted.in.has(slice) {
		t.wanted.add(x.person)
	}
	switch inner := t.tally.(type) {
	case *distinctTally:
		inner.slots = max(inner.slots, slot+1)
		for _, id := range x.ids {
			if id != x.notSet {
				inner.meet(uint32(slot), id, uint32(slice))
			}
		}
	case *countTally:
		inner.number(slot, slice, 1)
	case numbers:
		if x.number == x.number {
			inner.number(slot, slice, x.number)
		}
	}
}

func (t *countTally) number(slot, interval int, _ float64) {
	at, n := t.cell(slot, interval)
	if grow(t.meter, &t.cells, n, 8) {
		t.cells[at]++
	}
}

// uniqueSink counts people in windows.
type uniqueSink struct {
	unbatched
	personContext
	shape
	coverCounts
	cover *cover
	keys  []uint64 // slots and slices of the person
}

func (t *uniqueSink) see(slot, slice int, x *occurrence) {
	if t.wants(slot) && t.wanted.in.has(slice) {
		t.wanted.add(x.person)
	}
	if room(t.meter, &t.keys, 1, 8) {
		t.keys = append(t.keys, keyOf(uint32(slot), 0, uint32(slice)))
		t.slots = max(t.slots, slot+1)
	}
}

func (t *uniqueSink) finish(event.Actor) {
	if t.hold(t.cover, t.slots, t.meter) {
		slices.Sort(t.keys)
		t.meetKeys(t.cover, t.keys)
	}
	t.keys = t.keys[:0]
}

func (t *uniqueSink) merge(other tally) {
	t.coverCounts.merge(&other.(*uniqueSink).coverCounts, t.meter)
}

// placing says to which values slices belong: to one at most, and to the total.
type placing struct {
	shape
	values  int
	valueOf []int // by slice; -1: to none
	inTotal []bool
}

func newPlacing(s shape) placing {
	p := placing{shape: s, values: s.intervals}
	if s.frame != nil {
		p.values = len(s.frame.values)
	}
	whole := s.whole()
	for slice := range s.intervals {
		p.valueOf = append(p.valueOf, -1)
		p.inTotal = append(p.inTotal, whole.has(slice))
	}
	for i := range p.values {
		for w := s.window(i); w.first < w.last; w.first++ {
			p.valueOf[w.first] = i
		}
	}
	return p
}

// cells are how many there are: for each slot one for each value and one for the total.
func (p *placing) cells(slot int) int {
	p.slots = max(p.slots, slot+1)
	return p.slots * (p.values + 1)
}

// each calls f with the cells of a slot in which events of a slice count.
func (p *placing) each(slot, slice int, f func(cell int)) {
	if v := p.valueOf[slice]; v >= 0 {
		f(slot*(p.values+1) + v)
	}
	if p.inTotal[slice] {
		f(slot*(p.values+1) + p.values)
	}
}

// place is the slot and the value of a cell; the value after the last is the total.
func (p *placing) place(cell int) (slot, value int) {
	return cell / (p.values + 1), cell % (p.values + 1)
}

// note adds a person who counts in a cell to the crowd that wants her.
func (p *placing) note(x *personContext, cell int, person event.Actor) {
	slot, value := p.place(cell)
	if !x.wants(slot) {
		return
	}
	if x.wanted.allRange && value == p.values || !x.wanted.allRange && x.wanted.values.has(value) {
		x.wanted.add(person)
	}
}

// result writes the counts of a slot and returns its total.
func (p *placing) countsOf(cells []int64, slot int, values []float64) float64 {
	clear(values)
	at := slot * (p.values + 1)
	if at+p.values >= len(cells) {
		return 0
	}
	for i := range values {
		values[i] = float64(cells[at+i])
	}
	return float64(cells[at+p.values])
}

func mergeCounts(m *meter, to *[]int64, from []int64) {
	if !grow(m, to, len(from), 8) {
		return
	}
	for i, n := range from {
		(*to)[i] += n
	}
}

// attributeSink counts each person in the slots of her first or last event alone.
type attributeSink struct {
	unbatched
	personContext
	placing
	counts  []int64
	chosen  []attributed // by value, then the total
	touched []int
}

// attributed is an event of the person and its slots.
type attributed struct {
	stop  int
	slots []int
}

func (t *attributeSink) see(slot, slice int, x *occurrence) {
	if !grow(t.meter, &t.counts, t.cells(slot), 8) || !grow(t.meter, &t.chosen, t.values+1, 40) {
		return
	}
	t.each(0, slice, func(value int) {
		c := &t.chosen[value]
		switch {
		case len(c.slots) == 0:
			t.touched = append(t.touched, value)
			c.stop = x.stop
		case c.stop == x.stop:
		case t.Attribute == question.AttributeFirst:
			return
		default:
			c.stop, c.slots = x.stop, c.slots[:0]
		}
		c.slots = append(c.slots, slot)
	})
}

func (t *attributeSink) finish(person event.Actor) {
	for _, value := range t.touched {
		c := &t.chosen[value]
		for _, slot := range c.slots {
			cell := slot*(t.values+1) + value
			t.counts[cell]++
			t.note(&t.personContext, cell, person)
		}
		c.slots = c.slots[:0]
	}
	t.touched = t.touched[:0]
}

func (t *attributeSink) merge(other tally) {
	mergeCounts(t.meter, &t.counts, other.(*attributeSink).counts)
}

func (t *attributeSink) result(slot int, values []float64) float64 {
	return t.countsOf(t.counts, slot, values)
}

// sessionSink counts sessions: the events of a session come one after the other, so the last one seen in a cell tells whether
// the session is there already.
type sessionSink struct {
	unbatched
	personContext
	placing
	seen []lastSeen
}

func (t *sessionSink) see(slot, slice int, x *occurrence) {
	if !grow(t.meter, &t.seen, t.cells(slot), 16) {
		return
	}
	t.each(slot, slice, func(cell int) {
		t.seen[cell].see(x.session)
		t.note(&t.personContext, cell, x.person)
	})
}

func (t *sessionSink) finish(event.Actor) {}

func (t *sessionSink) merge(other tally) {
	o := other.(*sessionSink)
	if grow(t.meter, &t.seen, len(o.seen), 16) {
		for i := range o.seen {
			t.seen[i].count += o.seen[i].count
		}
	}
}

func (t *sessionSink) result(slot int, values []float64) float64 {
	counts := make([]int64, len(t.seen))
	for i := range counts {
		counts[i] = t.seen[i].count
	}
	return t.countsOf(counts, slot, values)
}
