package identify

import (
	"net/netip"
	"testing"

	"jejak/event"
)

func TestClaims(t *testing.T) {
	type who struct {
		kind   kind
		value  string
		device string
	}
	for _, c := range []struct {
		ids                  event.IDs
		simplified, original who
	}{
		{event.IDs{User: "u", Device: "d", Distinct: "x"}, who{user, "u", "d"}, who{user, "x", ""}},
		{event.IDs{User: "u", Device: "$device:d"}, who{user, "u", "d"}, who{user, "u", ""}},
		{event.IDs{User: "u", Device: "$device:$device:d"}, who{user, "u", "$device:d"}, who{user, "u", ""}},
		{event.IDs{User: "u", Distinct: "x"}, who{user, "u", ""}, who{user, "x", ""}},
		{event.IDs{Device: "d", Distinct: "u"}, who{device, "d", ""}, who{user, "u", ""}},
		{event.IDs{Device: "d", Distinct: "$device:d"}, who{device, "d", ""}, who{device, "d", ""}},
		{event.IDs{Distinct: "$device:d"}, who{device, "d", ""}, who{device, "d", ""}},
		{event.IDs{Distinct: "u"}, who{user, "u", ""}, who{user, "u", ""}},
		{event.IDs{Distinct: "$device:"}, who{}, who{}},
		{event.IDs{Device: "$device:", Distinct: "u"}, who{user, "u", ""}, who{user, "u", ""}},
		{event.IDs{Nobody: true}, who{}, who{}},
		{event.IDs{}, who{}, who{}},
		{event.IDs{AddressStands: true}, who{address, "203.0.113.9", ""}, who{address, "203.0.113.9", ""}},
		{event.IDs{AddressStands: true, Distinct: "u"}, who{user, "u", ""}, who{user, "u", ""}},
	} {
		for original, want := range map[bool]who{false: c.simplified, true: c.original} {
			e := event.Event{IDs: c.ids, Address: netip.MustParseAddr("::ffff:203.0.113.9")}
			got := claimOf(&event.Batch{OriginalMerge: original}, &e)
			if got.who.kind != want.kind || got.who.value != want.value || got.device.value != want.device {
				t.Errorf("%+v, original %v: %+v, want %+v", c.ids, original, got, want)
			}
		}
	}
}

func TestNobodyIsNoActor(t *testing.T) {
	ledger := &book{}
	if got := actors(t, start(ledger), event.IDs{}, event.IDs{Nobody: true}, event.IDs{AddressStands: true}); got[0] != 0 || got[1] != 0 || got[2] != 0 {
		t.Errorf("nobody is %v", got)
	}
	if len(ledger.records[1]) != 0 {
		t.Error("nobody has a record")
	}
}

func TestAUserAndADeviceOfOneNameDiffer(t *testing.T) {
	got := actors(t, start(&book{}), event.IDs{User: "x"}, event.IDs{Device: "x"})
	if got[0] == got[1] {
		t.Error("they are one actor")
	}
}
