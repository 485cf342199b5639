package part

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"jejak/event"
)

// tiedEvents have few people, times and names; the property n tells the arrival.
func tiedEvents(r *rand.Rand, n int) []event.Event {
	events := make([]event.Event, n)
	for i := range events {
		e := event.Event{
			Name: fmt.Sprint("event ", r.IntN(4)), Time: event.Millis(1000 * r.IntN(1+n/4)), Class: event.Class(r.IntN(8) / 7),
			Actor: event.MakeActor(r.IntN(3)*31, r.Uint32N(3)),
		}
		if r.IntN(2) == 0 {
			e.InsertID = fmt.Sprint(r.IntN(3))
		}
		e.Set("n", event.NumberOf(float64(i)))
		events[i] = e
	}
	return events
}

type placedRow struct {
	section, row int
	arrival      uint32
	n            float64
}

// byPersonAndTime reads what one would read to put the events of people in order.
func byPersonAndTime(p *Part) map[string][]placedRow {
	groups := map[string][]placedRow{}
	for i, s := range p.Sections(everything) {
		for bucket := range event.Buckets {
			lo, hi := s.Bucket(bucket)
			times, actors, arrivals := s.Times(lo, hi, nil), s.Actors(lo, hi, nil), s.Arrivals(lo, hi, nil)
			numbers := s.Column("n").Numbers(lo, hi, nil)
			for j, t := range times {
				row := placedRow{section: i, row: lo + j, n: numbers[j]}
				if arrivals != nil {
					row.arrival = arrivals[j]
				}
				if actors[j] != 0 {
					k := fmt.Sprint(bucket, actors[j], t)
					groups[k] = append(groups[k], row)
				}
			}
		}
	}
	return groups
}

// inOrder checks that the events of each person and time are in the order of arrival, and that it can be told. It returns
// how many of them tied.
func inOrder(t *testing.T, p *Part) (tied int) {
	t.Helper()
	for k, rows := range byPersonAndTime(p) {
		slices.SortFunc(rows, func(a, b placedRow) int { return int(a.n) - int(b.n) })
		for i := range rows[1:] {
			a, b := rows[i], rows[i+1]
			switch {
			case a.section != b.section && a.arrival >= b.arrival:
				t.Fatalf("%s: %+v came before %+v", k, a, b)
			case a.section == b.section && (a.arrival > b.arrival || a.row > b.row):
				t.Fatalf("%s: %+v came before %+v in one section", k, a, b)
			case a.section != b.section:
				tied++
			}
		}
	}
	return tied
}

// TestOrderAcrossNames builds pieces, and merges neighbours until one is left.
func TestOrderAcrossNames(t *testing.T) {
	r := newRand(t)
	tied := 0
	for range 150 {
		var parts []*Part
		for rest := tiedEvents(r, 1+r.IntN(600)); len(rest) > 0; {
			n := 1 + r.IntN(len(rest))
			parts = append(parts, mustOpen(t, Build(rest[:n], testKey)))
			tied += inOrder(t, parts[len(parts)-1])
			rest = rest[n:]
		}
		for len(parts) > 1 {
			from := r.IntN(len(parts) - 1)
			to := from + 2 + r.IntN(len(parts)-from-1)
			parts = slices.Replace(parts, from, to, merged(t, parts[from:to]...))
			tied += inOrder(t, parts[from])
			if err := parts[from].Verify(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if tied < 1000 {
		t.Fatalf("only %d ties were tried", tied)
	}
}

// TestRowsWithoutTiesNeedNoOrder: the stream costs nothing where nothing ties.
func TestRowsWithoutTiesNeedNoOrder(t *testing.T) {
	var events []event.Event
	for i := range 3 * blockRows {
		events = append(events, event.Event{Name: fmt.Sprint(i % 2), Time: event.Millis(i), Actor: event.MakeActor(0, 1)})
		events = append(events, event.Event{Name: fmt.Sprint(i % 2), Time: 5, Actor: event.MakeActor(0, 0)})
	}
	p := mustOpen(t, Build(events, testKey))
	for _, s := range p.Sections(everything) {
		if s.hasArrivals || s.Arrivals(0, s.Rows(), nil) != nil {
			t.Errorf("section %q has arrivals", s.Name())
		}
	}
	half := event.Millis(2 * blockRows)
	var out bytes.Buffer
	if _, err := Merge(context.Background(), &out, []*Part{p}, nil, half, forever); err != nil {
		t.Fatal(err)
	}
	for _, s := range mustOpen(t, out.Bytes()).Sections(everything) {
		nonzero := 0
		for _, a := range s.Arrivals(0, s.Rows(), nil) {
			nonzero += int(min(a, 1))
		}
		if nonzero > 0 {
			t.Errorf("%d of %d rows have arrivals", nonzero, s.Rows())
		}
	}
}
