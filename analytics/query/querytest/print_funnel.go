package querytest

import (
	"fmt"
	"strings"

	"jejak/question"
)

// printFunnel writes each funnel as a line of counts, then what else is told of its steps and its intervals.
func printFunnel(answer question.Answer) (out []string) {
	a := answer.(*question.FunnelAnswer)
	for _, t := range a.Funnels {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s  %s", stepCounts(t), funnelName(t))))
		for k, s := range t.Steps {
			out = append(out, printStep(k, s)...)
		}
		for i, counts := range t.Intervals {
			out = append(out, fmt.Sprintf("  %s  %s", shorten(a.Intervals[i]), joined(counts)))
		}
	}
	if a.Segments != nil {
		out = append(out, fmt.Sprintf("segments: %d of %d", a.Segments.Shown, a.Segments.All))
	}
	return append(out, fmt.Sprintf("matched: %d, bots left out: %d", a.Explain.RowsMatched, a.Explain.BotsLeftOut))
}

func stepCounts(t question.FunnelTable) string {
	var counts []int64
	for _, s := range t.Steps {
		counts = append(counts, s.Count)
	}
	return joined(counts)
}

func joined(counts []int64) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(counts), "[]"), " ", " > ")
}

func funnelName(t question.FunnelTable) string {
	name := ""
	switch {
	case t.Other:
		name = "other"
	case len(t.Segment) > 0:
		name = strings.Trim(encode(t.Segment), "[]")
	}
	if t.P != nil {
		name += " p " + number(t.P)
	}
	return name
}

func printStep(k int, s question.FunnelResult) (out []string) {
	if s.FromStart != nil {
		out = append(out, fmt.Sprintf("  step %d after %s, %s behind the step before", k+1, printTimes(s.FromStart), printTimes(s.FromPrevious)))
	}
	if s.Sum != nil {
		out = append(out, fmt.Sprintf("  step %d sum %s", k+1, number(s.Sum)))
	}
	return out
}

func printTimes(t *question.FunnelTime) string {
	out := fmt.Sprintf("%s/%s/%s/%s", number(t.Average), number(t.Median), number(t.Min), number(t.Max))
	for _, p := range t.Percentiles {
		out += " " + number(p)
	}
	if t.Histogram != nil {
		out += " " + fmt.Sprint(t.Histogram)
	}
	return out
}
