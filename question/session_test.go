package question

import (
	"slices"
	"strings"
	"testing"
)

func TestValidateSessions(t *testing.T) {
	view, pay := &Selector{Event: "view"}, &Selector{Event: "pay"}
	for _, x := range []struct {
		sessions *Sessions
		want     []string
	}{
		{nil, nil},
		{&Sessions{}, nil},
		{&Sessions{By: "timeout", Timeout: 60, Exclude: []string{"ping"}}, nil},
		{&Sessions{By: "events", Start: view, End: pay}, nil},
		{&Sessions{By: "property", Property: "session"}, nil},
		{&Sessions{By: "day"}, []string{"bad_sessions x.by"}},
		{&Sessions{Timeout: 59}, []string{"bad_timeout x.timeout"}},
		{&Sessions{Timeout: 86401}, []string{"bad_timeout x.timeout"}},
		{&Sessions{Start: view}, []string{"bad_sessions x"}},
		{&Sessions{By: "events", Start: view}, []string{"bad_sessions x"}},
		{&Sessions{By: "events", Start: view, End: &Selector{}}, []string{"event_required x.end.event"}},
		{&Sessions{By: "events", Start: view, End: pay, Timeout: 60}, []string{"bad_sessions x"}},
		{&Sessions{By: "property"}, []string{"property_required x.property"}},
		{&Sessions{By: "property", Property: strings.Repeat("x", MaxPropertyBytes+1)}, []string{"bad_property x.property"}},
		{&Sessions{Exclude: []string{"a", ""}}, []string{"bad_name x.exclude[1]"}},
		{&Sessions{Exclude: make([]string, MaxNames+1)}, []string{"too_many_names x.exclude"}},
	} {
		var f Faults
		x.sessions.validate(&f, "x", new(scope))
		var got []string
		for _, fault := range f {
			got = append(got, fault.Code+" "+fault.Location)
		}
		if !slices.Equal(got, x.want) {
			t.Errorf("%+v: got %v, want %v", x.sessions, got, x.want)
		}
	}
}

func TestExceptBelongsToAnyEvent(t *testing.T) {
	var f Faults
	(&Selector{Event: "view", Except: []string{"pay"}}).validate(&f, "x", 1, new(scope))
	if len(f) != 1 || f[0].Code != BadSelector {
		t.Errorf("got %v", f)
	}
	f = nil
	(&Selector{AnyEvent: true, Except: []string{"pay"}}).validate(&f, "x", 1, new(scope))
	if f != nil {
		t.Errorf("got %v", f)
	}
}
