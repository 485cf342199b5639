package querytest

import (
	"fmt"
	"strings"

	"jejak/question"
)

// printFlow writes each flow as its steps with their nodes and where those lead, then its top paths.
func printFlow(answer question.Answer) (out []string) {
	a := answer.(*question.FlowAnswer)
	for _, g := range a.Flows {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%d paths %s", g.Paths, flowName(g))))
		for i, s := range g.Steps {
			for n, node := range s.Nodes {
				out = append(out, fmt.Sprintf("  %d %-4s %s %d%s", i, stepName(s), nodeName(node, s.Offset), node.Count, leads(&g, s, i, n)))
			}
		}
		for _, p := range g.Top {
			out = append(out, fmt.Sprintf("  %d took %s", p.Count, pathName(p)))
		}
	}
	if a.Segments != nil {
		out = append(out, fmt.Sprintf("segments: %d of %d", a.Segments.Shown, a.Segments.All))
	}
	return append(out, fmt.Sprintf("matched: %d, bots left out: %d", a.Explain.RowsMatched, a.Explain.BotsLeftOut))
}

func flowName(g question.FlowGraph) string {
	switch {
	case g.Other:
		return "of other"
	case len(g.Segment) == 0:
		return ""
	}
	return "of " + bare(g.Segment)
}

// bare is a list as JSON without its brackets.
func bare(list []any) string {
	return strings.TrimSuffix(strings.TrimPrefix(encode(list), "["), "]")
}

// stepName is A for the first anchor, A+1 for the step after it, B-2 and so on.
func stepName(s question.FlowStep) string {
	name := string(rune('A' + s.Anchor))
	if s.Offset != 0 {
		name += fmt.Sprintf("%+d", s.Offset)
	}
	return name
}

func nodeName(n question.FlowNode, offset int) string {
	switch {
	case n.Other:
		return "other"
	case offset == 0:
		return "anchor"
	}
	return bare(n.Node)
}

func leads(g *question.FlowGraph, s question.FlowStep, step, node int) (out string) {
	for _, l := range s.Nodes[node].Links {
		to := g.Steps[l.Step]
		out += fmt.Sprintf(", %d to %s %s", l.Count, stepName(to), nodeName(to.Nodes[l.Node], to.Offset))
	}
	if d := s.Nodes[node].DropOff; d > 0 {
		out += fmt.Sprintf(", %d drop off", d)
	}
	return out
}

func pathName(p question.FlowPath) string {
	var parts []string
	for _, s := range p.Steps {
		node := bare(s.Node)
		if len(s.Node) == 0 {
			node = "anchor"
		}
		parts = append(parts, fmt.Sprintf("%d %s", s.Step, node))
	}
	if p.DropOff {
		parts = append(parts, "drop off")
	}
	return strings.Join(parts, " > ")
}
