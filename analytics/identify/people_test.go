package identify

import (
	"errors"
	"fmt"
	"testing"

	"jejak/event"
)

func (i *Identifier) ownerOf(device event.Actor) event.Actor {
	owners := i.projects[1].owner[device.Bucket()]
	if int(device.Index()) >= len(owners) {
		return 0
	}
	return owners[device.Index()]
}

func TestIdentifiersThatBelongTogetherShareABucket(t *testing.T) {
	i := start(&book{})
	for n := range 100 {
		u1, u2, d1, d2 := fmt.Sprint("a", n), fmt.Sprint("b", n), fmt.Sprint("c", n), fmt.Sprint("d", n)
		known := actors(t, i, event.IDs{Device: d1}, event.IDs{User: u2})
		got := actors(t, i, event.IDs{Device: d1, User: u1}, event.IDs{Device: d2, User: u2}, event.IDs{Device: d2})
		if got[0].Bucket() != known[0].Bucket() {
			t.Fatalf("a new user of a device in bucket %d is in %d", known[0].Bucket(), got[0].Bucket())
		}
		if got[2].Bucket() != known[1].Bucket() {
			t.Fatalf("a new device of a user in bucket %d is in %d", known[1].Bucket(), got[2].Bucket())
		}
	}
}

func TestTheFirstLinkWins(t *testing.T) {
	ledger := &book{}
	i := start(ledger)
	got := actors(t, i, event.IDs{Device: "d"}, event.IDs{User: "u1"}, event.IDs{User: "u1", Device: "d"}, event.IDs{User: "u2", Device: "d"}, event.IDs{Device: "d"})
	device, u1, u2 := got[0], got[1], got[3]
	if got[2] != u1 || u2 == u1 || got[4] != device {
		t.Errorf("actors %v: events count for the user they name, else for the device", got)
	}
	if i.ownerOf(device) != u1 {
		t.Errorf("the device belongs to %d, want the first user %d", i.ownerOf(device), u1)
	}
	if n := len(ledger.records[1]); n != 4 {
		t.Errorf("%d records, want three identifiers and one link", n)
	}
}

func TestAFullBucketIsAnError(t *testing.T) {
	i := start(&book{})
	if err := i.Open(1); err != nil {
		t.Fatal(err)
	}
	for b := range event.Buckets {
		i.projects[1].last[b] = maxIndex
	}
	err := i.Identify(&event.Batch{Project: 1, Events: []event.Event{{IDs: event.IDs{User: "u"}}}})
	if !errors.Is(err, errFull) {
		t.Errorf("error %v, want %v", err, errFull)
	}
}
