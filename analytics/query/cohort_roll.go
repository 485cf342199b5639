package query

import (
	"context"
	"math"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// roll is a section with a row for everybody, in which only what is so of people can be read.
type roll struct {
	first [event.Buckets + 1]int // row of each bucket
}

// roll lists all there may be.
func (s *sight) roll() *roll {
	x := &roll{}
	for bucket := range event.Buckets {
		x.first[bucket+1] = x.first[bucket] + int(s.actors(bucket))
	}
	return x
}

// Name implements store.Section, and so on.
func (x *roll) Name() string                     { return "" }
func (x *roll) Class() event.Class               { return event.Person }
func (x *roll) Rows() int                        { return x.first[event.Buckets] }
func (x *roll) Span() (first, last event.Millis) { return 0, 0 }
func (x *roll) Bucket(b int) (lo, hi int)        { return x.first[b], x.first[b+1] }
func (x *roll) Run() int                         { return 0 }
func (x *roll) Superseded(int) []int             { return nil }
func (x *roll) Column(string) store.Column       { return nil }

// Arrivals implements store.Section.
func (x *roll) Arrivals(_, _ int, _ []uint32) []uint32 { return nil }

// Times implements store.Section.
func (x *roll) Times(lo, hi int, dst []event.Millis) []event.Millis {
	dst = sized(dst, hi-lo)
	clear(dst)
	return dst
}

// Seek implements store.Section.
func (x *roll) Seek(lo, hi int, t event.Millis) int {
	if t > 0 {
		return hi
	}
	return lo
}

// Actors implements store.Section.
func (x *roll) Actors(lo, hi int, dst []uint32) []uint32 {
	dst = sized(dst, hi-lo)
	bucket := 0
	for row := lo; row < hi; row++ {
		for row >= x.first[bucket+1] {
			bucket++
		}
		dst[row-lo] = uint32(row - x.first[bucket])
	}
	return dst
}

// where is who passes a condition on people.
func (s *sight) where(ctx context.Context, condition string, m *meter) (*crowd, error) {
	p := planOf(&question.Filter{Where: condition}, readInstant(s.zone))
	p.group(&question.Selector{AnyEvent: true})
	pieces := []piece{p.pieceOf(s.roll(), p.membersOf(""))}
	return s.read(ctx, p, s.snap, &timeline{zone: s.zone, from: 0, to: 1, starts: []event.Millis{0}}, pieces, anyTimes, m)
}

func anyTimes(float64) bool { return true }

// attendance is since which of some instants everybody is there: who has an event before it, or a profile.
type attendance [event.Buckets][]uint16 // by actor, from 1; 0: never

// has tells whether somebody is there at the instant of a number, from 0.
func (x *attendance) has(bucket int, actor uint32, instant int) bool {
	if int(actor) >= len(x[bucket]) {
		return false
	}
	since := int(x[bucket][actor])
	return since > 0 && since-1 <= instant
}

// attendance reads all events before the last of the instants, which ascend.
func (s *sight) attendance(ctx context.Context, instants []event.Millis, m *meter) (*attendance, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	x := new(attendance)
	for bucket := range x {
		if n := int(s.actors(bucket)); m.take(2 * int64(n)) {
			x[bucket] = make([]uint16, n)
		}
	}
	if err := m.stopped(ctx); err != nil {
		return nil, err
	}
	last := len(instants) - 1
	line := &timeline{zone: s.zone, from: ever, to: instants[last], starts: append([]event.Millis{ever}, instants[:last]...)}
	p := planOf(nil, readInstant(s.zone))
	p.group(&question.Selector{AnyEvent: true})
	scan := p.scanOf(s.snap, line, m, s.inner(nil, nil))
	scan.pieces, _ = p.piecesOf(s.snap, line, false)
	var workers []counter
	for range min(s.o.Budget.Workers, event.Buckets) {
		workers = append(workers, &attendanceCounter{attendance: x})
	}
	if err := scan.run(ctx, workers); err != nil || s.profiles == nil {
		return x, err
	}
	known, err := s.profiled(ctx, m)
	if err == nil {
		known.each(func(bucket int, actor uint32) { x[bucket][actor] = 1 })
		m.give(known.bytes())
	}
	return x, err
}

// attendanceCounter notes the first interval of each person.
type attendanceCounter struct {
	*attendance
	bucket int
}

func (c *attendanceCounter) begin(bucket int, _ uint32, _ int) { c.bucket = bucket }
func (c *attendanceCounter) done(*batch)                       {}
func (c *attendanceCounter) end()                              {}

func (c *attendanceCounter) take(_ int, b *batch, rows []int32) {
	since, actors := c.attendance[c.bucket], b.actors()
	for _, r := range rows {
		if x := &since[actors[r]]; *x == 0 || uint32(*x) > b.intervals[r]+1 {
			*x = uint16(b.intervals[r] + 1)
		}
	}
}

// profiled is who has a profile that was not deleted.
func (s *sight) profiled(ctx context.Context, m *meter) (*crowd, error) {
	p := planOf(&question.Filter{Property: store.Deleted, Operator: question.NotSet}, readInstant(s.zone))
	p.group(&question.Selector{Event: store.UserProfiles})
	line := &timeline{zone: s.zone, from: math.MinInt64, to: math.MaxInt64, starts: []event.Millis{math.MinInt64}}
	pieces, _ := p.piecesOf(s.profiles, line, true)
	return s.read(ctx, p, s.profiles, line, pieces, anyTimes, m)
}

// read is who has so many of the rows of pieces that it passes.
func (s *sight) read(ctx context.Context, p *plan, snap store.Snapshot, line *timeline, pieces []piece, passes func(n float64) bool, m *meter) (*crowd, error) {
	found := s.crowd(m)
	if found == nil || len(line.starts) == 0 {
		return found, m.stopped(ctx)
	}
	own := m.part()
	defer own.release()
	o := s.inner(found, nil)
	scan := p.scanOf(snap, line, own, o)
	scan.pieces = pieces
	scan.actorsOf = s.actors
	var workers []counter
	for range min(s.o.Budget.Workers, event.Buckets) {
		workers = append(workers, &oftenCounter{crowd: found, passes: passes, meter: own})
	}
	return found, scan.run(ctx, workers)
}

// oftenCounter counts the rows of the people of a bucket and keeps those with a number that passes.
type oftenCounter struct {
	*crowd
	passes func(n float64) bool
	meter  *meter
	bucket int
	actors int
	times  []uint32 // by actor
}

func (c *oftenCounter) begin(bucket int, actors uint32, _ int) {
	c.bucket, c.actors = bucket, 0
	if grow(c.meter, &c.times, int(actors), 4) {
		c.actors = int(actors)
		clear(c.times[:actors])
	}
}

func (c *oftenCounter) take(_ int, b *batch, rows []int32) {
	if c.actors == 0 {
		return // out of memory
	}
	actors := b.actors()
	for _, r := range rows {
		c.times[actors[r]]++
	}
}

func (c *oftenCounter) done(*batch) {}

func (c *oftenCounter) end() {
	for actor, n := range c.times[:c.actors] {
		if n > 0 && c.passes(float64(n)) {
			c.addIn(c.bucket, uint32(actor))
		}
	}
}
