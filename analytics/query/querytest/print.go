package querytest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"jejak/question"
)

// printTrend writes an answer as rows: what its intervals are, then one series a line with its total behind a bar.
func printTrend(answer question.Answer) []string {
	a := answer.(*question.TrendAnswer)
	out := printStretch(a.Range, a.Intervals, a.Series)
	if a.Segments != nil {
		out = append(out, fmt.Sprintf("segments: %d of %d", a.Segments.Shown, a.Segments.All))
	}
	if a.Compare != nil {
		out = append(out, "compared with")
		out = append(out, printStretch(a.Compare.Range, a.Compare.Intervals, a.Compare.Series)...)
	}
	last := fmt.Sprintf("matched: %d, bots left out: %d", a.Explain.RowsMatched, a.Explain.BotsLeftOut)
	if a.Explain.CompleteUntil != a.Range.To {
		last += ", complete until " + a.Explain.CompleteUntil
	}
	return append(out, last)
}

func printStretch(r question.AnswerRange, intervals []string, series []question.Series) []string {
	lines := [][]string{append(append([]string{r.Zone}, shortened(intervals)...), "| "+shorten(r.To))}
	for _, s := range series {
		line := []string{nameOf(s)}
		for _, v := range s.Values {
			line = append(line, number(v))
		}
		lines = append(lines, append(line, "| "+number(s.Total)))
	}
	return align(lines)
}

func nameOf(s question.Series) string {
	switch {
	case s.Other:
		return s.Metric + " other"
	case len(s.Segment) == 0:
		return s.Metric
	}
	text := encode(s.Segment)
	return s.Metric + " " + strings.TrimSuffix(strings.TrimPrefix(text, "["), "]")
}

// shorten leaves out the seconds of a time when there are none.
func shorten(stamp string) string {
	if stamp[16:19] == ":00" {
		return stamp[:16] + stamp[19:]
	}
	return stamp
}

func shortened(stamps []string) (out []string) {
	for _, s := range stamps {
		out = append(out, shorten(s))
	}
	return out
}

func number(f *float64) string {
	if f == nil {
		return "null"
	}
	return strconv.FormatFloat(*f, 'g', -1, 64)
}

// align pads cells so that columns stand below each other.
func align(lines [][]string) (out []string) {
	var widths []int
	for _, line := range lines {
		for i, cell := range line {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], len(cell))
		}
	}
	for _, line := range lines {
		cells := slices.Clone(line)
		for i := range cells {
			cells[i] += strings.Repeat(" ", widths[i]-len(cells[i]))
		}
		out = append(out, strings.TrimRight(strings.Join(cells, "  "), " "))
	}
	return out
}

// printError writes why a question is refused: the codes of faults.
func printError(err error) (out []string) {
	var faults question.Faults
	if !errors.As(err, &faults) {
		return []string{"error: " + err.Error()}
	}
	for _, f := range faults {
		out = append(out, strings.TrimSpace("refused: "+f.Code+" "+f.Location))
	}
	return out
}
