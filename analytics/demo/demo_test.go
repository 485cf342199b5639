package demo

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"jejak/event"
)

var until = time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC)

func all(t *testing.T, seed uint64) []event.Event {
	t.Helper()
	var events []event.Event
	if err := Generate(seed, until, func(b *event.Batch) error {
		events = append(events, b.Events...)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return events
}

func TestGenerateFillsAProject(t *testing.T) {
	events := all(t, 1)
	people := map[string]bool{}
	kinds := map[string]int{}
	days := map[int64]bool{}
	bots := 0
	for i, e := range events {
		if i > 0 && e.Time < events[i-1].Time {
			t.Fatalf("event %d is earlier than the one before it", i)
		}
		people[e.IDs.Device+e.IDs.User] = true
		kinds[e.Name]++
		days[int64(e.Time)/dayMillis] = true
		if e.Class == event.Bot {
			bots++
		}
	}
	t.Logf("%d events, %d ids, %d days, %d of bots, %v", len(events), len(people), len(days), bots, kinds)
	if len(events) < 200_000 || len(events) > 400_000 || len(people) < 20_000 || len(days) < Days || len(kinds) != len(names) || bots == 0 {
		t.Error("the project is not filled as promised")
	}
	last := events[len(events)-1].Time
	if gap := until.UnixMilli() - int64(last); gap < 0 || gap > hourMillis {
		t.Errorf("the last event is %d ms before the end", gap)
	}
	if n := Size(1, until); n != len(events) {
		t.Errorf("Size says %d, Generate gave %d", n, len(events))
	}
}

func TestGenerateRepeatsItself(t *testing.T) {
	a, b, c := all(t, 7), all(t, 7), all(t, 8)
	if !reflect.DeepEqual(a, b) {
		t.Error("one seed gave two histories")
	}
	if reflect.DeepEqual(a, c) {
		t.Error("two seeds gave one history")
	}
}

func TestGenerateStopsAtAnError(t *testing.T) {
	full, calls := errors.New("full"), 0
	err := Generate(1, until, func(*event.Batch) error { calls++; return full })
	if !errors.Is(err, full) || calls != 1 {
		t.Errorf("got %v after %d calls", err, calls)
	}
}
