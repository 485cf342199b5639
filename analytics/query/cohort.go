package query

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// sight is the people as they are at one instant: of their events only the earlier ones count. It finds who is in cohorts,
// each once. One goroutine uses it at a time.
type sight struct {
	snap     store.Snapshot
	o        Options
	zone     *time.Location
	at       event.Millis
	profiles store.Snapshot // nil where there are none, or until they were asked for
	opened   bool
	known    map[question.CustomID]*crowd
}

// forever is behind all events.
const forever = event.Millis(1 << 53)

// instantOf is from where a question sees people: the end of its range.
func instantOf(q question.Question, now time.Time) (zone *time.Location, at event.Millis) {
	line, err := wholeOf(rangeOf(q), now)
	if err != nil {
		return time.UTC, forever // the question will be refused
	}
	return line.zone, line.to
}

func newSight(snap store.Snapshot, o Options, zone *time.Location, at event.Millis) *sight {
	return &sight{snap: snap, o: o, zone: zone, at: at, known: map[question.CustomID]*crowd{}}
}

// rangeOf is the range of a question of any kind.
func rangeOf(q question.Question) question.Range {
	switch q := q.(type) {
	case *question.Trend:
		return q.Range
	case *question.SessionTrend:
		return q.Range
	case *question.Funnel:
		return q.Range
	case *question.Flow:
		return q.Range
	case *question.Retention:
		return q.Range
	case *question.Frequency:
		return q.Range
	case *question.Stickiness:
		return q.Range
	case *question.Lifecycle:
		return q.Range
	case *question.Timeline:
		return q.Range
	case *question.People:
		return rangeOf(q.Of)
	}
	panic(fmt.Sprintf("BUG: no range in a %T", q))
}

// table is who is in a saved cohort, as a fact of everybody.
func (s *sight) table(ctx context.Context, name string, m *meter) (*actorTable, error) {
	id, err := strconv.ParseInt(name, 10, 64)
	if err != nil {
		panic("BUG: a cohort that was not validated")
	}
	members, err := s.cohort(ctx, question.CustomID(id), m)
	if err != nil {
		return nil, err
	}
	return &actorTable{members: members, dictionary: newWordList(event.BooleanOf(false), event.BooleanOf(true))}, nil
}

// cohort is who is in a saved cohort: nobody when it was deleted. Nobody changes the result. People who are not there at all may be in it:
// see present.
func (s *sight) cohort(ctx context.Context, id question.CustomID, m *meter) (*crowd, error) {
	if s.known[id] != nil {
		return s.known[id], nil
	}
	if err := s.open(); err != nil {
		return nil, err
	}
	c := s.crowd(m)
	if saved := s.o.Cohorts[id]; saved != nil && c != nil {
		var err error
		if c, err = s.find(ctx, saved, m); err != nil {
			return nil, err
		}
	}
	if err := m.stopped(ctx); err != nil {
		return nil, err
	}
	s.known[id] = c
	return c, nil
}

// open opens the profiles: who has one is somebody.
func (s *sight) open() (err error) {
	if !s.opened && s.o.tables != nil {
		s.profiles, err = s.o.tables.profiles()
		s.opened = err == nil
	}
	return err
}

// crowd is an empty one; nil when memory is used up.
func (s *sight) crowd(m *meter) *crowd {
	c := &crowd{meter: m}
	for bucket := range c.in {
		words := int(s.actors(bucket)+63) / 64
		if !m.take(8 * int64(words)) {
			return nil
		}
		c.in[bucket] = make([]uint64, words)
	}
	return c
}

// actors is one more than the highest index of somebody with an event or a profile.
func (s *sight) actors(bucket int) uint32 {
	n := s.snap.Actors(bucket)
	if s.profiles != nil {
		n = max(n, s.profiles.Actors(bucket))
	}
	return n
}

// find is who is meant by a definition.
func (s *sight) find(ctx context.Context, c *question.Cohort, m *meter) (found *crowd, err error) {
	switch {
	case c.All != nil:
		return s.join(ctx, c.All, m, (*crowd).intersect)
	case c.Any != nil:
		return s.join(ctx, c.Any, m, (*crowd).unite)
	case c.Not != nil:
		if found, err = s.find(ctx, c.Not, m); err == nil {
			found.invert()
		}
		return found, err
	case c.Did != nil:
		return s.did(ctx, c.Did, m)
	case c.Sequence != nil:
		return s.sequence(ctx, c.Sequence, m)
	case c.Where != "":
		return s.where(ctx, c.Where, m)
	}
	if found = s.crowd(m); found == nil {
		return nil, m.stopped(ctx)
	}
	if c.Cohort != 0 {
		members, err := s.cohort(ctx, c.Cohort, m)
		if err == nil {
			found.unite(members)
		}
		return found, err
	}
	for _, p := range c.People {
		found.addKnown(s.personOf(event.Actor(p)))
	}
	return found, nil
}

// personOf is who a person, listed once, is now.
func (s *sight) personOf(a event.Actor) event.Actor {
	if x, ok := s.snap.(interface{ Person(event.Actor) event.Actor }); ok {
		return x.Person(a)
	}
	return a
}

func (s *sight) join(ctx context.Context, parts []question.Cohort, m *meter, with func(*crowd, *crowd)) (*crowd, error) {
	whole, err := s.find(ctx, &parts[0], m)
	for i := 1; i < len(parts) && err == nil; i++ {
		var c *crowd
		if c, err = s.find(ctx, &parts[i], m); err == nil {
			with(whole, c)
			m.give(c.bytes())
		}
	}
	return whole, err
}

// period is a time as seen from the instant.
func (s *sight) period(p *question.Period) *timeline {
	l := &timeline{zone: s.zone, from: ever, to: s.at}
	switch {
	case p == nil:
	case p.Last > 0:
		units := timeline{zone: s.zone}
		units.setLast(floorDiv(min(s.at-1, event.Millis(s.o.asked.UnixMilli())), 1000), p.Last, p.Unit)
		l.from, l.to = units.from, min(units.to, s.at)
	default:
		if p.From != "" {
			wall, _, _ := question.ParseWall(p.From) // validated
			l.from = event.Millis(1000 * instantAt(wall, s.zone))
		}
		if p.To != "" {
			wall, isDate, _ := question.ParseWall(p.To)
			if isDate {
				wall = wall.AddDate(0, 0, 1)
			}
			l.to = min(s.at, event.Millis(1000*instantAt(wall, s.zone)))
		}
	}
	if l.from < l.to {
		l.starts = []event.Millis{l.from}
	}
	return l
}

func floorDiv(t event.Millis, by int64) int64 { return (int64(t) - floorMod(int64(t), by)) / by }

// inner is the options of a reading for a part of a definition.
func (s *sight) inner(c *crowd, cell question.Cell) (o Options) {
	o = s.o
	if o.crowd = nil; c != nil {
		o.crowd = &crowd{cell: cell, meter: c.meter, in: c.in} // it is wide enough
	}
	o.until = s.at
	o.tables = s.o.tables.within(s)
	return o
}

// did is who has a measure within bounds. Of those without events it is 0, or nothing.
func (s *sight) did(ctx context.Context, d *question.CohortDid, m *meter) (*crowd, error) {
	least, most := d.Bounds()
	measure := d.MeasureOrDefault()
	absent := admitsNothing(d)
	if measure == question.Total && !d.FirstEver {
		found, err := s.often(ctx, s.period(d.When), d.Selector, func(n float64) bool { return (n >= least && n <= most) != absent }, m)
		if err == nil && absent {
			found.invert()
		}
		return found, err
	}
	found, err := s.measured(ctx, d, question.PerUser{Measure: measure, Property: d.Property, AtLeast: bound(least), Less: bound(math.Nextafter(most, math.Inf(1)))}, m)
	if err != nil || !absent {
		return found, err
	}
	met, err := s.measured(ctx, d, question.PerUser{Measure: question.Total}, m)
	if err == nil {
		met.invert()
		found.unite(met)
		m.give(met.bytes())
	}
	return found, err
}

// admitsNothing tells whether people without such events are meant.
func admitsNothing(d *question.CohortDid) bool {
	least, most := d.Bounds()
	switch d.MeasureOrDefault() {
	case question.Total, question.Sum, question.Distinct:
		return least <= 0 && most >= 0
	}
	return false
}

func bound(f float64) *float64 {
	if math.IsInf(f, 0) {
		return nil
	}
	return &f
}

// often is who did something, so often that it passes.
func (s *sight) often(ctx context.Context, line *timeline, events question.Selector, passes func(n float64) bool, m *meter) (*crowd, error) {
	p := planOf(nil, readInstant(s.zone))
	p.group(&events)
	pieces, _ := p.piecesOf(s.snap, line, false)
	return s.read(ctx, p, s.snap, line, pieces, passes, m)
}

// measured is the people behind a trend of the people's values.
func (s *sight) measured(ctx context.Context, d *question.CohortDid, by question.PerUser, m *meter) (*crowd, error) {
	found, line := s.crowd(m), s.period(d.When)
	if found == nil || len(line.starts) == 0 {
		return found, m.stopped(ctx)
	}
	o := s.inner(found, &question.TrendCell{Metric: "A"})
	own := m.part()
	defer own.release()
	t := &trend{snap: s.snap, o: o, now: o.asked, meter: own, main: line, items: []*vocabulary{newVocabulary(own)}}
	t.Trend = &question.Trend{Metrics: []question.Metric{{Name: "A", Selector: d.Selector, FirstEver: d.FirstEver, Measure: question.Unique, PerUser: &by}}}
	t.trendPlan = trendPlanOf(t.Trend, line, readInstant(s.zone), own)
	t.capture()
	f := t.framingOf(line)
	pieces, _ := t.piecesOf(s.snap, f.read, false)
	_, err := t.measure(ctx, f, f.prune(pieces))
	return found, err
}

// sequence is the people who have gone through a funnel.
func (s *sight) sequence(ctx context.Context, q *question.CohortSequence, m *meter) (*crowd, error) {
	found, line := s.crowd(m), s.period(q.When)
	if found == nil || len(line.starts) == 0 {
		return found, m.stopped(ctx)
	}
	o := s.inner(found, &question.FunnelCell{Step: len(q.Steps)})
	own := m.part()
	defer own.release()
	f := &funnel{snap: s.snap, o: o, now: o.asked, meter: own, line: line}
	f.Funnel = &question.Funnel{Steps: slices.Clone(q.Steps), Order: q.Order, Window: q.Window, Optimized: true}
	f.prepare()
	f.pieces, _ = f.piecesOf(s.snap, f.read, false)
	_, err := f.count(ctx)
	return found, err
}
