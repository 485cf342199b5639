package identify

import (
	"reflect"
	"testing"

	"jejak/event"
)

func TestAProfileMayIntroduceSomebody(t *testing.T) {
	i := start(&book{})
	a, err := i.Actors(1, []string{"ann", "$device:d", "ann", "ben"})
	if err != nil || a[0] != a[2] || a[0] == a[1] || a[0] == a[3] || !i.IsKnown(1, a[1]) || i.IsKnown(1, a[1]+event.Buckets) {
		t.Fatalf("actors %v, error %v", a, err)
	}
	if sent := actors(t, i, event.IDs{User: "ann"}, event.IDs{Device: "d"}); sent[0] != a[0] || sent[1] != a[1] {
		t.Errorf("events have actors %v", sent)
	}
	for id, want := range map[string]event.Actor{"ann": a[0], "$device:d": a[1], "d": 0, "": 0} {
		if got, err := i.Find(1, id); got != want || err != nil {
			t.Errorf("%q is actor %d, want %d (%v)", id, got, want, err)
		}
	}
}

func TestMembers(t *testing.T) {
	i := start(&book{})
	a := actors(t, i, event.IDs{User: "ann"}, event.IDs{Device: "d1"}, event.IDs{Device: "d2"}, event.IDs{User: "ben"})
	actors(t, i, event.IDs{User: "ann", Device: "d1"}, event.IDs{User: "ann", Device: "d2"})
	others := []event.Actor{min(a[1], a[2]), max(a[1], a[2])}
	for _, c := range []struct {
		of    event.Actor
		limit int
		want  []event.Actor
	}{{a[0], 10, []event.Actor{a[0], others[0], others[1]}}, {a[2], 10, []event.Actor{a[0], others[0], others[1]}}, {a[1], 1, a[:1]}, {a[3], 10, a[3:]}} {
		if got, err := i.Members(1, c.of, c.limit); !reflect.DeepEqual(got, c.want) || err != nil {
			t.Errorf("members of %d are %v, want %v (%v)", c.of, got, c.want, err)
		}
	}
	if ok, err := i.Undo(1, 0); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if got, _ := i.Members(1, a[1], 10); len(got) != 1 {
		t.Errorf("after the merge was undone the members are %v", got)
	}
	list, err := i.SealedIDs(1, a[:2])
	if err != nil || len(list) != 2 || list[0].Field != "user" || list[1].Field != "device" {
		t.Errorf("sealed %v, error %v", list, err)
	}
}
