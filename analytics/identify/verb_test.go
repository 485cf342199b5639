package identify

import (
	"reflect"
	"testing"

	"jejak/event"
)

const (
	someUUID  = "0b8b1c3e-6f0a-4c57-9a51-3f2f6f1d2c3b"
	otherUUID = "c7a2b1d0-1111-4222-8333-444455556666"
)

func TestVerbsOfTheOriginalMergeAreKeptAsPairs(t *testing.T) {
	ledger := &book{}
	i := start(ledger)
	text := func(name, value string) event.Property {
		return event.Property{Name: name, Value: event.StringOf(value)}
	}
	b := &event.Batch{Project: 1, OriginalMerge: true, Events: []event.Event{
		{Name: "$identify", IDs: event.IDs{Distinct: "u"}, Properties: []event.Property{text("$anon_distinct_id", "$device:"+someUUID)}},
		{Name: "$identify", IDs: event.IDs{Distinct: "x"}, Properties: []event.Property{text("$identified_id", "u"), text("$anon_id", otherUUID)}},
		{Name: "$create_alias", IDs: event.IDs{Distinct: "u"}, Properties: []event.Property{text("alias", "v")}},
		{Name: "$merge", Properties: []event.Property{{Name: "$distinct_ids", Value: event.ListOf(`["u","w"]`)}}},
		{Name: "$merge", Properties: []event.Property{{Name: "$distinct_ids", Value: event.ListOf(`["u"]`)}}},
		{Name: "$identify", IDs: event.IDs{Distinct: "u"}},
		{Name: "$identify", IDs: event.IDs{Distinct: "u"}, Properties: []event.Property{text("$anon_id", "ann@example.org")}},
		{Name: "other", IDs: event.IDs{Distinct: "u"}, Properties: []event.Property{text("alias", "kept")}},
	}}
	if err := i.Identify(b); err != nil {
		t.Fatal(err)
	}
	own := func(id string) event.Actor {
		c := &event.Batch{Project: 1, OriginalMerge: true, Events: []event.Event{{IDs: event.IDs{Distinct: id}}}}
		if err := i.Identify(c); err != nil {
			t.Fatal(err)
		}
		return c.Events[0].Actor
	}
	u := own("u")
	want := [][]byte{
		verbRecord(identifyVerb, u, own("$device:"+someUUID)), verbRecord(identifyVerb, u, own(otherUUID)),
		verbRecord(aliasVerb, u, own("v")), verbRecord(mergeVerb, u, own("w")),
	}
	var got [][]byte
	for _, r := range ledger.records[1] {
		if r[0] == verbTag {
			got = append(got, r)
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("pairs %x, want %x", got, want)
	}
	if b.Events[7].Get("alias").Text != "kept" {
		t.Error("alias of an ordinary event is gone")
	}
}

func TestVerbsOfTheSimplifiedMergeMeanNothing(t *testing.T) {
	ledger := &book{}
	b := &event.Batch{Project: 1, Events: []event.Event{
		{Name: "$create_alias", IDs: event.IDs{Distinct: "u"}, Properties: []event.Property{{Name: "alias", Value: event.StringOf("v")}}},
	}}
	if err := start(ledger).Identify(b); err != nil {
		t.Fatal(err)
	}
	if n := len(ledger.records[1]); n != 1 {
		t.Errorf("%d records, want the identifier's only", n)
	}
}
