package main

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"jejak/question"
)

// flatten makes of one of our answers the table that the other engines' SQL gives.
func flatten(q question.Question, a question.Answer) ([][]any, error) {
	switch a := a.(type) {
	case *question.TrendAnswer:
		if a.Segments != nil {
			return segmentsOf(a.Series), nil
		}
		return intervalsOf(a.Intervals, a.Series), nil
	case *question.SessionsAnswer:
		return intervalsOf(a.Intervals, a.Series), nil
	case *question.FunnelAnswer:
		return stepsOf(a), nil
	case *question.RetentionAnswer:
		return cohortsOf(a.Intervals, a.Tables[0].Cohorts), nil
	case *question.FlowAnswer:
		return linksOf(a.Flows[0].Steps), nil
	case *question.TimelineAnswer:
		return pastOf(a)
	default:
		return nil, fmt.Errorf("cannot compare the answer to a %s", q.KindOf())
	}
}

// intervalsOf is metric, day, value; where there was nothing SQL has no row.
func intervalsOf(intervals []string, series []question.Series) (rows [][]any) {
	for _, s := range series {
		for i, v := range s.Values {
			if v != nil && *v != 0 {
				rows = append(rows, []any{s.Metric, intervals[i][:len(time.DateOnly)], *v})
			}
		}
	}
	return rows
}

// segmentsOf is metric, segment, total, for the segments shown.
func segmentsOf(series []question.Series) (rows [][]any) {
	for _, s := range series {
		if len(s.Segment) > 0 && s.Total != nil {
			rows = append(rows, append(append([]any{s.Metric}, s.Segment...), *s.Total))
		}
	}
	return rows
}

// pastOf is time in milliseconds, name and some of the properties.
func pastOf(a *question.TimelineAnswer) (rows [][]any, err error) {
	for _, e := range a.Events {
		t, err := time.Parse(time.RFC3339Nano, e.Time)
		if err != nil {
			return nil, fmt.Errorf("cannot read the time of an event: %w", err)
		}
		rows = append(rows, []any{float64(t.UnixMilli()), e.Name, e.Properties["path"], e.Properties["item"], e.Properties["price"]})
	}
	return rows, nil
}

// linksOf is link, step, event, the event at the next step, count; and drop, step, event, nothing, count.
func linksOf(steps []question.FlowStep) (rows [][]any) {
	label := func(n question.FlowNode) any {
		if len(n.Node) == 0 {
			return ""
		}
		return n.Node[0]
	}
	for at, step := range steps {
		for _, n := range step.Nodes {
			if n.DropOff > 0 {
				rows = append(rows, []any{"drop", float64(at), label(n), "", float64(n.DropOff)})
			}
			for _, l := range n.Links {
				rows = append(rows, []any{"link", float64(at), label(n), label(steps[l.Step].Nodes[l.Node]), float64(l.Count)})
			}
		}
	}
	return rows
}

// cohortsOf is the first day of a cohort, people, how many; and the day, a bucket, how many came back.
func cohortsOf(intervals []string, cohorts []question.RetentionCohort) (rows [][]any) {
	for i, c := range cohorts {
		day := intervals[i][:len(time.DateOnly)]
		if c.People > 0 {
			rows = append(rows, []any{day, "people", float64(c.People)})
		}
		for bucket, n := range c.Retained {
			if n > 0 {
				rows = append(rows, []any{day, strconv.Itoa(bucket), float64(n)})
			}
		}
	}
	return rows
}

// stepsOf is segment, step, how many reach it; of the segments shown, or of the whole without a breakdown.
func stepsOf(a *question.FunnelAnswer) (rows [][]any) {
	for _, f := range a.Funnels {
		if (a.Segments != nil) != (len(f.Segment) > 0) {
			continue
		}
		for i, s := range f.Steps {
			if s.Count > 0 {
				rows = append(rows, append(slices.Clone(f.Segment), float64(i+1), float64(s.Count)))
			}
		}
	}
	return rows
}
