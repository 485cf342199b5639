package analytics

import (
	"encoding/hex"
	"errors"
	"reflect"
	"testing"

	"jejak/analytics/collect"
	"jejak/analytics/store"
	"jejak/event"
)

func profiles() *event.ProfileBatch {
	return &event.ProfileBatch{Project: 1, Profiles: []event.Profile{
		{At: 0, Received: 0x0102030405, Body: []byte("\x55\x54")},
		{At: 1, Group: true, Received: 1, Body: nil},
		{At: 2, Body: make([]byte, 1<<20)},
	}}
}

// The worked example of docs/format/ledgers.md.
func TestProfilesAreKeptSealed(t *testing.T) {
	s := &shelf{}
	b := profiles()
	accepted, err := build(s, nil).TakeProfiles(t.Context(), b)
	if accepted != 2 || err != nil || len(b.Refusals) != 1 {
		t.Fatalf("accepted %d, error %v, refusals %d", accepted, err, len(b.Refusals))
	}
	var got []string
	for _, r := range s.appended[0].Records {
		if r.Kind != store.Profiles {
			t.Errorf("a record of kind %d", r.Kind)
		}
		got = append(got, hex.EncodeToString(r.Body))
	}
	if want := []string{"0100" + "0504030201000000" + "0001", "0101" + "0100000000000000"}; !reflect.DeepEqual(got, want) {
		t.Errorf("records %v, want %v", got, want)
	}
	if s.tally.Received != 1 || s.tally.Refused[event.TooLarge] != 1 {
		t.Errorf("tally %+v: profile updates are no events", s.tally)
	}
}

func TestProfilesThatCannotBeKeptAreNotTaken(t *testing.T) {
	broken := errors.New("broken")
	for _, r := range []*Road{
		build(&shelf{broken: store.ErrUnavailable}, nil),
		build(&shelf{}, func(o *Options) {
			o.Seal = func(event.ProjectID, string, []byte) ([]byte, error) { return nil, broken }
		}),
	} {
		if n, err := r.TakeProfiles(t.Context(), profiles()); n != 0 || !errors.Is(err, collect.ErrUnavailable) {
			t.Errorf("accepted %d, error %v", n, err)
		}
		if c := r.Counters(1); c.Refused[event.Unavailable] != 3 || len(c.Refused) != 1 {
			t.Errorf("counters %+v", c)
		}
	}
}
