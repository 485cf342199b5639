package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
)

// measured is what one engine did with one question.
type measured struct {
	rows    [][]any
	millis  []float64 // sorted
	matched int64     // events; told by ours

	processor float64 // seconds, of one repeat
	refused   error
}

// quantile is the time under which so many of the repeats stayed.
func (m measured) quantile(q float64) float64 {
	if len(m.millis) == 0 {
		return 0
	}
	return m.millis[min(len(m.millis)-1, int(q*float64(len(m.millis))))]
}

// askAll asks an engine all questions, in a new process.
func askAll(o options, p peer, questions []asked) (answers map[string]measured, used usage, err error) {
	fmt.Fprintf(os.Stderr, "asking %s\n", p.name)
	c, err := startChild(o.deadline, p.words(o)...)
	if err != nil {
		return nil, used, err
	}
	answers = map[string]measured{}
	for _, q := range questions {
		if p.speak(q) == "" {
			continue
		}
		a, err := c.ask(request{Do: "ask", Text: p.speak(q), Repeats: o.repeats})
		if no := refusal(""); errors.As(err, &no) {
			answers[q.name] = measured{refused: err}
			continue
		}
		if err != nil {
			c.kill()
			return nil, used, fmt.Errorf("cannot ask %s %q: %w", p.name, q.name, err)
		}
		slices.Sort(a.Millis)
		answers[q.name] = measured{rows: a.Rows, millis: a.Millis, matched: a.Matched, processor: a.Processor}
	}
	used, err = c.end()
	return answers, used, err
}
