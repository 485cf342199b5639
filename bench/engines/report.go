package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"jejak/bench/machine"
)

// report is what all engines did.
type report struct {
	options
	questions []asked
	columns   []result // ours first
}

// result is what one engine did.
type result struct {
	peer
	loaded  loaded
	answers map[string]measured
	used    usage
}

// differences names every refused question and every answer that is not ours.
func (r *report) differences() (all error) {
	for _, q := range r.questions {
		for i, c := range r.columns {
			a, ok := c.answers[q.name]
			if !ok {
				continue
			}
			err := a.refused
			if ours := r.columns[0].answers[q.name]; err == nil && i > 0 && ours.refused == nil {
				err = same(ours.rows, a.rows)
			}
			if err != nil {
				all = errors.Join(all, fmt.Errorf("%s, %q: %w", c.name, q.name, err))
			}
		}
	}
	return all
}

func (r *report) print(w io.Writer) {
	machine.Print(w)
	fmt.Fprintf(w, "%d events, seed %d, %d people, %d days; each question once cold and %d times warm; one engine at a time\n\n",
		r.events, r.seed, max(1000, r.events/eventsPerPerson), worldDays, r.repeats)
	r.printQuestions(w)
	r.printEngines(w)
}

// printQuestions writes p50 and p95 in milliseconds, and how many times more the better ClickHouse takes: time, and
// processor time, which a busy machine falsifies less.
func (r *report) printQuestions(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "ms, p50 / p95\tmatching events\t")
	for _, c := range r.columns {
		fmt.Fprintf(t, "%s\t", c.name)
	}
	fmt.Fprintln(t, "CH / Jejak\tprocessor\t")
	var time, processor mean
	for _, q := range r.questions {
		fmt.Fprintf(t, "%s\t%d\t", q.name, r.columns[0].answers[q.name].matched)
		for _, c := range r.columns {
			fmt.Fprintf(t, "%s\t", times(c.answers[q.name]))
		}
		fmt.Fprintf(t, "%s\t%s\t\n", time.take(r.ratio(q, median)), processor.take(r.ratio(q, processorOf)))
	}
	fmt.Fprintf(t, "geometric mean\t\t%s%s\t%s\t\n", strings.Repeat("\t", len(r.columns)), time, processor)
	_ = t.Flush()
}

func median(m measured) float64      { return m.quantile(0.5) }
func processorOf(m measured) float64 { return m.processor }

// mean is the geometric mean of ratios.
type mean struct {
	logarithms float64
	n          int
}

// take adds a ratio and writes it; 0 is none.
func (m *mean) take(ratio float64) string {
	if ratio == 0 {
		return "–"
	}
	m.logarithms, m.n = m.logarithms+math.Log(ratio), m.n+1
	return fmt.Sprintf("%.1f", ratio)
}

func (m mean) String() string {
	if m.n == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f", math.Exp(m.logarithms/float64(m.n)))
}

func times(m measured) string {
	if len(m.millis) == 0 {
		return "–"
	}
	return fmt.Sprintf("%.3g / %.3g", m.quantile(0.5), m.quantile(0.95))
}

// ratio is how many times more the better of ClickHouse's orders takes; 0 when that is not known.
func (r *report) ratio(q asked, figure func(measured) float64) float64 {
	best := math.Inf(1)
	for _, c := range r.columns[1:] {
		if m := c.answers[q.name]; c.folder == "clickhouse" && len(m.millis) > 0 {
			best = min(best, figure(m))
		}
	}
	own := figure(r.columns[0].answers[q.name])
	if math.IsInf(best, 1) || own == 0 {
		return 0
	}
	return best / own
}

// printEngines writes what loading and asking took. Where there are two orders
// in one database, memory is that of loading both.
func (r *report) printEngines(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "\n\t")
	for _, c := range r.columns {
		fmt.Fprintf(t, "%s\t", c.name)
	}
	fmt.Fprintln(t)
	for _, line := range []struct {
		what   string
		figure func(result) float64
		format string
	}{
		{"load, events/s, until all is compacted", func(c result) float64 { return float64(c.loaded.Events) / c.loaded.Seconds }, "%.0f"},
		{"load, processor seconds", func(c result) float64 { return c.loaded.Processor }, "%.0f"},
		{"load, peak memory, MB", func(c result) float64 { return c.loaded.Usage.PeakMB }, "%.0f"},
		{"bytes per event", func(c result) float64 { return float64(c.loaded.Bytes) / float64(c.loaded.Events) }, "%.1f"},
		{"of these, insert ids", func(c result) float64 { return float64(c.loaded.Spare) / float64(c.loaded.Events) }, "%.1f"},
		{"ask, processor seconds", func(c result) float64 { return c.used.Processor }, "%.1f"},
		{"ask, peak memory, MB", func(c result) float64 { return c.used.PeakMB }, "%.0f"},
		{"ask, without files, MB", func(c result) float64 { return c.used.PrivateMB }, "%.0f"},
	} {
		fmt.Fprintf(t, "%s\t", line.what)
		for _, c := range r.columns {
			fmt.Fprintf(t, line.format+"\t", line.figure(c))
		}
		fmt.Fprintln(t)
	}
	_ = t.Flush()
}
