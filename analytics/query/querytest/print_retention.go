package querytest

import (
	"fmt"

	"jejak/question"
)

// printRetention writes a line for each cohort: its people, then for each bucket how many came back, their rate and what is
// measured of them. A bucket that is not complete has an asterisk.
func printRetention(answer question.Answer) []string {
	a := answer.(*question.RetentionAnswer)
	var out []string
	for _, t := range a.Tables {
		out = append(out, printRetentionTable(a, t)...)
	}
	return append(out, printLast(a.Segments, a.Explain)...)
}

func printRetentionTable(a *question.RetentionAnswer, t question.RetentionTable) []string {
	head := []string{nameOf(question.Series{Metric: a.Range.Zone, Segment: t.Segment, Other: t.Other}), "people"}
	for _, b := range a.Buckets {
		head = append(head, fmt.Sprintf("%d-%d", b.From, b.To))
	}
	lines := [][]string{head}
	for i, c := range t.Cohorts {
		line := []string{shorten(a.Intervals[i]), fmt.Sprint(c.People)}
		for n := range a.Buckets {
			var value *float64
			if c.Values != nil {
				value = c.Values[n]
			}
			line = append(line, printKept(fmt.Sprint(c.Retained[n]), c.Rates[n], value, c.Values != nil, n < c.Complete))
		}
		lines = append(lines, line)
	}
	average, sizes := []string{"average", ""}, []string{"of", ""}
	for _, m := range t.Average {
		average = append(average, printKept(number(m.Retained), m.Rate, m.Value, m.Value != nil, true))
		sizes = append(sizes, number(m.People))
	}
	return align(append(lines, average, sizes))
}

func printKept(kept string, rate, value *float64, measured, complete bool) string {
	out := kept + " " + number(rate)
	if measured {
		out += " (" + number(value) + ")"
	}
	if !complete {
		out += "*"
	}
	return out
}

// printLast are the lines that end each answer.
func printLast(segments *question.SegmentCount, x question.Explain) (out []string) {
	if segments != nil {
		out = append(out, fmt.Sprintf("segments: %d of %d", segments.Shown, segments.All))
	}
	return append(out, fmt.Sprintf("matched: %d, bots left out: %d", x.RowsMatched, x.BotsLeftOut))
}
