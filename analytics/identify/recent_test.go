package identify

import (
	"fmt"
	"testing"

	"jejak/event"
)

func TestRecentTellsProjectsAndKindsApart(t *testing.T) {
	c := newRecent()
	c.add(1, &identity{kind: user, value: "x", actor: 64})
	for _, q := range []struct {
		project event.ProjectID
		kind    kind
		value   string
		want    bool
	}{{1, user, "x", true}, {2, user, "x", false}, {1, device, "x", false}, {1, user, "y", false}} {
		id := identity{kind: q.kind, value: q.value}
		if got := c.find(q.project, &id); got != q.want || got && id.actor != 64 {
			t.Errorf("project %d, kind %d, %q: %v, actor %d", q.project, q.kind, q.value, got, id.actor)
		}
	}
}

func TestRecentNeverAnswersForAnother(t *testing.T) {
	c := newRecent()
	const people = 5 * recentSets
	for n := range people {
		c.add(1, &identity{kind: user, value: fmt.Sprint(n), actor: event.Actor(n + 64)})
	}
	found := 0
	for n := range people {
		id := identity{kind: user, value: fmt.Sprint(n)}
		if c.find(1, &id) {
			found++
			if id.actor != event.Actor(n+64) {
				t.Fatalf("%d is answered with actor %d", n, id.actor)
			}
		}
	}
	if found == 0 || found > 2*recentSets {
		t.Errorf("%d are remembered, want some and at most %d", found, 2*recentSets)
	}
}

func TestAddressesAreNotRemembered(t *testing.T) {
	c := newRecent()
	id := identity{kind: address, value: "203.0.113.9", actor: 64}
	c.add(1, &id)
	if c.find(1, &id) {
		t.Error("an address is remembered")
	}
}
