package querytest

import (
	"slices"

	"jejak/event"
	"jejak/question"
)

// flowCell is a random number of a flow; nil when it has none.
func flowCell(w *world, _ question.Question, answer question.Answer) question.Cell {
	g := pick(w.Rand, answer.(*question.FlowAnswer).Flows)
	c := &question.FlowCell{Segment: g.Segment, Other: g.Other, Step: w.IntN(len(g.Steps)), DropOff: w.chance(30)}
	nodes := g.Steps[c.Step].Nodes
	if len(nodes) == 0 {
		return nil
	}
	n := pick(w.Rand, nodes)
	c.Node, c.Rest = n.Node, n.Other
	return c
}

// flowAsked is the flow that a cell lies in, drawn, and its ways.
func flowAsked(events []event.Event, of question.Question, c *question.FlowCell, now present) (g question.FlowGraph, ways []way) {
	f := of.(*question.Flow)
	r := &flowReference{pastOf(events, f.Range, f.IncludeBots, now), f}
	all := r.ways(r.rangeOf(r.Range))
	var shown []segment
	if len(r.Breakdown) > 0 {
		shown, _ = r.rank(all)
	}
	for _, p := range r.flows(all, shown, true) {
		if sameSpot(question.Spot{Segment: c.Segment, Other: c.Other}, p.Segment, p.Other) {
			return r.graph(p), p.ways
		}
	}
	panic("BUG: a flow has no such segment")
}

// peopleOfFlow are those with a path through the cell.
func peopleOfFlow(events []event.Event, of question.Question, cell question.Cell, now present) (people []event.Actor) {
	c := cell.(*question.FlowCell)
	g, ways := flowAsked(events, of, c, now)
	for _, w := range ways {
		for i, s := range w.steps {
			if s.step == c.Step && g.Steps[s.step].Nodes[placeOf(&g, s)].Other == c.Rest && (c.Rest || encode(plain(s.node)) == encode(append([]any{}, c.Node...))) &&
				(!c.DropOff || w.dropOff && i == len(w.steps)-1) {
				people = append(people, w.person)
			}
		}
	}
	return people
}

func numberOfFlow(of question.Question, cell question.Cell, answer question.Answer) *float64 {
	c := cell.(*question.FlowCell)
	if of.(*question.Flow).CountingOrDefault() != question.CountUnique {
		return nil
	}
	for _, g := range answer.(*question.FlowAnswer).Flows {
		if !sameSpot(question.Spot{Segment: c.Segment, Other: c.Other}, g.Segment, g.Other) {
			continue
		}
		nodes := g.Steps[c.Step].Nodes
		n := nodes[slices.IndexFunc(nodes, func(n question.FlowNode) bool {
			return n.Other == c.Rest && encode(n.Node) == encode(append([]any{}, c.Node...))
		})]
		if c.DropOff {
			return count(int(n.DropOff))
		}
		return count(int(n.Count))
	}
	return nil
}
