package notify

import (
	"slices"
	"testing"

	"jejak/exposure"
)

// TestStandings: a mailbox stands in an incident once its notices are released, with everything that it was told; a draft and a note of
// courtesy say nothing.
func TestStandings(t *testing.T) {
	r := newRoom(t, Options{})
	of := func(mailbox string) []Standing {
		t.Helper()
		all, err := r.Standings(t.Context(), mailbox)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	set := append(people(0, 2), Recipient{Audience: exposure.Person, Mailboxes: []string{"spared@mail.example"}, Locale: exposure.English})
	if _, err := r.Plan(console, facts(1), set); err != nil {
		t.Fatal(err)
	}
	if got := of("p0@mail.example"); len(got) != 0 {
		t.Errorf("a draft speaks: %v", got)
	}
	p := r.release(1, set)
	got := of(" P0@Mail.example")
	if len(got) != 1 || got[0].Incident != incident || !slices.Equal(got[0].Classes, []exposure.Class{exposure.Name, exposure.Email}) || !got[0].Sent.Equal(*p.Released) {
		t.Fatalf("%+v", got)
	}
	if n, found, err := r.ByCode(t.Context(), got[0].Code); err != nil || !found || n.Version != 1 {
		t.Errorf("its code: %+v, %t, %v", n, found, err)
	}
	for _, mailbox := range []string{"spared@mail.example", "nobody@mail.example", ""} {
		if got := of(mailbox); len(got) != 0 {
			t.Errorf("%s: %v", mailbox, got)
		}
	}
	set[0].Classes = append(set[0].Classes, exposure.City)
	r.release(2, set)
	if got := of("p0@mail.example"); len(got) != 1 || len(got[0].Classes) != 3 {
		t.Errorf("after a supplement: %+v", got)
	}
}
