package querytest

import (
	"maps"
	"math/big"
	"slices"
	"time"

	"jejak/event"
	"jejak/question"
)

// activeReference looks at who was active when, in the ways of frequency (section 9), stickiness and lifecycle (section 12).
// Its events are those that the selector means, up to the end of the range.
type activeReference struct {
	*reference
	asked  stretch
	looked stretch
	prior  stretch       // lifecycle: the interval before the first
	all    []event.Event // the events that there are
	means  *question.Selector
}

func newActiveReference(events []event.Event, r question.Range, interval question.Unit, means *question.Selector, by []question.Breakdown, top int, bots bool, now present) *activeReference {
	p := pastOf(events, r, bots, now)
	x := &activeReference{reference: &reference{past: p, Trend: &question.Trend{Breakdown: by, Top: top}}, all: p.events, means: means}
	x.asked = p.cut(p.rangeOf(r), interval)
	x.lookAt(x.asked)
	return x
}

// lookAt leaves the events of a stretch that the selector means.
func (r *activeReference) lookAt(s stretch) {
	r.looked = s
	r.events = nil
	for _, e := range r.all {
		if inside(s, e) && r.selects(r.means, e) {
			r.events = append(r.events, e)
		}
	}
}

// ranked are the segments shown, those with the most people in the range, and the others.
func (r *activeReference) ranked() (shown, hidden []segment) {
	all, totals := map[string]segment{}, map[string]*float64{}
	for _, e := range r.events {
		for _, s := range r.segmentsOf(e) {
			all[s.key()] = s
		}
	}
	for key, s := range all {
		totals[key] = count(len(activeIn(r.of(s), r.asked)))
	}
	return divide(slices.Collect(maps.Values(all)), totals, r.TopOrDefault())
}

// activeIn are the people with an event in a stretch.
func activeIn(events []event.Event, s stretch) []event.Actor {
	people := map[event.Actor]bool{}
	for _, e := range events {
		if inside(s, e) && e.Actor.Index() != 0 {
			people[e.Actor] = true
		}
	}
	return slices.Sorted(maps.Keys(people))
}

// spots are the whole, the segments shown and other.
func (r *activeReference) spots() ([]place, *question.SegmentCount) {
	if len(r.Breakdown) == 0 {
		return r.places(nil, false), nil
	}
	shown, hidden := r.ranked()
	return r.places(shown, len(hidden) > 0), &question.SegmentCount{Shown: len(shown), All: len(shown) + len(hidden)}
}

func (r *activeReference) account() question.Explain {
	own := *r.past
	own.events = r.all
	return own.explainOf(nil, []*question.Selector{r.means}, r.looked, r.asked)
}

// activeUnits is in how many of the intervals of a stretch each person has an event.
func activeUnits(events []event.Event, s stretch) map[event.Actor]int {
	units := map[event.Actor]int{}
	for i := range s.starts {
		for _, a := range activeIn(events, stretch{from: s.starts[i], to: s.end(i)}) {
			units[a]++
		}
	}
	return units
}

// withUnits are the people active in exactly n, or n or more.
func withUnits(units map[event.Actor]int, n int, more bool) (people []event.Actor) {
	for a, m := range units {
		if m == n || more && m > n {
			people = append(people, a)
		}
	}
	return people
}

func frequencyReference(events []event.Event, q *question.Frequency, now present) *activeReference {
	return newActiveReference(events, q.Range, q.Interval, &q.Selector, q.Breakdown, q.Top, q.IncludeBots, now)
}

// unitsOf are the units of an interval.
func (r *activeReference) unitsOf(i int, unit question.Unit) stretch {
	return r.cut(stretch{zone: r.zone, from: r.asked.starts[i], to: r.asked.end(i)}, unit)
}

func referenceFrequency(events []event.Event, asked question.Question, now present) question.Answer {
	q := asked.(*question.Frequency)
	r := frequencyReference(events, q, now)
	a := &question.FrequencyAnswer{Kind: "frequency", Range: r.asked.answer(), Intervals: r.asked.stamps()}
	places, count := r.spots()
	for _, p := range places {
		t := question.FrequencyTable{Segment: p.Segment, Other: p.Other, People: [][]int64{}}
		for i := range r.asked.starts {
			within := r.unitsOf(i, q.Unit)
			units, row := activeUnits(p.events, within), []int64{}
			for n := range within.starts {
				row = append(row, int64(len(withUnits(units, n+1, !q.Exactly))))
			}
			t.People = append(t.People, row)
		}
		a.Tables = append(a.Tables, t)
	}
	a.Segments, a.Explain = count, r.account()
	return a
}

func stickinessReference(events []event.Event, q *question.Stickiness, now present) *activeReference {
	return newActiveReference(events, q.Range, q.Interval, &q.Selector, q.Breakdown, q.Top, q.IncludeBots, now)
}

func referenceStickiness(events []event.Event, asked question.Question, now present) question.Answer {
	q := asked.(*question.Stickiness)
	r := stickinessReference(events, q, now)
	a := &question.StickinessAnswer{Kind: "stickiness", Range: r.asked.answer(), Intervals: r.asked.stamps()}
	places, count := r.spots()
	for _, p := range places {
		c := question.StickinessCurve{Segment: p.Segment, Other: p.Other, People: []int64{}}
		units := activeUnits(p.events, r.asked)
		c.Active = int64(len(units))
		sum := new(big.Rat) // of the people of each interval
		for n, start := range r.asked.starts {
			c.People = append(c.People, int64(len(withUnits(units, n+1, q.AtLeast))))
			sum.Add(sum, integer(len(activeIn(p.events, stretch{from: start, to: r.asked.end(n)}))))
		}
		if len(units) > 0 {
			c.Ratio = round(sum.Quo(sum.Quo(sum, integer(len(r.asked.starts))), integer(len(units))))
		}
		a.Curves = append(a.Curves, c)
	}
	a.Segments, a.Explain = count, r.account()
	return a
}

// lifecycleReference also looks at all time before the range.
func lifecycleReference(events []event.Event, q *question.Lifecycle, now present) *activeReference {
	r := newActiveReference(events, q.Range, q.Interval, &q.Selector, q.Breakdown, q.Top, q.IncludeBots, now)
	r.prior = priorTo(r.asked, q.Interval)
	all := r.asked
	all.from = time.Time{}
	r.lookAt(all)
	return r
}

// priorTo is the stretch before a range: from the last beginning of a unit on.
func priorTo(s stretch, unit question.Unit) stretch {
	back := 32 * 24 * time.Hour
	if unit == question.Hour || unit == question.Day {
		back = 26 * time.Hour
	}
	cuts := cutsAfter(s.zone, s.from.Add(-back), s.from, unit)
	return stretch{from: cuts[len(cuts)-1], to: s.from}
}

// before is the interval before the i-th.
func (r *activeReference) before(i int) stretch {
	if i == 0 {
		return r.prior
	}
	return stretch{from: r.asked.starts[i-1], to: r.asked.starts[i]}
}

// lifeOf divides the people of an interval by their state.
func (r *activeReference) lifeOf(events []event.Event, i int) map[string][]event.Actor {
	now := activeIn(events, stretch{from: r.asked.starts[i], to: r.asked.end(i)})
	before := activeIn(events, r.before(i))
	ever := activeIn(events, stretch{from: time.Time{}, to: r.asked.starts[i]})
	out := map[string][]event.Actor{}
	for _, a := range now {
		state := question.IsNew
		if slices.Contains(ever, a) {
			state = question.IsResurrecting
		}
		if slices.Contains(before, a) {
			state = question.IsReturning
		}
		out[state] = append(out[state], a)
	}
	for _, a := range before {
		if !slices.Contains(now, a) {
			out[question.IsDormant] = append(out[question.IsDormant], a)
		}
	}
	return out
}

func referenceLifecycle(events []event.Event, asked question.Question, now present) question.Answer {
	q := asked.(*question.Lifecycle)
	r := lifecycleReference(events, q, now)
	a := &question.LifecycleAnswer{Kind: "lifecycle", Range: r.asked.answer(), Intervals: r.asked.stamps()}
	places, count := r.spots()
	for _, p := range places {
		c := question.LifecycleCurve{Segment: p.Segment, Other: p.Other, New: []int64{}, Returning: []int64{}, Resurrecting: []int64{}, Dormant: []int64{}}
		for i := range r.asked.starts {
			life := r.lifeOf(p.events, i)
			c.New = append(c.New, int64(len(life[question.IsNew])))
			c.Returning = append(c.Returning, int64(len(life[question.IsReturning])))
			c.Resurrecting = append(c.Resurrecting, int64(len(life[question.IsResurrecting])))
			c.Dormant = append(c.Dormant, int64(len(life[question.IsDormant])))
		}
		a.Curves = append(a.Curves, c)
	}
	a.Segments, a.Explain = count, r.account()
	return a
}
