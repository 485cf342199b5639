package querytest

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"time"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
	"jejak/question/where"
)

// look is the people as they are at an instant (section 16): only their events before it are there.
type look struct {
	*past
	at        time.Time
	sequences map[*question.CohortSequence]map[event.Actor]bool
}

func (p *past) lookAt(events []event.Event, at time.Time) *look {
	l := &look{past: p.known.in(p.zone), at: at, sequences: map[*question.CohortSequence]map[event.Actor]bool{}}
	for _, e := range lastArrivals(events) {
		if before(e.Time, at) && e.Class != event.Bot && e.Actor.Index() != 0 {
			e.InsertID = "" // it was looked at
			l.events = append(l.events, e)
		}
	}
	l.past.look = l
	return l
}

// rangeOfAny is the range of a question of any kind.
func rangeOfAny(q question.Question) question.Range {
	if p, is := q.(*question.People); is {
		return rangeOfAny(p.Of)
	}
	return reflect.ValueOf(q).Elem().FieldByName("Range").Interface().(question.Range)
}

// isMember tells whether somebody is in a saved cohort.
func (l *look) isMember(id string, who event.Actor) bool {
	n, _ := strconv.ParseInt(id, 10, 64)
	c := l.known.cohorts[question.CustomID(n)]
	return c != nil && who.Index() != 0 && l.means(c, who)
}

// means tells whether a definition means somebody.
func (l *look) means(c *question.Cohort, who event.Actor) bool {
	has := func(part question.Cohort) bool { return l.means(&part, who) }
	switch {
	case c.All != nil:
		return !slices.ContainsFunc(c.All, func(part question.Cohort) bool { return !has(part) })
	case c.Any != nil:
		return slices.ContainsFunc(c.Any, has)
	case c.Not != nil:
		return !has(*c.Not)
	case c.Did != nil:
		return l.did(c.Did, who)
	case c.Sequence != nil:
		return l.sequence(c.Sequence)[who]
	case c.Where != "":
		e, _ := where.Parse(c.Where)
		return computedOf(l.past, e, event.Event{Actor: who}) == event.BooleanOf(true)
	case c.Cohort != 0:
		return l.isMember(strconv.FormatInt(int64(c.Cohort), 10), who)
	}
	return slices.ContainsFunc(c.People, func(p question.Person) bool { return l.personOf(event.Actor(p)) == who })
}

func (l *look) personOf(a event.Actor) event.Actor {
	if l.known.profiles == nil || l.known.profiles.person == nil {
		return a
	}
	return l.known.profiles.person(a)
}

// within is a period as it is seen from the instant.
func (l *look) within(p *question.Period) stretch {
	s := stretch{zone: l.zone, to: l.at}
	switch {
	case p == nil:
	case p.Last > 0:
		own := *l.past
		own.now = earliest(l.at.Add(-time.Millisecond), l.now)
		s = own.lastRange(p.Last, p.Unit)
	default:
		if p.From != "" {
			wall, _, _ := question.ParseWall(p.From)
			s.from = firstShowing(l.zone, wall)
		}
		if p.To != "" {
			s.to = l.between("2026-01-01", p.To).to
		}
	}
	s.to = earliest(s.to, l.at)
	return s
}

func (l *look) did(d *question.CohortDid, who event.Actor) bool {
	own := *l.past
	own.events = slices.DeleteFunc(slices.Clone(l.events), func(e event.Event) bool { return e.Actor != who })
	own.events = own.compute(own.events, d)
	within := l.within(d.When)
	var matching []event.Event
	done := map[string]bool{}
	for _, e := range own.byPerson()[who] {
		if inside(within, e) && own.selects(&d.Selector, e) && !(d.FirstEver && done[e.Name]) {
			matching = append(matching, e)
		}
		done[e.Name] = true
	}
	v := measure(question.Metric{Measure: d.MeasureOrDefault(), Property: d.Property}, matching)
	if d.AtLeast == nil && d.AtMost == nil {
		return len(matching) > 0
	}
	return v != nil && (d.AtLeast == nil || *v >= *d.AtLeast) && (d.AtMost == nil || *v <= *d.AtMost)
}

// sequence is who has an attempt that converts, of all attempts that begin with an entry.
func (l *look) sequence(q *question.CohortSequence) map[event.Actor]bool {
	if known := l.sequences[q]; known != nil {
		return known
	}
	out := map[event.Actor]bool{}
	f := &question.Funnel{Steps: q.Steps, Order: q.Order, Window: q.Window, Optimized: true, Range: question.Range{Zone: l.zone.String()}}
	r := funnelReferenceOf(l.compute(l.events, q), f, l.known)
	for _, group := range r.attempts(l.within(q.When)) {
		for _, a := range group {
			out[a.person] = out[a.person] || len(a.taken) == len(q.Steps)
		}
	}
	l.sequences[q] = out
	return out
}

// members are the people of a cohort who have an event or a profile.
func (l *look) members(id question.CustomID) (people []event.Actor) {
	there := map[event.Actor]bool{}
	for _, e := range l.events {
		there[e.Actor] = true
	}
	if l.known.profiles != nil {
		for _, r := range l.known.profiles.last("") {
			deleted := slices.ContainsFunc(r.properties, func(p event.Property) bool { return p.Name == store.Deleted })
			there[l.personOf(r.of)] = there[l.personOf(r.of)] || !deleted
		}
	}
	for who, is := range there {
		if is && l.isMember(strconv.FormatInt(int64(id), 10), who) {
			people = append(people, who)
		}
	}
	return people
}

// cohortCurve is a metric that counts the people of a cohort.
func (r *reference) cohortCurve(m question.Metric, s stretch) (values []*float64, total *float64) {
	values = []*float64{}
	for i := range s.starts {
		values = append(values, count(len(r.lookAt(r.events, s.end(i)).members(m.Cohort))))
	}
	return values, count(len(r.lookAt(r.events, s.to).members(m.Cohort)))
}

// cohort is a random definition; earlier ones may be named in it.
func (w *world) cohort(depth int) question.Cohort {
	for {
		if c := w.anyCohort(depth); c.Validate() == nil {
			return c
		}
	}
}

// cohortID is a cohort that there is, mostly.
func (w *world) cohortID() question.CustomID {
	if n := len(w.cohorts); n > 0 && w.chance(95) {
		return question.CustomID(1 + w.IntN(n))
	}
	return 99
}

func (w *world) anyCohort(depth int) (c question.Cohort) {
	if depth > 0 && w.chance(50) {
		parts := make([]question.Cohort, 1+w.IntN(3))
		for i := range parts {
			parts[i] = w.anyCohort(depth - 1)
		}
		switch w.IntN(3) {
		case 0:
			c.All = parts
		case 1:
			c.Any = parts
		default:
			c.Not = &parts[0]
		}
		return c
	}
	switch w.IntN(9) {
	case 0, 1, 2, 3:
		c.Did = w.did()
	case 4, 5:
		c.Sequence = &question.CohortSequence{Steps: w.stepsOf(2 + w.IntN(2)), Order: pick(w.Rand, []question.StepOrder{"", question.OrderStrict}), Window: pick(w.Rand, []int{0, 60, 3600}), When: w.period()}
	case 6:
		c.Where = pick(w.Rand, []string{`user["plan"] == "pro"`, `defined(user["price"])`, `not user["ok"]`, `user["price"] > 2 or cohort(` + fmt.Sprint(w.cohortID()) + `)`, `len(user["tags"]) > 1`})
	case 7:
		for range 1 + w.IntN(10) {
			c.People = append(c.People, question.Person(Actor(w.IntN(w.people+5))))
		}
	default:
		c.Cohort = w.cohortID()
	}
	return c
}

func (w *world) stepsOf(n int) (out []question.Step) {
	for range n {
		out = append(out, question.Step{Selector: w.selector(1)})
	}
	return out
}

func (w *world) did() *question.CohortDid {
	d := &question.CohortDid{Selector: w.selector(1), FirstEver: w.chance(15), When: w.period()}
	d.Measure = pick(w.Rand, []question.Measure{"", "", "", question.Total, question.Sum, question.Average, question.Min, question.Max, question.Distinct})
	if d.MeasureOrDefault() != question.Total {
		d.Property = w.measured()
	}
	bounds := []float64{-1, 0, 0, 1, 2, 3, 5, 20, math.MaxFloat64}
	if w.chance(60) {
		x := pick(w.Rand, bounds)
		d.AtLeast = &x
	}
	if w.chance(40) {
		x := pick(w.Rand, bounds)
		d.AtMost = &x
	}
	return d
}

func (w *world) period() *question.Period {
	switch w.IntN(6) {
	case 0, 1:
		return &question.Period{Last: 1 + w.IntN(5), Unit: pick(w.Rand, []question.Unit{question.Hour, question.Day, question.Week, question.Month})}
	case 2:
		from, to := w.ends()
		return &question.Period{From: from, To: to}
	case 3:
		from, to := w.ends()
		return pick(w.Rand, []*question.Period{{From: from}, {To: to}})
	}
	return nil
}
