package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"jejak/event"
)

// While questions are asked, so many events a second come in. The bounds are those of docs/benchmarks.md.
const (
	ingestRate  = 20_000
	ingestBatch = 2_000
	ingestLeast = 20 * time.Second // of asking
	mostSlower  = 2.0              // of the 95th percentile
	mostPrivate = 1024.0           // MB
)

// measureIngest asks one question again and again, first in quiet, then while events come in, and all other questions in
// between. It works on a copy of the loaded data.
func measureIngest(o options) error {
	if _, err := ensureLoaded(o, ours); err != nil {
		return err
	}
	copied := o
	copied.dir = filepath.Join(o.dir, "ingest")
	defer os.RemoveAll(copied.dir)
	if err := copyFolder(filepath.Join(o.dir, "jejak"), filepath.Join(copied.dir, "jejak")); err != nil {
		return err
	}
	c, err := startChild(o.deadline, ours.words(copied)...)
	if err != nil {
		return err
	}
	quiet, busy, err := quietAndBusy(o, c)
	used, err := c.endAfter(err)
	if err != nil {
		return err
	}
	slices.Sort(quiet.Millis)
	slices.Sort(busy.Millis)
	return judge(measured{millis: quiet.Millis}, measured{millis: busy.Millis}, busy, used)
}

func quietAndBusy(o options, c *child) (quiet, busy reply, err error) {
	funnel := chosen("14 days")[0].question()
	n := max(30, o.repeats)
	if quiet, err = c.ask(request{Do: "ask", Text: funnel, Repeats: n}); err != nil {
		return quiet, busy, err
	}
	r := request{Do: "ingest", Text: funnel, Repeats: n}
	for _, q := range chosen(o.questions) {
		r.Others = append(r.Others, q.question())
	}
	busy, err = c.ask(r)
	return quiet, busy, err
}

// judge prints what was measured and tells what was missed.
func judge(quiet, busy measured, a reply, used usage) (missed error) {
	for _, line := range []struct {
		what       string
		value      float64
		unit, need string
		ok         bool
	}{
		{"events taken in", a.Rate, "/s", fmt.Sprint("≥ ", ingestRate), a.Rate >= ingestRate*0.99},
		{"questions asked meanwhile, none failed", float64(a.Asked), "", "", true},
		{"3-step funnel, p95, in quiet", quiet.quantile(0.95), "ms", "", true},
		{"3-step funnel, p95, meanwhile", busy.quantile(0.95), "ms", fmt.Sprintf("≤ %g times", mostSlower), busy.quantile(0.95) <= mostSlower*quiet.quantile(0.95)},
		{"memory without files, highest", used.PrivateMB, "MB", fmt.Sprint("≤ ", mostPrivate), used.PrivateMB <= mostPrivate},
	} {
		fmt.Printf("%-42s %10.1f %-3s %s\n", line.what, line.value, line.unit, line.need)
		if !line.ok {
			missed = errors.Join(missed, fmt.Errorf("missed: %s", line.what))
		}
	}
	return missed
}

// ingest lets events come in and asks meanwhile: one question as often as wanted, after each one of the others.
func (e *jejakEngine) ingest(r request) (a reply, err error) {
	ctx, stop := context.WithCancel(context.Background())
	taken := make(chan error, 1)
	began := time.Now()
	events := 0
	go func() { taken <- e.takeIn(ctx, &events) }()
	for i := 0; err == nil && (i < r.Repeats || time.Since(began) < ingestLeast); i++ {
		asked := time.Now()
		if _, _, err = e.ask(r.Text); err == nil {
			a.Millis = append(a.Millis, float64(time.Since(asked))/float64(time.Millisecond))
			_, _, err = e.ask(r.Others[i%len(r.Others)])
		}
		a.Asked += 2
	}
	stop()
	err = errors.Join(err, <-taken)
	a.Rate = float64(events) / time.Since(began).Seconds()
	return a, err
}

// takeIn appends a batch whenever one is due, until ctx ends. Its events lie in the last day of the range, so that
// questions read them, too.
func (e *jejakEngine) takeIn(ctx context.Context, events *int) error {
	g := newGenerator(uint64(time.Now().UnixNano()), 10_000_000)
	tick := time.NewTicker(time.Second * ingestBatch / ingestRate)
	defer tick.Stop()
	for began := time.Now(); ; {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		for due := int(time.Since(began).Seconds() * ingestRate); *events+ingestBatch <= due; *events += ingestBatch {
			if err := e.append(g.batch(*events)); err != nil {
				return err
			}
		}
	}
}

// batch is the next events, moved into the last day; the millisecond after the one of so many before.
func (g *generator) batch(before int) []event.Event {
	events := make([]event.Event, 0, ingestBatch)
	for range ingestBatch {
		r, _ := g.next()
		r.time = worldEnd - dayMillis + event.Millis(before+len(events))%dayMillis
		e, err := eventOf(strings.TrimSuffix(string(encode(nil, &r)), "\n"))
		if err != nil {
			panic(fmt.Sprintf("BUG: cannot read what was just written: %v", err))
		}
		events = append(events, e)
	}
	return events
}

func copyFolder(from, to string) error {
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		return fmt.Errorf("cannot copy the data: %w", err)
	}
	return nil
}
