package querytest

import (
	"fmt"
	"maps"
	"slices"
	"sort"

	"jejak/event"
	"jejak/question"
)

// flowReference answers one flow (section 10).
type flowReference struct {
	*past
	*question.Flow
}

// way is a path: its nodes, in the order of steps.
type way struct {
	person  event.Actor
	begin   event.Event
	steps   []wayStep
	dropOff bool
}

// wayStep is a node at a step. That of an anchor has no name.
type wayStep struct {
	step int
	node []event.Value
}

// referenceFlow answers a sound flow.
func referenceFlow(events []event.Event, q question.Question, now present) question.Answer {
	f := q.(*question.Flow)
	r := &flowReference{pastOf(events, f.Range, f.IncludeBots, now), f}
	asked := r.rangeOf(r.Range)
	ways := r.ways(asked)
	a := &question.FlowAnswer{Kind: "flow", Range: asked.answer(), Flows: []question.FlowGraph{}}
	var shown, hidden []segment
	if len(r.Breakdown) > 0 {
		shown, hidden = r.rank(ways)
		a.Segments = &question.SegmentCount{Shown: len(shown), All: len(shown) + len(hidden)}
	}
	for _, p := range r.flows(ways, shown, len(hidden) > 0) {
		a.Flows = append(a.Flows, r.graph(p))
	}
	a.Explain = r.explain(asked)
	return a
}

// ways are all paths that count.
func (r *flowReference) ways(asked stretch) (out []way) {
	for person, events := range r.byPerson() {
		for _, trail := range r.trails(events, asked) {
			for begin := 0; begin >= 0; {
				var w way
				w, begin = r.next(trail, begin)
				if w.steps != nil {
					w.person = person
					out = append(out, w)
				}
				if r.CountingOrDefault() != question.CountTotal {
					break
				}
			}
		}
	}
	return out
}

// trails are those of one person.
func (r *flowReference) trails(events []event.Event, asked stretch) (out [][]event.Event) {
	if r.CountingOrDefault() != question.CountSession {
		var in []event.Event
		for _, e := range events {
			if inside(asked, e) {
				in = append(in, e)
			}
		}
		return [][]event.Event{r.visible(in)}
	}
	for _, v := range r.sessionsOf(r.Sessions, events) {
		if inside(asked, v.events[0]) {
			out = append(out, r.visible(v.events))
		}
	}
	return out
}

// visible are the events on the trail, collapsed.
func (r *flowReference) visible(events []event.Event) (out []event.Event) {
	var before *event.Event
	for _, e := range events {
		if !r.selects(&question.Selector{AnyEvent: true}, e) || !r.passes(r.Filter, e) || slices.Contains(r.Hidden, e.Name) {
			continue
		}
		if !r.Collapse || before == nil || !r.repeats(*before, e) {
			out = append(out, e)
		}
		before = &e
	}
	return out
}

func (r *flowReference) repeats(a, b event.Event) bool {
	for i := range r.Anchors {
		if r.selects(&r.Anchors[i].Selector, a) != r.selects(&r.Anchors[i].Selector, b) {
			return false
		}
	}
	return slices.Equal(r.node(a), r.node(b))
}

func (r *flowReference) node(e event.Event) []event.Value {
	for _, x := range r.Expand {
		if x.Event == e.Name {
			return []event.Value{event.StringOf(e.Name), items(e.Get(x.Property))[0]}
		}
	}
	return []event.Value{event.StringOf(e.Name)}
}

// late tells whether the event lies more than the window after the beginning of a path.
func (r *flowReference) late(begin, e event.Event) bool {
	return r.CountingOrDefault() != question.CountSession && e.Time-begin.Time > event.Millis(r.WindowOrDefault().Milliseconds())
}

// next is the next path on a trail that begins at a place or behind it, and where the one after it may begin; -1 when there is none.
func (r *flowReference) next(trail []event.Event, from int) (w way, then int) {
	for from < len(trail) && !r.selects(&r.Anchors[0].Selector, trail[from]) {
		from++
	}
	if from == len(trail) {
		return way{}, -1
	}
	reached := []int{from}
	for a := 1; a < len(r.Anchors); a++ {
		at := reached[a-1] + 1
		for at < len(trail) && !r.selects(&r.Anchors[a].Selector, trail[at]) {
			at++
		}
		if at == len(trail) || r.late(trail[from], trail[at]) {
			break
		}
		reached = append(reached, at)
	}
	w = r.way(trail, reached)
	if len(reached) == len(r.Anchors) {
		return w, reached[len(reached)-1] + 1
	}
	then = from
	for then < len(trail) && !r.late(trail[from], trail[then]) {
		then++
	}
	return w, then
}

// way lays a path out on the steps; reached are the places of its anchors on the trail.
func (r *flowReference) way(trail []event.Event, reached []int) way {
	begin := trail[reached[0]]
	w := way{begin: begin}
	at := r.anchorStep(0)
	for offset := r.Anchors[0].Before; offset > 0; offset-- {
		if i := reached[0] - offset; i >= 0 && !r.late(trail[i], begin) {
			w.steps = append(w.steps, wayStep{at - offset, r.node(trail[i])})
		}
	}
	for a, place := range reached {
		at = r.anchorStep(a)
		w.steps = append(w.steps, wayStep{at, nil})
		var between []event.Event
		for i := place + 1; i < len(trail) && (a+1 == len(reached) || i < reached[a+1]); i++ {
			if a+1 < len(reached) || !r.late(begin, trail[i]) {
				between = append(between, trail[i])
			}
		}
		n := min(len(between), r.Anchors[a].After)
		for i, e := range between[:n] {
			w.steps = append(w.steps, wayStep{at + 1 + i, r.node(e)})
		}
		between = between[n:]
		if a+1 < len(reached) {
			k := min(len(between), r.Anchors[a+1].Before)
			for i, e := range between[len(between)-k:] {
				w.steps = append(w.steps, wayStep{r.anchorStep(a+1) - k + i, r.node(e)})
			}
			continue
		}
		w.dropOff = len(reached) < len(r.Anchors) || n < r.Anchors[a].After
	}
	return w
}

// anchorStep is the place of an anchor among the steps.
func (r *flowReference) anchorStep(anchor int) (step int) {
	for _, a := range r.Anchors[:anchor] {
		step += a.Before + 1 + a.After
	}
	return step + r.Anchors[anchor].Before
}

func (r *flowReference) segmentsOf(w way) []segment {
	return (&reference{past: r.past, Trend: &question.Trend{Breakdown: r.Breakdown}}).segmentsOf(w.begin)
}

func (r *flowReference) of(ways []way, s segment) (out []way) {
	for _, w := range ways {
		if slices.ContainsFunc(r.segmentsOf(w), func(x segment) bool { return x.key() == s.key() }) {
			out = append(out, w)
		}
	}
	return out
}

func (r *flowReference) rank(ways []way) (shown, hidden []segment) {
	all, totals := map[string]segment{}, map[string]*float64{}
	for _, w := range ways {
		for _, s := range r.segmentsOf(w) {
			all[s.key()] = s
		}
	}
	for key, s := range all {
		totals[key] = count(len(r.of(ways, s)))
	}
	return divide(slices.Collect(maps.Values(all)), totals, r.TopOrDefault())
}

// flowPlace is a flow before it is drawn.
type flowPlace struct {
	question.FlowGraph
	ways []way
}

func (r *flowReference) flows(ways []way, shown []segment, other bool) []flowPlace {
	out := []flowPlace{{question.FlowGraph{Segment: []any{}}, ways}}
	for _, s := range shown {
		out = append(out, flowPlace{question.FlowGraph{Segment: plain(s)}, r.of(ways, s)})
	}
	if !other {
		return out
	}
	rest := flowPlace{question.FlowGraph{Segment: []any{}, Other: true}, nil}
	for _, w := range ways {
		isShown := func(x segment) bool {
			return slices.ContainsFunc(shown, func(s segment) bool { return x.key() == s.key() })
		}
		if slices.ContainsFunc(r.segmentsOf(w), func(x segment) bool { return !isShown(x) }) {
			rest.ways = append(rest.ways, w)
		}
	}
	return append(out, rest)
}

// graph draws a flow.
func (r *flowReference) graph(p flowPlace) question.FlowGraph {
	g := p.FlowGraph
	g.Paths = int64(len(p.ways))
	for a, anchor := range r.Anchors {
		for offset := -anchor.Before; offset <= anchor.After; offset++ {
			g.Steps = append(g.Steps, question.FlowStep{Anchor: a, Offset: offset, Nodes: r.nodes(p.ways, len(g.Steps))})
		}
	}
	for step := range g.Steps {
		for n := range g.Steps[step].Nodes {
			r.follow(&g, p.ways, step, n)
		}
	}
	g.Top = r.topWays(p.ways)
	return g
}

// nodes are those shown at a step, without links.
func (r *flowReference) nodes(ways []way, step int) []question.FlowNode {
	counts, nodes := map[string]int64{}, map[string][]event.Value{}
	for _, w := range ways {
		for _, s := range w.steps {
			if s.step == step {
				key := segment(s.node).key()
				counts[key], nodes[key] = counts[key]+1, s.node
			}
		}
	}
	ranked := slices.Collect(maps.Keys(counts))
	sort.Slice(ranked, func(i, j int) bool {
		a, b := ranked[i], ranked[j]
		if counts[a] != counts[b] {
			return counts[a] > counts[b]
		}
		return nodeComesFirst(nodes[a], nodes[b])
	})
	out := []question.FlowNode{}
	for i, key := range ranked {
		switch {
		case i < r.NodesOrDefault():
			out = append(out, question.FlowNode{Node: plain(nodes[key]), Count: counts[key], Links: []question.FlowLink{}})
		case i == r.NodesOrDefault():
			out = append(out, question.FlowNode{Node: []any{}, Other: true, Count: counts[key], Links: []question.FlowLink{}})
		default:
			out[len(out)-1].Count += counts[key]
		}
	}
	return out
}

func nodeComesFirst(a, b []event.Value) bool {
	if a[0] != b[0] {
		return a[0].Text < b[0].Text
	}
	return comesFirst(a, b)
}

// placeOf is the place of a node among those shown at its step.
func placeOf(g *question.FlowGraph, s wayStep) int {
	nodes := g.Steps[s.step].Nodes
	is := func(n question.FlowNode) bool { return !n.Other && encode(n.Node) == encode(plain(s.node)) }
	if i := slices.IndexFunc(nodes, is); i >= 0 {
		return i
	}
	return len(nodes) - 1
}

// follow fills links and drop-off of a node.
func (r *flowReference) follow(g *question.FlowGraph, ways []way, step, node int) {
	x := &g.Steps[step].Nodes[node]
	counts := map[[2]int]int64{}
	for _, w := range ways {
		for i, s := range w.steps {
			if s.step != step || placeOf(g, s) != node {
				continue
			}
			if i+1 < len(w.steps) {
				counts[[2]int{w.steps[i+1].step, placeOf(g, w.steps[i+1])}]++
			} else if w.dropOff {
				x.DropOff++
			}
		}
	}
	for s := range g.Steps {
		for n := range g.Steps[s].Nodes {
			if c := counts[[2]int{s, n}]; c > 0 {
				x.Links = append(x.Links, question.FlowLink{Step: s, Node: n, Count: c})
			}
		}
	}
}

// topWays are the most frequent ways.
func (r *flowReference) topWays(ways []way) (out []question.FlowPath) {
	counts, examples := map[string]int64{}, map[string]way{}
	for _, w := range ways {
		key := fmt.Sprint(w.dropOff)
		for _, s := range w.steps {
			key += fmt.Sprint(s.step) + segment(s.node).key()
		}
		counts[key], examples[key] = counts[key]+1, w
	}
	ranked := slices.Collect(maps.Keys(counts))
	sort.Slice(ranked, func(i, j int) bool {
		a, b := ranked[i], ranked[j]
		if counts[a] != counts[b] {
			return counts[a] > counts[b]
		}
		return wayComesFirst(examples[a], examples[b])
	})
	for _, key := range ranked[:min(len(ranked), r.Paths)] {
		p := question.FlowPath{Steps: []question.FlowPathStep{}, DropOff: examples[key].dropOff, Count: counts[key]}
		for _, s := range examples[key].steps {
			p.Steps = append(p.Steps, question.FlowPathStep{Step: s.step, Node: plain(s.node)})
		}
		out = append(out, p)
	}
	return out
}

func wayComesFirst(a, b way) bool {
	for i := range a.steps {
		switch {
		case i == len(b.steps):
			return false
		case a.steps[i].step != b.steps[i].step:
			return a.steps[i].step < b.steps[i].step
		case segment(a.steps[i].node).key() != segment(b.steps[i].node).key():
			return nodeComesFirst(a.steps[i].node, b.steps[i].node)
		}
	}
	return len(a.steps) < len(b.steps) || !a.dropOff && b.dropOff
}

func (r *flowReference) explain(asked stretch) question.Explain {
	selectors := []*question.Selector{{AnyEvent: true, Except: r.Hidden}}
	for i := range r.Anchors {
		selectors = append(selectors, &r.Anchors[i].Selector)
	}
	if r.CountingOrDefault() != question.CountSession {
		return r.explainOf(r.Filter, selectors, asked, asked)
	}
	for i, s := range selectors {
		selectors[i] = &question.Selector{AnyOf: []question.Selector{*s}, Filter: r.Filter}
	}
	return r.explainOf(nil, sessionSelectors(r.Sessions, selectors...), r.wholeDays(asked), asked)
}
