package main

import (
	"strings"
	"testing"

	"jejak/event"
)

// made are the rows of a small world.
func made(seed uint64) (rows []row) {
	g := newGenerator(seed, leastRows)
	for r, ok := g.next(); ok; r, ok = g.next() {
		rows = append(rows, r)
	}
	return rows
}

func TestTheSameSeedMakesTheSameRows(t *testing.T) {
	a, b, c := made(1), made(1), made(2)
	if len(a) != len(b) || len(a) == 0 {
		t.Fatalf("%d rows, then %d", len(a), len(b))
	}
	differ := 0
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("row %d is %+v, then %+v", i, a[i], b[i])
		}
		if i < len(c) && a[i] != c[i] {
			differ++
		}
	}
	if differ < len(a)/2 {
		t.Errorf("another seed changes only %d rows of %d", differ, len(a))
	}
}

// TestPeopleAreNeverInTwoPlaces: two events of a person are apart, copies excepted, and all lie in the range.
func TestPeopleAreNeverInTwoPlaces(t *testing.T) {
	times := map[event.Actor]map[event.Millis]bool{}
	for _, r := range made(1) {
		if r.time < worldBegin || r.time >= worldEnd {
			t.Fatalf("an event at %d", r.time)
		}
		if r.copied {
			continue
		}
		if times[r.user] == nil {
			times[r.user] = map[event.Millis]bool{}
		}
		for d := -event.Millis(apart) + 1; d < apart; d++ {
			if times[r.user][r.time+d] {
				t.Fatalf("person %d has events at %d and %d", r.user, r.time, r.time+d)
			}
		}
		times[r.user][r.time] = true
	}
}

func TestSomeComeLateAndSomeTwice(t *testing.T) {
	var newest event.Millis
	late, copies, ids := 0, 0, map[uint64]bool{}
	rows := made(1)
	for _, r := range rows {
		if r.time < newest-60_000 {
			late++
		}
		newest = max(newest, r.time)
		if r.copied {
			copies++
		}
		ids[r.id] = true
	}
	if len(ids) != leastRows {
		t.Errorf("%d different insert ids of %d events", len(ids), leastRows)
	}
	if len(rows) != leastRows+copies {
		t.Errorf("%d rows of which %d are copies", len(rows), copies)
	}
	if share := float64(copies) / leastRows; share < 0.015 || share > 0.025 {
		t.Errorf("%.3f come twice", share)
	}
	if share := float64(late) / leastRows; share < 0.04 || share > 0.08 {
		t.Errorf("%.3f come late", share)
	}
}

// TestStreamAndStoreAgree: a line reads back as the row it was made of.
func TestStreamAndStoreAgree(t *testing.T) {
	for _, r := range made(3)[:1000] {
		e, err := eventOf(strings.TrimSuffix(string(encode(nil, &r)), "\n"))
		if err != nil {
			t.Fatal(err)
		}
		if e.Time != r.time || e.Actor != r.user || e.Name != names[r.name] || len(e.Properties) != len(properties) {
			t.Fatalf("%+v became %+v", r, e)
		}
		if got := e.Get("price").Number; got != float64(r.cents)/100 {
			t.Fatalf("a price of %d cents became %g", r.cents, got)
		}
		if got := e.Get("item").Text; got != items[r.item] {
			t.Fatalf("item %d became %s", r.item, got)
		}
		if got := e.Get("signed_in").Bool(); got != r.signedIn {
			t.Fatalf("signed in %v became %v", r.signedIn, got)
		}
	}
}
