package export

import (
	"fmt"

	"jejak/question"
)

// sheetOf is an answer as a table: a row for each number, or for the few that belong together, and columns that say which.
func (r *Run) sheetOf(a question.Answer) *sheet {
	switch a := a.(type) {
	case *question.TrendAnswer:
		return trendSheet(a)
	case *question.SessionsAnswer:
		s := segmented(len(widest(a.Series, func(x question.Series) []any { return x.Segment })), []string{"metric"}, "interval", "value", "total")
		s.addSeries(a.Series, a.Intervals, nil)
		return s.sheet
	case *question.FunnelAnswer:
		return funnelSheet(a)
	case *question.RetentionAnswer:
		return retentionSheet(a)
	case *question.FrequencyAnswer:
		return frequencySheet(a)
	case *question.StickinessAnswer:
		return stickinessSheet(a)
	case *question.LifecycleAnswer:
		return lifecycleSheet(a)
	case *question.FlowAnswer:
		return flowSheet(a)
	case *question.TimelineAnswer:
		s := newSheet("time", "event", "class", "properties")
		for _, e := range a.Events {
			s.add(e.Time, e.Name, e.Class, e.Properties)
		}
		return s
	default:
		panic(fmt.Sprintf("BUG: no table for a %T", a))
	}
}

// segments is a sheet whose rows belong to segments: columns for their values stand behind the first ones.
type segments struct {
	*sheet
	before, width int
}

// segmented makes one whose segments have width values.
func segmented(width int, before []string, behind ...string) *segments {
	names := append([]string{}, before...)
	for i := range width {
		names = append(names, fmt.Sprintf("segment %d", i+1))
	}
	names = append(names, "which")
	return &segments{newSheet(append(names, behind...)...), len(before), width}
}

// add appends a row; the values before the segment come first.
func (s *segments) add(segment []any, other bool, values ...any) {
	row := append([]any{}, values[:s.before]...)
	for i := range s.width {
		var v any
		if i < len(segment) {
			v = segment[i]
		}
		row = append(row, v)
	}
	which := "segment"
	switch {
	case other:
		which = "other"
	case len(segment) == 0:
		which = "all"
	}
	s.sheet.add(append(append(row, which), values[s.before:]...)...)
}

// widest is the longest segment.
func widest[T any](list []T, of func(T) []any) (segment []any) {
	for _, x := range list {
		if s := of(x); len(s) > len(segment) {
			segment = s
		}
	}
	return segment
}

// at is an element, or nothing.
func at[T any](list []T, i int) any {
	if i < len(list) {
		return list[i]
	}
	return nil
}

func trendSheet(a *question.TrendAnswer) *sheet {
	width := len(widest(a.Series, func(x question.Series) []any { return x.Segment }))
	if a.Compare == nil {
		s := segmented(width, []string{"metric"}, "interval", "value", "total")
		s.addSeries(a.Series, a.Intervals, nil)
		return s.sheet
	}
	s := segmented(width, []string{"metric"}, "interval", "value", "total", "range")
	s.addSeries(a.Series, a.Intervals, []any{"this"})
	s.addSeries(a.Compare.Series, a.Compare.Intervals, []any{"compared"})
	return s.sheet
}

// addSeries appends a row for each interval, and one without an interval for the total.
func (s *segments) addSeries(series []question.Series, intervals []string, more []any) {
	for _, x := range series {
		for i, v := range x.Values {
			s.add(x.Segment, x.Other, append([]any{x.Metric, at(intervals, i), v, nil}, more...)...)
		}
		s.add(x.Segment, x.Other, append([]any{x.Metric, nil, nil, x.Total}, more...)...)
	}
}

func funnelSheet(a *question.FunnelAnswer) *sheet {
	s := segmented(len(widest(a.Funnels, func(x question.FunnelTable) []any { return x.Segment })), nil,
		"interval", "step", "count", "rate", "step_rate", "sum", "p")
	for _, x := range a.Funnels {
		for i, step := range x.Steps {
			s.add(x.Segment, x.Other, nil, i+1, step.Count, step.Rate, step.StepRate, step.Sum, x.P)
		}
		for n, counts := range x.Intervals {
			for i, count := range counts {
				s.add(x.Segment, x.Other, at(a.Intervals, n), i+1, count, nil, nil, nil, nil)
			}
		}
	}
	return s.sheet
}

func retentionSheet(a *question.RetentionAnswer) *sheet {
	s := segmented(len(widest(a.Tables, func(x question.RetentionTable) []any { return x.Segment })), nil,
		"cohort", "people", "from", "to", "complete", "retained", "rate", "value")
	for _, x := range a.Tables {
		for n, c := range x.Cohorts {
			for i, retained := range c.Retained {
				s.add(x.Segment, x.Other, at(a.Intervals, n), c.People, a.Buckets[i].From, a.Buckets[i].To, i < c.Complete, retained, at(c.Rates, i), at(c.Values, i))
			}
		}
	}
	return s.sheet
}

func frequencySheet(a *question.FrequencyAnswer) *sheet {
	s := segmented(len(widest(a.Tables, func(x question.FrequencyTable) []any { return x.Segment })), nil, "interval", "units", "people")
	for _, x := range a.Tables {
		for n, list := range x.People {
			for i, people := range list {
				s.add(x.Segment, x.Other, at(a.Intervals, n), i+1, people)
			}
		}
	}
	return s.sheet
}

func stickinessSheet(a *question.StickinessAnswer) *sheet {
	s := segmented(len(widest(a.Curves, func(x question.StickinessCurve) []any { return x.Segment })), nil, "intervals", "people", "active", "ratio")
	for _, x := range a.Curves {
		for i, people := range x.People {
			s.add(x.Segment, x.Other, i+1, people, x.Active, x.Ratio)
		}
	}
	return s.sheet
}

func lifecycleSheet(a *question.LifecycleAnswer) *sheet {
	s := segmented(len(widest(a.Curves, func(x question.LifecycleCurve) []any { return x.Segment })), nil,
		"interval", "new", "returning", "resurrecting", "dormant")
	for _, x := range a.Curves {
		for i := range x.New {
			s.add(x.Segment, x.Other, at(a.Intervals, i), x.New[i], at(x.Returning, i), at(x.Resurrecting, i), at(x.Dormant, i))
		}
	}
	return s.sheet
}

// flowSheet has a row for each node, and one for each way on from it.
func flowSheet(a *question.FlowAnswer) *sheet {
	s := segmented(len(widest(a.Flows, func(x question.FlowGraph) []any { return x.Segment })), nil,
		"anchor", "offset", "node", "count", "drop_off", "to_anchor", "to_offset", "to_node", "to_count")
	for _, x := range a.Flows {
		for _, step := range x.Steps {
			for _, n := range step.Nodes {
				s.add(x.Segment, x.Other, step.Anchor, step.Offset, nodeName(n), n.Count, n.DropOff, nil, nil, nil, nil)
				for _, l := range n.Links {
					to := x.Steps[l.Step]
					s.add(x.Segment, x.Other, step.Anchor, step.Offset, nodeName(n), nil, nil, to.Anchor, to.Offset, nodeName(to.Nodes[l.Node]), l.Count)
				}
			}
		}
	}
	return s.sheet
}

// nodeName is the event of a node, with the value when it is expanded; an anchor's and that of other are empty.
func nodeName(n question.FlowNode) any {
	switch {
	case n.Other:
		return "other"
	case len(n.Node) == 0:
		return nil
	case len(n.Node) == 1:
		return n.Node[0]
	}
	return n.Node
}
