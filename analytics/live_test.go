package analytics

import (
	"testing"

	"jejak/event"
)

func TestThoseWhoWatchGetACopy(t *testing.T) {
	s := &shelf{}
	var seen []event.Event
	r := build(s, func(o *Options) {
		o.Live = func(p event.ProjectID, events []event.Event) {
			if p != 1 || len(s.appended) != 1 {
				t.Errorf("project %d is shown with %d batches durable", p, len(s.appended))
			}
			seen = events
		}
	})
	e := good("ann")
	e.Set("plan", event.StringOf("team"))
	if _, err := r.Take(t.Context(), batch(event.Event{}, e)); err != nil {
		t.Fatal(err)
	}
	kept := s.appended[0].Events
	kept[0].Properties[0].Value = event.StringOf("changed by its owner, the store")
	if len(seen) != 1 || seen[0].Get("plan").Text != "team" || seen[0].Actor != kept[0].Actor {
		t.Errorf("seen %+v", seen)
	}
}

func TestNobodyWatches(t *testing.T) {
	for _, change := range []func(*Options){
		func(o *Options) { o.Live = nil },
		func(o *Options) {
			o.Live = func(event.ProjectID, []event.Event) { t.Error("events are shown to nobody") }
			o.Listening = func(event.ProjectID) bool { return false }
		},
	} {
		if _, err := build(&shelf{}, change).Take(t.Context(), batch(good("ann"))); err != nil {
			t.Error(err)
		}
	}
}
