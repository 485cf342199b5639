package main

import (
	"fmt"
	"time"

	"jejak/question"
)

// flatten makes of one of our answers the table that the other engines' SQL gives.
func flatten(q question.Question, a question.Answer) ([][]any, error) {
	switch a := a.(type) {
	case *question.TrendAnswer:
		if a.Segments != nil {
			return segmentsOf(a), nil
		}
		return intervalsOf(a), nil
	case *question.TimelineAnswer:
		return pastOf(a)
	default:
		return nil, fmt.Errorf("cannot compare the answer to a %s", q.KindOf())
	}
}

// intervalsOf is metric, day, value; where there was nothing SQL has no row.
func intervalsOf(a *question.TrendAnswer) (rows [][]any) {
	for _, s := range a.Series {
		for i, v := range s.Values {
			if v != nil && *v != 0 {
				rows = append(rows, []any{s.Metric, a.Intervals[i][:len(time.DateOnly)], *v})
			}
		}
	}
	return rows
}

// segmentsOf is metric, segment, total, for the segments shown.
func segmentsOf(a *question.TrendAnswer) (rows [][]any) {
	for _, s := range a.Series {
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
