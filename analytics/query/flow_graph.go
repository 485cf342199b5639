package query

import (
	"cmp"
	"slices"

	"jejak/question"
)

// flowGraph is one flow of the answer: the whole, a segment or other.
type flowGraph struct {
	*flow
	segment []any
	other   bool
	links   []linkSlot // of all its sets; several may be of the same spots
	ends    []linkSlot // of whole paths

	paths int64
	tops  []question.FlowPath
	steps [][]flowCount    // by step: the nodes, most frequent first
	place map[uint32]int32 // by spot: its place in the answer's step
}

// flowCount is how many paths have a spot.
type flowCount struct {
	spot  uint32
	count int64
}

// graphLinkBytes is about what a link costs in a graph, its places in maps included.
const graphLinkBytes = 3 * linkSlotBytes

// graphs are the flows of the answer, counted.
func (f *flow) graphs(c *flowCounter) []*flowGraph {
	f.rankSegments(c)
	slots := f.slotsOfSets()
	graphs := []*flowGraph{{flow: f, segment: []any{}}}
	if f.ranking != nil {
		other := slices.ContainsFunc(slots, func(s []int) bool { return slices.Contains(s, len(f.ranking.shown)) })
		graphs = graphs[:0]
		for _, p := range f.ranking.places(other) {
			graphs = append(graphs, &flowGraph{flow: f, segment: p.Segment, other: p.Other})
		}
	}
	each := func(t *linkTable, add func(g *flowGraph, s linkSlot)) {
		t.all(func(s linkSlot) {
			if !f.meter.take(graphLinkBytes * int64(len(slots[s.set])+1)) {
				return
			}
			add(graphs[0], s)
			for _, slot := range slots[s.set] {
				add(graphs[slot+1], s)
			}
		})
	}
	each(&c.links, func(g *flowGraph, s linkSlot) { g.links = append(g.links, s) })
	if c.ways != nil {
		each(&c.ways.ends, func(g *flowGraph, s linkSlot) { g.ends = append(g.ends, s) })
	}
	for _, g := range graphs {
		g.rankNodes()
		g.rankWays(c.ways)
	}
	return graphs
}

// rankSegments finds the segments to show.
func (f *flow) rankSegments(c *flowCounter) {
	if f.ranking == nil {
		return
	}
	f.ranking.all = f.ranking.len()
	entries := &countTally{shape: shape{slots: f.ranking.all, intervals: 1, meter: f.meter}}
	if !grow(f.meter, &entries.cells, f.ranking.all, 8) {
		return
	}
	c.links.all(func(s linkSlot) {
		if s.from != pathStart {
			return
		}
		for _, segment := range f.sets.sets[s.set] {
			entries.cells[segment] += s.count
		}
	})
	f.ranking.choose(entries, f.TopOrDefault())
}

// slotsOfSets are, by set, the shown segments in it, and other once when there is one that is not shown.
func (f *flow) slotsOfSets() [][]int {
	out := make([][]int, len(f.sets.sets))
	for set, segments := range f.sets.sets {
		for _, segment := range segments {
			if slot := int(f.ranking.slots[segment]); slot < len(f.ranking.shown) || !slices.Contains(out[set], slot) {
				out[set] = append(out[set], slot)
			}
		}
	}
	return out
}

// rankNodes counts the nodes of each step and finds those to show.
func (g *flowGraph) rankNodes() {
	counts := map[uint32]int64{}
	for _, l := range g.links {
		if l.from == pathStart {
			g.paths += l.count
		}
		if l.to < pathDropOff {
			counts[l.to] += l.count
		}
	}
	g.steps, g.place = make([][]flowCount, len(g.flow.steps)), make(map[uint32]int32, len(counts))
	for spot, n := range counts {
		step := g.spots.list[spot].step
		g.steps[step] = append(g.steps[step], flowCount{spot, n})
	}
	for _, nodes := range g.steps {
		slices.SortFunc(nodes, func(a, b flowCount) int {
			return cmp.Or(cmp.Compare(b.count, a.count), g.compareNodes(g.node(a.spot), g.node(b.spot)))
		})
		for i, n := range nodes {
			g.place[n.spot] = int32(min(i, g.NodesOrDefault()))
		}
	}
}

func (g *flowGraph) node(spot uint32) flowNode { return g.spots.list[spot].node }

// answer writes the graph.
func (g *flowGraph) answer() question.FlowGraph {
	out := question.FlowGraph{Segment: g.segment, Other: g.other, Paths: g.paths, Top: g.tops}
	for i, nodes := range g.steps {
		step := question.FlowStep{Anchor: g.flow.steps[i].anchor, Offset: g.flow.steps[i].offset, Nodes: []question.FlowNode{}}
		for place, n := range nodes {
			switch {
			case place < g.NodesOrDefault():
				step.Nodes = append(step.Nodes, question.FlowNode{Node: g.values(g.node(n.spot)), Count: n.count, Links: []question.FlowLink{}})
			case place == g.NodesOrDefault():
				step.Nodes = append(step.Nodes, question.FlowNode{Node: []any{}, Other: true, Count: n.count, Links: []question.FlowLink{}})
			default:
				step.Nodes[len(step.Nodes)-1].Count += n.count
			}
		}
		out.Steps = append(out.Steps, step)
	}
	g.addLinks(&out)
	return out
}

// flowPlace is a node of the answer.
type flowPlace struct{ step, node int }

func (g *flowGraph) placeOf(spot uint32) flowPlace {
	return flowPlace{g.spots.list[spot].step, int(g.place[spot])}
}

// addLinks fills links and drop-off.
func (g *flowGraph) addLinks(out *question.FlowGraph) {
	counts := map[[2]flowPlace]int64{}
	for _, l := range g.links {
		if l.from == pathStart || l.to == pathEnd {
			continue
		}
		from := g.placeOf(l.from)
		if l.to == pathDropOff {
			out.Steps[from.step].Nodes[from.node].DropOff += l.count
		} else {
			counts[[2]flowPlace{from, g.placeOf(l.to)}] += l.count
		}
	}
	for link, n := range counts {
		from := &out.Steps[link[0].step].Nodes[link[0].node]
		from.Links = append(from.Links, question.FlowLink{Step: link[1].step, Node: link[1].node, Count: n})
	}
	for _, step := range out.Steps {
		for _, node := range step.Nodes {
			slices.SortFunc(node.Links, func(a, b question.FlowLink) int {
				return cmp.Or(cmp.Compare(a.Step, b.Step), cmp.Compare(a.Node, b.Node))
			})
		}
	}
}

// flowWay is a way that paths took, and how many did.
type flowWay struct {
	state, end uint32
	count      int64
	spots      []uint32
}

// rankWays finds the most frequent ways.
func (g *flowGraph) rankWays(tree *wayTree) {
	if tree == nil {
		return
	}
	counts := map[[2]uint32]int64{}
	for _, e := range g.ends {
		counts[[2]uint32{e.from, e.to}] += e.count
	}
	var best []flowWay
	for way, n := range counts {
		if len(best) == g.Flow.Paths && n < best[len(best)-1].count {
			continue
		}
		x := flowWay{way[0], way[1], n, tree.path(way[0])}
		at, _ := slices.BinarySearchFunc(best, x, g.compareWays)
		best = slices.Insert(best, at, x)
		best = best[:min(len(best), g.Flow.Paths)]
	}
	for _, w := range best {
		g.tops = append(g.tops, g.way(w))
	}
}

func (g *flowGraph) compareWays(a, b flowWay) int {
	return cmp.Or(cmp.Compare(b.count, a.count), slices.CompareFunc(a.spots, b.spots, g.compareSpots), cmp.Compare(b.end, a.end))
}

func (g *flowGraph) compareSpots(a, b uint32) int {
	x, y := g.spots.list[a], g.spots.list[b]
	return cmp.Or(cmp.Compare(x.step, y.step), g.compareNodes(x.node, y.node))
}

func (g *flowGraph) way(w flowWay) question.FlowPath {
	p := question.FlowPath{Steps: []question.FlowPathStep{}, DropOff: w.end == pathDropOff, Count: w.count}
	for _, spot := range w.spots {
		p.Steps = append(p.Steps, question.FlowPathStep{Step: g.spots.list[spot].step, Node: g.values(g.node(spot))})
	}
	return p
}
