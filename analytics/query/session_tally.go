package query

import "jejak/question"

// sessionTally is a tally that is shown sessions instead of batches.
type sessionTally interface {
	tally
	see(slot, interval int, x *sessionFacts)
}

// newSessionTally makes the tally of a metric.
func newSessionTally(m question.SessionMetric, s shape) sessionTally {
	switch m.Measure {
	case question.Total:
		return &sessionTotal{countTally{shape: s}}
	case question.Unique:
		return &sessionPeople{shape: s}
	case question.BounceRate:
		return &sessionBounces{shape: s}
	}
	return &sessionNumbers{newNumbers(m, s), m.Of == question.OfDuration}
}

// sessionTotal counts sessions.
type sessionTotal struct{ countTally }

func (t *sessionTotal) merge(other tally) { t.countTally.merge(&other.(*sessionTotal).countTally) }

func (t *sessionTotal) see(slot, interval int, _ *sessionFacts) {
	t.slots = max(t.slots, slot+1)
	if grow(t.meter, &t.cells, t.slots*t.intervals, 8) {
		t.cells[slot*t.intervals+interval]++
	}
}

// sessionPeople counts people. A person's sessions come one after the other, so the last one seen in a cell tells whether
// she is there already.
type sessionPeople struct {
	shape
	cells  []lastSeen
	ranges []lastSeen // by slot
}

type lastSeen struct {
	count int64
	last  uint32
}

func (l *lastSeen) see(person uint32) {
	if l.last != person {
		l.last = person
		l.count++
	}
}

func (t *sessionPeople) begin(uint32, int)             {}
func (t *sessionPeople) end()                          {}
func (t *sessionPeople) add(*batch, []int32, []uint32) {}

func (t *sessionPeople) see(slot, interval int, x *sessionFacts) {
	t.slots = max(t.slots, slot+1)
	if grow(t.meter, &t.cells, t.slots*t.intervals, 16) && grow(t.meter, &t.ranges, t.slots, 16) {
		t.cells[slot*t.intervals+interval].see(x.person)
		t.ranges[slot].see(x.person)
	}
}

func (t *sessionPeople) merge(other tally) {
	o := other.(*sessionPeople)
	if !grow(t.meter, &t.cells, len(o.cells), 16) || !grow(t.meter, &t.ranges, len(o.ranges), 16) {
		return
	}
	for i := range o.cells {
		t.cells[i].count += o.cells[i].count
	}
	for i := range o.ranges {
		t.ranges[i].count += o.ranges[i].count
	}
}

func (t *sessionPeople) result(slot int, values []float64) float64 {
	for i := range values {
		values[i] = 0
		if at := slot*t.intervals + i; at < len(t.cells) {
			values[i] = float64(t.cells[at].count)
		}
	}
	if slot >= len(t.ranges) {
		return 0
	}
	return float64(t.ranges[slot].count)
}

// sessionBounces computes the share of sessions with one event.
type sessionBounces struct {
	shape
	cells []bounces
}

type bounces struct{ sessions, single int64 }

func (b bounces) rate() float64 {
	if b.sessions == 0 {
		return null
	}
	return float64(b.single) / float64(b.sessions)
}

func (b *bounces) merge(o bounces) {
	b.sessions += o.sessions
	b.single += o.single
}

func (t *sessionBounces) begin(uint32, int)             {}
func (t *sessionBounces) end()                          {}
func (t *sessionBounces) add(*batch, []int32, []uint32) {}

func (t *sessionBounces) see(slot, interval int, x *sessionFacts) {
	t.slots = max(t.slots, slot+1)
	if !grow(t.meter, &t.cells, t.slots*t.intervals, 16) {
		return
	}
	c := &t.cells[slot*t.intervals+interval]
	c.sessions++
	if x.events == 1 {
		c.single++
	}
}

func (t *sessionBounces) merge(other tally) {
	o := other.(*sessionBounces)
	if !grow(t.meter, &t.cells, len(o.cells), 16) {
		return
	}
	for i := range o.cells {
		t.cells[i].merge(o.cells[i])
	}
}

func (t *sessionBounces) result(slot int, values []float64) float64 {
	var whole bounces
	for i := range values {
		values[i] = null
		if at := slot*t.intervals + i; at < len(t.cells) {
			values[i] = t.cells[at].rate()
			whole.merge(t.cells[at])
		}
	}
	return whole.rate()
}

// sessionNumbers measures the durations of sessions or their numbers of events.
type sessionNumbers struct {
	numbers
	duration bool
}

func (t *sessionNumbers) merge(other tally) { t.numbers.merge(other.(*sessionNumbers).numbers) }

func (t *sessionNumbers) see(slot, interval int, x *sessionFacts) {
	f := x.events
	if t.duration {
		f = x.duration
	}
	if f == f {
		t.number(slot, interval, f)
	}
}

// numbers is a tally that is shown numbers instead of batches.
type numbers interface {
	tally
	number(slot, interval int, f float64)
}

func newNumbers(m question.SessionMetric, s shape) numbers {
	switch m.Measure {
	case question.Sum, question.Average:
		return &sumTally{shape: s, average: m.Measure == question.Average}
	case question.Min:
		return &extremeTally{shape: s, sign: 1}
	case question.Max:
		return &extremeTally{shape: s, sign: -1}
	case question.Median:
		return &percentileTally{shape: s, p: 50}
	default:
		return &percentileTally{shape: s, p: *m.Percentile}
	}
}

// cell is where a number of a slot and interval belongs, and how many cells there must be for it.
func (s *shape) cell(slot, interval int) (at, cells int) {
	s.slots = max(s.slots, slot+1)
	return slot*s.intervals + interval, s.slots * s.intervals
}

func (t *sumTally) number(slot, interval int, f float64) {
	at, n := t.cell(slot, interval)
	if !grow(t.meter, &t.cells, n, sumCellBytes) {
		return
	}
	c := &t.cells[at]
	c.add(f)
	c.count++
}

func (t *extremeTally) number(slot, interval int, f float64) {
	at, n := t.cell(slot, interval)
	if grow(t.meter, &t.cells, n, 16) {
		t.cells[at].see(f * t.sign)
	}
}

func (t *percentileTally) number(slot, interval int, f float64) {
	at, n := t.cell(slot, interval)
	if grow(t.meter, &t.cells, n, bagBytes) {
		t.cells[at].add(t.meter, f)
	}
}
