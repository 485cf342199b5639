package question

import (
	"slices"
	"testing"
)

func TestValidateFrequency(t *testing.T) {
	day := Range{Last: 1, Unit: Day, Zone: "UTC"}
	for _, x := range []struct {
		interval, unit Unit
		event          string
		want           []string
	}{
		{Day, Hour, "view", nil},
		{Week, Hour, "view", nil},
		{Month, Day, "view", nil},
		{Month, Week, "view", []string{"bad_unit unit"}}, // weeks do not begin with months
		{Week, Week, "view", []string{"bad_unit unit"}},
		{Day, Day, "view", []string{"unit_not_shorter unit"}},
		{Hour, Minute, "view", []string{"bad_unit interval", "bad_unit unit"}},
		{Day, Hour, "", []string{"event_required event"}},
	} {
		q := Frequency{Kind: "frequency", Range: day, Interval: x.interval, Unit: x.unit, Selector: Selector{Event: x.event}}
		if got := faultsOf(q.Validate()); !slices.Equal(got, x.want) {
			t.Errorf("%s of a %s: got %v, want %v", x.unit, x.interval, got, x.want)
		}
	}
}

// TestValidateActivityPlaces: a selector in the question itself has its faults at the question's own fields.
func TestValidateActivityPlaces(t *testing.T) {
	q := Stickiness{Kind: "stickiness", Range: Range{Last: 1, Unit: Day, Zone: "UTC"}, Interval: Day}
	q.AnyOf = []Selector{{Event: "view"}, {}}
	q.Filter = &Filter{Property: "x"}
	want := []string{"event_required any_of[1].event", "bad_operator filter.operator"}
	if got := faultsOf(q.Validate()); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
