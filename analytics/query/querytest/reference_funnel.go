package querytest

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"sort"
	"time"

	"jejak/event"
	"jejak/question"
)

// funnelReference answers one funnel (section 8).
type funnelReference struct {
	*past
	*question.Funnel
	people []funnelPerson
}

// funnelPerson is a person and her whole trail, of all times.
type funnelPerson struct {
	event.Actor
	events []funnelEvent
}

// funnelEvent is an event on a trail.
type funnelEvent struct {
	event.Event
	place   int    // on the person's whole trail
	session int    // which of the person's; only with sessions
	means   []bool // by step
	held    string // the same where the held values are
}

// attempt is one way into the funnel.
type attempt struct {
	person  event.Actor
	taken   []funnelEvent  // by step reached
	reached []event.Millis // by step: T
	next    int            // the place behind its end
	keys    []string       // of the segments that it belongs to
}

// referenceFunnel answers a sound funnel.
func referenceFunnel(events []event.Event, q question.Question, now present) question.Answer {
	f := q.(*question.Funnel)
	r := funnelReferenceOf(events, f, now)
	asked := r.asked()
	a := &question.FunnelAnswer{Kind: "funnel", Range: asked.answer(), Funnels: []question.FunnelTable{}}
	groups := r.attempts(asked)
	var shown, hidden []segment
	if len(r.Breakdown) > 0 {
		shown, hidden = r.rank(groups)
		a.Segments = &question.SegmentCount{Shown: len(shown), All: len(shown) + len(hidden)}
	}
	var separate [][][]attempt // by interval
	if r.Interval != "" {
		a.Intervals = asked.stamps()
		for i := range asked.starts {
			separate = append(separate, r.attempts(stretch{zone: asked.zone, from: asked.starts[i], to: asked.end(i)}))
		}
	}
	for i, s := range r.spots(shown, hidden) {
		t := r.table(r.choose(groups, s.belongs))
		t.Segment, t.Other = s.Segment, s.Other
		for interval := range asked.starts {
			t.Intervals = append(t.Intervals, reachedBy(r.chosenIn(groups, separate, asked, interval, s.belongs), len(r.Steps)))
		}
		if i > 0 && !s.Other {
			t.P = luck(a.Funnels[0].Steps, t.Steps)
		}
		a.Funnels = append(a.Funnels, t)
	}
	a.Explain = r.explain(asked)
	return a
}

func funnelReferenceOf(events []event.Event, f *question.Funnel, now present) *funnelReference {
	r := &funnelReference{past: pastOf(events, f.Range, f.IncludeBots, now), Funnel: f}
	for person, events := range r.byPerson() {
		r.people = append(r.people, funnelPerson{person, r.looked(events)})
	}
	return r
}

// asked is the range, cut when there is an interval.
func (r *funnelReference) asked() stretch {
	s := r.rangeOf(r.Range)
	if r.Interval != "" {
		s = r.cut(s, r.Interval)
	}
	return s
}

// chosenIn are the attempts that count in an interval.
func (r *funnelReference) chosenIn(groups [][]attempt, separate [][][]attempt, asked stretch, interval int, belongs func(attempt) bool) (out []attempt) {
	if r.IntervalBy != question.ByEntry {
		return r.choose(separate[interval], belongs)
	}
	within := stretch{from: asked.starts[interval], to: asked.end(interval)}
	for _, a := range r.choose(groups, belongs) {
		if inside(within, a.taken[0].Event) {
			out = append(out, a)
		}
	}
	return out
}

// attempts are those that pass, in groups of which at most one counts, unless every attempt does.
func (r *funnelReference) attempts(asked stretch) (groups [][]attempt) {
	for _, p := range r.people {
		for _, trail := range r.trails(p.events, asked) {
			var group []attempt
			for _, part := range byHeld(trail) {
				for _, a := range r.onTrail(part, asked) {
					if a.person = p.Actor; r.keeps(a) {
						for _, s := range r.segmentsOf(a) {
							a.keys = append(a.keys, s.key())
						}
						group = append(group, a)
					}
				}
			}
			groups = append(groups, group)
		}
	}
	return groups
}

// looked are the events of a person, in their order, that are looked at whatever the range is.
func (r *funnelReference) looked(events []event.Event) (out []funnelEvent) {
	sessionOf := map[int]int{} // by place
	if r.UsesSessions() {
		sessionOf = r.sessionsByPlace(events)
	}
	for place, e := range events {
		session, in := sessionOf[place]
		if !r.passes(r.Filter, e) || e.Class == event.Bot && !r.bots || r.UsesSessions() && !in {
			continue
		}
		p := funnelEvent{Event: e, place: place, session: session}
		for i := range r.Steps {
			p.means = append(p.means, r.selects(&r.Steps[i].Selector, e))
		}
		for _, property := range r.Hold {
			p.held += segment(items(p.Get(property))).key() + "|"
		}
		out = append(out, p)
	}
	return out
}

// trails are that of the person, or one for each session.
func (r *funnelReference) trails(events []funnelEvent, asked stretch) (out [][]funnelEvent) {
	var whole []funnelEvent
	bySession := map[int][]funnelEvent{}
	for _, e := range events {
		if !before(e.Time, asked.from) {
			whole = append(whole, e)
			bySession[e.session] = append(bySession[e.session], e)
		}
	}
	if r.CountingOrDefault() != question.CountSession {
		return [][]funnelEvent{whole}
	}
	return slices.Collect(maps.Values(bySession))
}

// sessionsByPlace tells the session of each event that has a part in one.
func (r *funnelReference) sessionsByPlace(events []event.Event) map[int]int {
	out := map[int]int{}
	place := 0
	for i, v := range r.sessionsOf(r.Sessions, events) {
		for _, e := range v.events {
			for !sameEvent(events[place], e) {
				place++
			}
			out[place] = i
			place++
		}
	}
	return out
}

func sameEvent(a, b event.Event) bool {
	return a.Time == b.Time && a.Name == b.Name && reflect.DeepEqual(a, b)
}

// byHeld are the trails of each combination of held values.
func byHeld(trail []funnelEvent) [][]funnelEvent {
	parts := map[string][]funnelEvent{}
	for _, p := range trail {
		parts[p.held] = append(parts[p.held], p)
	}
	return slices.Collect(maps.Values(parts))
}

// onTrail are the attempts on a trail.
func (r *funnelReference) onTrail(trail []funnelEvent, asked stretch) (out []attempt) {
	if r.Optimized && r.CountingOrDefault() != question.CountTotal {
		return r.everyAttempt(trail, asked)
	}
	for {
		all := r.everyAttempt(trail, asked)
		if len(all) == 0 {
			return out
		}
		next := all[0]
		if r.Optimized {
			for _, a := range all {
				if r.inWindow(all[0].taken[0], a.taken[0]) && better(a, next) {
					next = a
				}
			}
		}
		out = append(out, next)
		i := slices.IndexFunc(trail, func(p funnelEvent) bool { return p.place >= next.next })
		if i < 0 {
			return out
		}
		trail = trail[i:]
	}
}

// everyAttempt begins at each entry.
func (r *funnelReference) everyAttempt(trail []funnelEvent, asked stretch) (out []attempt) {
	for i, p := range trail {
		if inside(asked, p.Event) && r.meant([]int{}, p) >= 0 {
			out = append(out, r.attempt(trail, i))
			if !r.Optimized {
				break // the others are not looked at
			}
		}
	}
	return out
}

// better tells whether a is the better attempt.
func better(a, b attempt) bool {
	return cmp.Or(
		cmp.Compare(len(b.taken), len(a.taken)),
		cmp.Compare(a.furthest(), b.furthest()),
		cmp.Compare(b.taken[0].place, a.taken[0].place),
	) < 0
}

// furthest is the furthest place that the attempt took.
func (a attempt) furthest() (place int) {
	for _, p := range a.taken {
		place = max(place, p.place)
	}
	return place
}

// meant is the step for which an attempt with these steps may take the event next; -1 for none.
func (r *funnelReference) meant(steps []int, p funnelEvent) int {
	for i := range r.Steps {
		if p.means[i] && slices.Contains(r.open(steps), i) {
			return i
		}
	}
	return -1
}

// open are the steps that may be next.
func (r *funnelReference) open(steps []int) (out []int) {
	for i := range r.Steps {
		possible := !slices.Contains(steps, i)
		for j := range i {
			// All funnelEvent before an anchored step come first; all behind one wait for it.
			wait := r.OrderOrDefault() != question.OrderAny || r.Steps[i].Anchored || slices.ContainsFunc(r.Steps[j:i], func(s question.Step) bool { return s.Anchored })
			possible = possible && (!wait || slices.Contains(steps, j))
		}
		if possible {
			out = append(out, i)
		}
	}
	return out
}

// attempt begins at an entry and goes as far as it comes.
func (r *funnelReference) attempt(trail []funnelEvent, entry int) attempt {
	a := attempt{taken: []funnelEvent{trail[entry]}, reached: []event.Millis{trail[entry].Time}}
	steps := []int{r.meant(nil, trail[entry])}
	for len(steps) < len(r.Steps) {
		step, next := r.nextStep(trail, a, steps)
		if x := r.excluding(trail, a, next); x != nil {
			a.next = x.place + 1
			return a
		}
		if next == nil {
			a.next = r.over(trail, a)
			return a
		}
		steps = append(steps, step)
		a.taken = append(a.taken, *next)
		a.reached = append(a.reached, max(next.Time, a.reached[len(a.reached)-1]))
	}
	a.next = a.furthest() + 1
	return a
}

// nextStep is the first event that may be the next step.
func (r *funnelReference) nextStep(trail []funnelEvent, a attempt, steps []int) (step int, next *funnelEvent) {
	for i := range trail {
		p := trail[i]
		if slices.ContainsFunc(a.taken, func(t funnelEvent) bool { return t.place == p.place }) || !r.inWindow(a.taken[0], p) {
			continue
		}
		if r.grace() && p.Time < a.reached[len(a.reached)-1]-2000 || !r.grace() && p.place < a.furthest() {
			continue
		}
		step := r.meant(steps, p)
		if step >= 0 {
			return step, &p
		}
		if r.OrderOrDefault() == question.OrderStrict {
			return -1, nil // the event right behind is another
		}
	}
	return -1, nil
}

func (r *funnelReference) grace() bool {
	return !r.NoGrace && r.OrderOrDefault() != question.OrderStrict
}

// inWindow tells whether an event lies in the window of an attempt with this entry.
func (r *funnelReference) inWindow(entry, p funnelEvent) bool {
	switch {
	case r.CountingOrDefault() == question.CountSession:
		return p.session == entry.session
	case r.WindowIn > 0:
		return p.session < entry.session+r.WindowIn && p.Time-entry.Time <= 366*24*3600*1000
	}
	return p.Time-entry.Time <= event.Millis(r.WindowOrDefault().Milliseconds())
}

// excluding is the event that excludes the attempt before it comes to the next step.
func (r *funnelReference) excluding(trail []funnelEvent, a attempt, next *funnelEvent) *funnelEvent {
	k := len(a.taken)
	for i := range trail {
		p := trail[i]
		if !r.inWindow(a.taken[0], p) || !r.excludes(k, p) {
			continue
		}
		behind, ahead := p.place > a.furthest(), next == nil || p.place < next.place
		if r.grace() {
			behind, ahead = p.Time > a.reached[k-1]+2000, next == nil || p.Time+2000 < next.Time
		}
		if behind && ahead {
			return &p
		}
	}
	return nil
}

// excludes tells whether an exclusion between steps k and k+1 means the event.
func (r *funnelReference) excludes(k int, p funnelEvent) bool {
	for i := range r.Exclude {
		after, before := r.Exclude[i].Between(len(r.Steps))
		if after <= k && k+1 <= before && r.selects(&r.Exclude[i].Selector, p.Event) {
			return true
		}
	}
	return false
}

// over is the place behind an attempt that found no next step.
func (r *funnelReference) over(trail []funnelEvent, a attempt) (next int) {
	if r.OrderOrDefault() == question.OrderStrict {
		return a.furthest() + 1
	}
	for _, p := range trail {
		if r.inWindow(a.taken[0], p) {
			next = p.place + 1
		}
	}
	return next
}

// giving is the event whose value an attempt has; nil: the step was not reached.
func (r *funnelReference) giving(a attempt, property string, by question.Attribution) *funnelEvent {
	if by.By == question.ByStep {
		if by.Step > len(a.taken) {
			return nil
		}
		return &a.taken[by.Step-1]
	}
	taken := slices.Clone(a.taken)
	if by.By == question.ByLast {
		slices.Reverse(taken)
	}
	for i := range taken {
		if !slices.Equal(items(taken[i].Get(property)), []event.Value{{}}) {
			return &taken[i]
		}
	}
	return &a.taken[0]
}

func (r *funnelReference) keeps(a attempt) bool {
	for _, c := range r.Keep {
		p := r.giving(a, c.Property, c.Attribution)
		if p == nil || !r.passes(c.Filter(), p.Event) {
			return false
		}
	}
	return true
}

// segmentsOf are the segments an attempt belongs to.
func (r *funnelReference) segmentsOf(a attempt) []segment {
	out := []segment{{}}
	for _, b := range r.Breakdown {
		var v event.Value
		if p := r.giving(a, b.Property, b.Attribution); p != nil {
			v = p.Get(b.Property)
		}
		var longer []segment
		for _, s := range out {
			for _, item := range items(v) {
				longer = append(longer, append(slices.Clone(s), item))
			}
		}
		out = longer
	}
	return out
}

// choose are the attempts that count among those that belong.
func (r *funnelReference) choose(groups [][]attempt, belongs func(attempt) bool) (out []attempt) {
	for _, group := range groups {
		var chosen []attempt
		for _, a := range group {
			switch {
			case !belongs(a):
			case len(chosen) == 0 || r.CountingOrDefault() == question.CountTotal:
				chosen = append(chosen, a)
			case r.Optimized && better(a, chosen[0]), !r.Optimized && a.taken[0].place < chosen[0].taken[0].place:
				chosen[0] = a
			}
		}
		out = append(out, chosen...)
	}
	return out
}

// funnelSpot is the whole, a segment or other, and which attempts belong to it.
type funnelSpot struct {
	question.FunnelTable
	belongs func(attempt) bool
}

func (r *funnelReference) spots(shown, hidden []segment) []funnelSpot {
	isShown := func(key string) bool {
		return slices.ContainsFunc(shown, func(s segment) bool { return s.key() == key })
	}
	out := []funnelSpot{{question.FunnelTable{Segment: []any{}}, func(attempt) bool { return true }}}
	for _, s := range shown {
		key := s.key()
		belongs := func(a attempt) bool { return slices.Contains(a.keys, key) }
		out = append(out, funnelSpot{question.FunnelTable{Segment: plain(s)}, belongs})
	}
	if len(hidden) > 0 {
		belongs := func(a attempt) bool {
			return slices.ContainsFunc(a.keys, func(key string) bool { return !isShown(key) })
		}
		out = append(out, funnelSpot{question.FunnelTable{Segment: []any{}, Other: true}, belongs})
	}
	return out
}

// rank divides the segments into those shown, best first, and the others.
func (r *funnelReference) rank(groups [][]attempt) (shown, hidden []segment) {
	all, totals := map[string]segment{}, map[string]*float64{}
	for _, group := range groups {
		for _, a := range group {
			for _, s := range r.segmentsOf(a) {
				all[s.key()] = s
			}
		}
	}
	for key := range all {
		totals[key] = count(len(r.choose(groups, func(a attempt) bool { return slices.Contains(a.keys, key) })))
	}
	return divide(slices.Collect(maps.Values(all)), totals, r.TopOrDefault())
}

// reachedBy are how many attempts reached each step.
func reachedBy(attempts []attempt, steps int) []int64 {
	out := make([]int64, steps)
	for _, a := range attempts {
		for k := range a.taken {
			out[k]++
		}
	}
	return out
}

// table is the funnel of attempts.
func (r *funnelReference) table(attempts []attempt) (t question.FunnelTable) {
	n := reachedBy(attempts, len(r.Steps))
	for k := range r.Steps {
		x := question.FunnelResult{Count: n[k], Rate: share(n[k], n[0])}
		var taken []event.Event
		var fromStart, fromPrevious []float64
		for _, a := range attempts {
			if k < len(a.taken) {
				taken = append(taken, a.taken[k].Event)
				fromStart = append(fromStart, float64(a.reached[k]-a.reached[0])/1000)
				fromPrevious = append(fromPrevious, float64(a.reached[k]-a.reached[max(0, k-1)])/1000)
			}
		}
		if k > 0 {
			x.StepRate = share(n[k], n[k-1])
		}
		if k > 0 && r.Times != nil {
			x.FromStart, x.FromPrevious = r.time(fromStart), r.time(fromPrevious)
		}
		if r.Sum != "" {
			x.Sum = measureNumbers(question.Metric{Measure: question.Sum}, numbersOf(taken, r.Sum))
		}
		t.Steps = append(t.Steps, x)
	}
	return t
}

func share(n, of int64) *float64 { return defined(float64(n) / float64(of)) }

func (r *funnelReference) time(seconds []float64) *question.FunnelTime {
	sort.Float64s(seconds)
	of := func(m question.Measure) *float64 { return measureNumbers(question.Metric{Measure: m}, seconds) }
	t := &question.FunnelTime{Average: of(question.Average), Median: of(question.Median), Min: of(question.Min), Max: of(question.Max)}
	for _, p := range r.Times.Percentiles {
		t.Percentiles = append(t.Percentiles, measureNumbers(question.Metric{Measure: question.Percentile, Percentile: &p}, seconds))
	}
	if len(r.Times.Histogram) == 0 {
		return t
	}
	t.Histogram = make([]int64, len(r.Times.Histogram)+1)
	for _, s := range seconds {
		bucket := 0
		for _, limit := range r.Times.Histogram {
			if s >= limit {
				bucket++
			}
		}
		t.Histogram[bucket]++
	}
	return t
}

// luck is p of a segment beside the whole.
func luck(whole, part []question.FunnelResult) *float64 {
	last := len(whole) - 1
	nn, kk, n, k := whole[0].Count, whole[last].Count, part[0].Count, part[last].Count
	if n < 30 || n > nn {
		return nil
	}
	lowest, highest := max(0, n+kk-nn), min(n, kk)
	m := (n + 1) * (kk + 1) / (nn + 2)
	var worse, better, all float64
	add := func(x int64, w float64) {
		all += w
		if x < k {
			worse += w
		} else if x > k {
			better += w
		}
	}
	add(m, 1)
	w := 1.0
	for x := m; x > lowest; x-- {
		w = float64(w * ((float64(x) / float64(kk-x+1)) * (float64(nn-kk-n+x) / float64(n-x+1))))
		if w < 1e-30 {
			break
		}
		add(x-1, w)
	}
	w = 1
	for x := m; x < highest; x++ {
		w = float64(w * ((float64(kk-x) / float64(x+1)) * (float64(n-x) / float64(nn-kk-n+x+1))))
		if w < 1e-30 {
			break
		}
		add(x+1, w)
	}
	return defined(1 - max(worse, better)/all)
}

func (r *funnelReference) explain(asked stretch) question.Explain {
	var selectors []*question.Selector
	for i := range r.Steps {
		selectors = append(selectors, &r.Steps[i].Selector)
	}
	for i := range r.Exclude {
		selectors = append(selectors, &r.Exclude[i].Selector)
	}
	if r.OrderOrDefault() == question.OrderStrict {
		selectors = append(selectors, &question.Selector{AnyEvent: true})
	}
	looked := asked
	if !asked.from.Before(asked.to) {
		return r.explainOf(r.Filter, selectors, looked, asked)
	}
	if r.WindowIn > 0 {
		looked.to = asked.to.Add(366 * 24 * time.Hour)
	}
	if !r.UsesSessions() {
		looked.to = asked.to.Add(r.WindowOrDefault())
		return r.explainOf(r.Filter, selectors, looked, asked)
	}
	for i, s := range selectors {
		selectors[i] = &question.Selector{AnyOf: []question.Selector{*s}, Filter: r.Filter}
	}
	return r.explainOf(nil, sessionSelectors(r.Sessions, selectors...), r.wholeDays(looked), asked)
}
