package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// table gathers figures beside their targets.
type table struct{ rows []row }

type row struct {
	what   string
	figure string
	target string
	ok     bool
}

func (t *table) atLeast(what string, figure, target float64, unit string) {
	t.rows = append(t.rows, row{what, fmt.Sprintf("%.0f %s", figure, unit), fmt.Sprintf("≥ %.0f %s", target, unit), figure >= target})
}

func (t *table) atMost(what string, figure, target float64, unit string) {
	t.rows = append(t.rows, row{what, fmt.Sprintf("%.3g %s", figure, unit), fmt.Sprintf("≤ %.3g %s", target, unit), figure <= target})
}

func (t *table) missed() (n int) {
	for _, r := range t.rows {
		if !r.ok {
			n++
		}
	}
	return n
}

func (t *table) print(w io.Writer) {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(tw, "what\tfigure\ttarget\t\n")
	for _, r := range t.rows {
		verdict := "held"
		if !r.ok {
			verdict = "MISSED"
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\n", r.what, r.figure, r.target, verdict)
	}
	_ = tw.Flush()
}

// quantile is the time under which so many of the durations stay; it sorts them.
func quantile(all []time.Duration, q float64) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[min(len(all)-1, int(q*float64(len(all))))]
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
