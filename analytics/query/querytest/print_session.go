package querytest

import (
	"fmt"

	"jejak/question"
)

// printSessions writes an answer about sessions as printTrend does.
func printSessions(answer question.Answer) []string {
	a := answer.(*question.SessionsAnswer)
	out := printStretch(a.Range, a.Intervals, a.Series)
	if a.Segments != nil {
		out = append(out, fmt.Sprintf("segments: %d of %d", a.Segments.Shown, a.Segments.All))
	}
	return append(out, fmt.Sprintf("matched: %d, bots left out: %d", a.Explain.RowsMatched, a.Explain.BotsLeftOut))
}
