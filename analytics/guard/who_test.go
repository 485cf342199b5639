package guard

import (
	"strings"
	"testing"

	"jejak/event"
)

func TestStrictImportsNameSomebody(t *testing.T) {
	const forbidden = "'properties.distinct_id' is invalid: the value is a forbidden placeholder"
	for _, c := range []struct {
		ids     event.IDs
		reason  event.Reason
		message string
	}{
		{event.IDs{}, event.NoDistinctID, "'properties.distinct_id' must not be missing"},
		{event.IDs{AddressStands: true}, event.NoDistinctID, "'properties.distinct_id' must not be missing"},
		{event.IDs{Nobody: true}, "", ""},
		{event.IDs{Device: "d"}, "", ""},
		{event.IDs{Distinct: "Undefined"}, event.BadDistinctID, forbidden},
		{event.IDs{Distinct: "u", User: "null"}, event.BadDistinctID, forbidden},
		{event.IDs{Distinct: "u\xff"}, event.NotUTF8, "properties.distinct_id is invalid: string should be valid utf8"},
	} {
		_, no := one(t, event.Import, true, func(e *event.Event) { e.IDs = c.ids })
		if no.Reason != c.reason || no.Message != c.message {
			t.Errorf("%+v: %q %q, want %q %q", c.ids, no.Reason, no.Message, c.reason, c.message)
		}
	}
}

func TestElsewherePlaceholdersAreNobody(t *testing.T) {
	got, no := one(t, event.Track, false, func(e *event.Event) {
		e.IDs = event.IDs{Distinct: "NULL", User: "undefined", Device: "d1"}
	})
	if want := (event.IDs{Device: "d1"}); got.IDs != want || no.Reason != "" {
		t.Errorf("ids %+v, reason %q, want %+v", got.IDs, no.Reason, want)
	}
}

func TestLongIdentifiersAreCut(t *testing.T) {
	got, _ := one(t, event.Track, false, func(e *event.Event) { e.IDs.Distinct = strings.Repeat("x", 1000) })
	if len(got.IDs.Distinct) != 255 {
		t.Errorf("an identifier of %d characters is kept", len(got.IDs.Distinct))
	}
}
