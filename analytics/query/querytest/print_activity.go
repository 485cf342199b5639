package querytest

import (
	"fmt"

	"jejak/question"
)

// printFrequency writes a line for each interval: how many people were active in one unit, in two and so on.
func printFrequency(answer question.Answer) []string {
	a := answer.(*question.FrequencyAnswer)
	var out []string
	for _, t := range a.Tables {
		lines := [][]string{{nameOf(question.Series{Metric: a.Range.Zone, Segment: t.Segment, Other: t.Other})}}
		for i, row := range t.People {
			lines = append(lines, append([]string{shorten(a.Intervals[i])}, counts(row)...))
		}
		out = append(out, align(lines)...)
	}
	return append(out, printLast(a.Segments, a.Explain)...)
}

func counts(row []int64) (out []string) {
	for _, n := range row {
		out = append(out, fmt.Sprint(n))
	}
	return out
}

// printStickiness writes how many were active, the ratio, and how many in one interval, in two and so on.
func printStickiness(answer question.Answer) []string {
	a := answer.(*question.StickinessAnswer)
	var lines [][]string
	for _, c := range a.Curves {
		name := nameOf(question.Series{Metric: a.Range.Zone, Segment: c.Segment, Other: c.Other})
		lines = append(lines, append([]string{name, fmt.Sprintf("%d active, ratio %s:", c.Active, number(c.Ratio))}, counts(c.People)...))
	}
	return append(align(lines), printLast(a.Segments, a.Explain)...)
}

// printLifecycle writes a line for each state.
func printLifecycle(answer question.Answer) []string {
	a := answer.(*question.LifecycleAnswer)
	lines := [][]string{append([]string{a.Range.Zone}, shortened(a.Intervals)...)}
	for _, c := range a.Curves {
		name := nameOf(question.Series{Metric: "", Segment: c.Segment, Other: c.Other})
		for i, row := range [][]int64{c.New, c.Returning, c.Resurrecting, c.Dormant} {
			lines = append(lines, append([]string{question.LifecycleStates[i] + name}, counts(row)...))
		}
	}
	return append(align(lines), printLast(a.Segments, a.Explain)...)
}
