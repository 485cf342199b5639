package identify

import (
	"testing"

	"jejak/event"
)

// TestForgottenComesAgainAsSomebodyNew: with the same identifiers, also after a restart; others stay who they are.
func TestForgottenComesAgainAsSomebodyNew(t *testing.T) {
	b := &book{}
	i := start(b)
	a := actors(t, i, event.IDs{User: "ann", Device: "d"}, event.IDs{Device: "d"}, event.IDs{User: "ben"})
	members, err := i.Members(1, a[0], 10)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := i.Forget(1, members); err != nil {
			t.Fatal(err)
		}
	}
	if found, err := i.Find(1, "ann"); found != 0 || err != nil {
		t.Errorf("ann is still %d (%v)", found, err)
	}
	again := actors(t, i, event.IDs{User: "ann", Device: "d"}, event.IDs{Device: "d"}, event.IDs{User: "ben"})
	if again[0] == a[0] || again[1] == a[1] || again[0] == 0 || again[2] != a[2] {
		t.Errorf("actors were %v and are %v", a, again)
	}
	if m, err := i.Members(1, again[0], 10); len(m) != 2 || err != nil {
		t.Errorf("who came again is %v (%v)", m, err)
	}
	i = start(b)
	if restarted := actors(t, i, event.IDs{User: "ann"}, event.IDs{Device: "d"}, event.IDs{User: "ben"}); restarted[0] != again[0] || restarted[2] != a[2] {
		t.Errorf("actors were %v and are %v", again, restarted)
	}
}

// TestNumbersOfTheFutureAreNotGivenAgain: an erasure that a restored folder does not know must not hit somebody new.
func TestNumbersOfTheFutureAreNotGivenAgain(t *testing.T) {
	b := &book{}
	i := start(b)
	a := actors(t, i, event.IDs{User: "ann"})[0]
	later := event.MakeActor(a.Bucket(), a.Index()+3)
	if err := i.Forget(1, []event.Actor{later}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if !i.IsKnown(1, later) || i.IsKnown(1, later+event.Buckets) {
			t.Error("the numbers up to the forgotten one are not used up")
		}
		i = start(b)
	}
}
