package people

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"jejak/event"
	"jejak/ground/vault"
)

func TestUpdatesTakeEffect(t *testing.T) {
	for name, s := range stores(t) {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, s, nil)
			h.engage(
				`{"$distinct_id":"ann","$ignore_time":true,"$set":{"plan":"free","n":1}}`,
				`{"$distinct_id":"ben","$ignore_time":true,"$set":{"plan":"team"}}`,
				`{"$distinct_id":"ann","$ignore_time":true,"$add":{"n":2}}`,
			)
			h.engage(`{"$distinct_id":"ann","$ignore_time":true,"$append":{"l":"x"}}`, `{"$distinct_id":"ben","$delete":""}`)
			h.engage(`{"$distinct_id":"cleo","$ignore_time":true,"$set":{}}`, `{"$distinct_id":"dan","$ignore_time":true,"$unset":["x"]}`)
			for who, want := range map[string]string{"ann": `{"plan":"free","n":3,"l":["x"]}`, "ben": `null`, "cleo": `{}`, "dan": `null`} {
				if got := h.row(who); !sameJSON(t, got, want) {
					t.Errorf("%s has the profile %s, want %s", who, got, want)
				}
			}
			// Another process on the same store knows as much.
			h = newHouse(t, s, nil)
			h.engage(`{"$distinct_id":"ann","$ignore_time":true,"$append":{"l":"y"}}`, `{"$distinct_id":"cleo","$ignore_time":true,"$set_once":{"a":1}}`)
			for who, want := range map[string]string{"ann": `{"plan":"free","n":3,"l":["x","y"]}`, "cleo": `{"a":1}`} {
				if got := h.row(who); !sameJSON(t, got, want) {
					t.Errorf("after a restart %s has the profile %s, want %s", who, got, want)
				}
			}
		})
	}
}

func TestUpdatesThatCannotBeApplied(t *testing.T) {
	h := newHouse(t, stores(t)["model"], nil)
	no := h.engage(`{"$distinct_id":"ann","$ignore_time":true,"$set":{"n":"x"}}`, `{"$distinct_id":"ann","$add":{"n":1}}`, `[]`)
	if len(no) != 2 || no[0].At+no[1].At != 3 || h.row("ann") != `{"n":"x"}` {
		t.Errorf("refused %+v, the profile is %s", no, h.row("ann"))
	}
}

// TestNothingIsRememberedThatIsNotDurable: after a failure the next update builds on what is in the store.
func TestNothingIsRememberedThatIsNotDurable(t *testing.T) {
	h := newHouse(t, stores(t)["model"], nil)
	h.engage(`{"$distinct_id":"ann","$ignore_time":true,"$set":{"n":1}}`)
	broken := errors.New("broken")
	h.vault.broken = broken
	b := &event.ProfileBatch{Project: 1, Profiles: []event.Profile{{Body: []byte(`{"$distinct_id":"ann","$ignore_time":true,"$add":{"n":1}}`)}}}
	if _, err := h.Take(t.Context(), b); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	h.vault.broken = nil
	h.engage(`{"$distinct_id":"ann","$ignore_time":true,"$add":{"n":5}}`)
	if got := h.row("ann"); got != `{"n":6}` {
		t.Errorf("the profile is %s", got)
	}
}

// TestAtOnce: updates of one person from many requests at once are all counted, with a cache that holds nearly nothing.
func TestAtOnce(t *testing.T) {
	h := newHouse(t, stores(t)["columnar"], func(o *Options) { o.CacheBytes = 600 })
	const requests, people = 100, 10
	var wait sync.WaitGroup
	for i := range requests {
		wait.Go(func() {
			b := &event.ProfileBatch{Project: 1}
			for n := range people {
				if (i+n)%2 == 0 {
					b.Profiles = append(b.Profiles, event.Profile{Body: fmt.Appendf(nil, `{"$distinct_id":"p%d","$ignore_time":true,"$add":{"n":1}}`, n)})
				}
			}
			if n, err := h.Take(t.Context(), b); err != nil || n != people/2 {
				t.Errorf("accepted %d, error %v", n, err)
			}
		})
	}
	wait.Wait()
	for n := range people {
		if got := h.row(fmt.Sprint("p", n)); got != `{"n":50}` {
			t.Errorf("person %d has the profile %s", n, got)
		}
	}
}

// TestOfAPersonWithSeveralIdentifiers: what is known of a person is what is known of all of them.
func TestOfAPersonWithSeveralIdentifiers(t *testing.T) {
	h := newHouse(t, stores(t)["columnar"], nil)
	h.engage(`{"$distinct_id":"$device:d","$ignore_time":true,"$set":{"seats":3,"plan":"free","l":["a"]}}`, `{"$distinct_id":"ann","$ignore_time":true,"$set":{"plan":"team"}}`)
	if err := h.identify.Identify(&event.Batch{Project: 1, Events: []event.Event{{IDs: event.IDs{Device: "d", User: "ann"}}}}); err != nil {
		t.Fatal(err)
	}
	both := func(ann, device string) {
		t.Helper()
		if a, d := h.row("ann"), h.row("$device:d"); !sameJSON(t, a, ann) || !sameJSON(t, d, device) {
			t.Errorf("the rows are %s and %s, want %s and %s", a, d, ann, device)
		}
	}
	h.engage(`{"$distinct_id":"ann","$ignore_time":true,"$set_once":{"seats":5}}`)
	both(`{"plan":"team"}`, `{"seats":3,"plan":"free","l":["a"]}`)
	h.engage(`{"$distinct_id":"$device:d","$ignore_time":true,"$add":{"seats":1},"$union":{"l":["a","b"]}}`)
	both(`{"plan":"team","seats":4,"l":["a","b"]}`, `{"seats":3,"plan":"free","l":["a"]}`)
	h.engage(`{"$distinct_id":"ann","$ignore_time":true,"$unset":["seats"]}`)
	both(`{"plan":"team","l":["a","b"]}`, `{"plan":"free","l":["a"]}`)
	h.engage(`{"$distinct_id":"$device:d","$ignore_alias":true,"$ignore_time":true,"$delete":""}`)
	both(`{"plan":"team","l":["a","b"]}`, `null`)
	h.engage(`{"$distinct_id":"$device:d","$ignore_time":true,"$delete":""}`)
	both(`null`, `null`)
}

func TestGroups(t *testing.T) {
	h := newHouse(t, stores(t)["columnar"], nil)
	h.keys = []string{"company"}
	if no := h.send(true, `{"$group_key":"company","$group_id":"acme","$ignore_time":true,"$set":{"size":10,"$name":"ACME"}}`,
		`{"$group_key":"team","$group_id":17,"$ignore_time":true,"$set":{"size":2}}`, `{"$group_key":"team","$group_id":"17","$ignore_time":true,"$set_once":{"size":3}}`); no != nil {
		t.Fatal(no)
	}
	groups, err := h.o.Groups.Resolve(1, []event.GroupID{{Key: "company", ID: "acme"}, {Key: "team", ID: "17"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := h.rowOf(Section("team"), groups[1].Actor); got != `{"size":2}` {
		t.Errorf("the team's profile is %s", got)
	}
	if got := h.rowOf(Section("company"), groups[0].Actor); !strings.Contains(got, `"$name":"[name:`) || !strings.Contains(got, `"size":10`) {
		t.Errorf("the company's profile is %s", got)
	}
	snap, err := h.store.Snapshot(Shadow(1))
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Release()
	for _, p := range Find(snap, Section("company"), groups[0].Actor) {
		if p.Name == Token && p.Value.Text != groups[0].Token {
			t.Errorf("the row has the token %s, want %s", p.Value, groups[0].Token)
		}
	}
	h.engage(`{"$distinct_id":"ann","$ignore_time":true,"$set":{"company":["acme","other"]}}`, `{"$distinct_id":"ann","$ignore_time":true,"$remove":{"company":"other"}}`)
	if got := h.row("ann"); got != encode(Profile{"company": []any{groups[0].Token}}) {
		t.Errorf("the person's profile is %s", got)
	}
}

// TestAGroupKeyHoldsForThePastOfProfiles: IDs from before the key was listed are those of after.
func TestAGroupKeyHoldsForThePastOfProfiles(t *testing.T) {
	h := newHouse(t, stores(t)["columnar"], nil)
	h.engage(`{"$distinct_id":"ann","$ignore_time":true,"$set":{"company":["acme","other",true,5,["acme"]]}}`)
	h.keys = []string{"company"}
	groups, err := h.o.Groups.Resolve(1, []event.GroupID{{Key: "company", ID: "acme"}, {Key: "company", ID: "5"}, {Key: "company", ID: `["acme"]`}})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		h.engage(`{"$distinct_id":"ann","$ignore_time":true,"$remove":{"company":"other"},"$union":{"company":"acme"}}`)
		if got := h.row("ann"); got != encode(Profile{"company": []any{groups[0].Token, true, groups[1].Token, groups[2].Token}}) {
			t.Errorf("the profile is %s", got)
		}
	}
}

// TestPersonalValues: tokens behave as the values do that they stand for, and each row keeps what its own mean.
func TestPersonalValues(t *testing.T) {
	h := newHouse(t, stores(t)["columnar"], nil)
	h.engage(
		`{"$distinct_id":"ann","$ignore_time":true,"$set":{"$email":"ann@example.org","$name":"Ann Doe","name":"x","note":"call ann@example.org","me":"ann"}}`,
		`{"$distinct_id":"ann","$ignore_time":true,"$set_once":{"$email":"other@example.org"},"$union":{"mails":["ann@example.org","ben@example.org","ann@example.org"]}}`,
		`{"$distinct_id":"ann","$ignore_time":true,"$remove":{"mails":"ben@example.org"},"$append":{"mails":"cleo@example.org"}}`,
		`{"$distinct_id":"ann","$ignore_time":true,"$set":{"$deleted":true,"$sealed":{"x":"y"},"$token":"t","ip":"192.0.2.1","ann@example.org":1}}`,
		`{"$distinct_id":"ann","$ignore_time":true,"$delete":"ann"}`,
		`{"$distinct_id":"ann","$ignore_time":true,"$set":{"$email":"ann@example.org","$phone":12025550147,"$avatar":"https://x.example/ann.png"},"$union":{"mails":["ann@example.org"]}}`,
		`{"$distinct_id":"ann","$ignore_time":true,"$append":{"mails":"cleo@example.org"}}`,
	)
	got := h.row("ann")
	for _, part := range []string{`"$email":"[email:`, `"$avatar":"[avatar:`, `"$phone":"[phone:`, `"mails":["[email:`} {
		if !strings.Contains(got, part) {
			t.Errorf("the profile %s lacks %s", got, part)
		}
	}
	if strings.Contains(got, "example") || strings.Count(got, "[email:") != 3 {
		t.Errorf("the profile is %s", got)
	}
	snap, err := h.store.Snapshot(Shadow(1))
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Release()
	a, _ := h.identify.Find(1, "ann")
	kept := sealedOf(Find(snap, Users, a))
	if len(kept) != 4 { // ann@, cleo@, the phone and the picture
		t.Errorf("the row keeps %v", kept)
	}
	for token := range kept {
		if !strings.Contains(got, token) {
			t.Errorf("the row keeps what %s stands for and has no such token", token)
		}
	}
}

func TestOfErasedPeopleNothingIsKept(t *testing.T) {
	h := newHouse(t, stores(t)["columnar"], nil)
	h.engage(`{"$distinct_id":"ann","$set":{"plan":"free"}}`)
	a, _ := h.identify.Find(1, "ann")
	h.vault.erased[vault.Subject{Project: 1, Kind: vault.Person, Number: uint32(a)}] = true
	h.engage(`{"$distinct_id":"ann","$set":{"plan":"team"}}`)
	if got := h.row("ann"); got != "null" {
		t.Errorf("the profile is %s", got)
	}
}
