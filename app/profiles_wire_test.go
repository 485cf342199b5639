package app

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"jejak/event"
)

// TestProfileOperations is the matrix of wire spec 4, through the doors of people and groups: updates in their order, each in a
// request of its own, and what is known afterwards. What stands after a colon is refused, and answered 0. null: no profile.
func TestProfileOperations(t *testing.T) {
	h := newHouse(t)
	for i, c := range []struct {
		name    string
		updates []string
		want    string
	}{
		{"set makes a profile", []string{`"$set":{"plan":"team","seats":3,"beta":true}`}, `{"plan":"team","seats":3,"beta":true}`},
		{"set overwrites", []string{`"$set":{"a":1,"b":1}`, `"$set":{"a":"x"}`}, `{"a":"x","b":1}`},
		{"set null takes away", []string{`"$set":{"a":1}`, `"$set":{"a":null}`}, `{}`},
		{"set_once", []string{`"$set_once":{"a":1}`, `"$set_once":{"a":2,"b":2}`}, `{"a":1,"b":2}`},
		{"set_once and nulls, as the browser sends them", []string{`"$set_once":{"initial_utm_source":null,"$initial_referrer":"$direct"}`, `"$set_once":{"initial_utm_source":"mail"}`},
			`{"$initial_referrer":"$direct","initial_utm_source":"mail"}`},
		{"add", []string{`"$add":{"n":5}`, `"$add":{"n":-2.5}`}, `{"n":2.5}`},
		{"add to a text", []string{`"$set":{"n":"5"}`, `:"$add":{"n":1}`}, `{"n":"5"}`},
		{"add of a text", []string{`"$set":{"n":5}`, `:"$add":{"n":"1"}`}, `{"n":5}`},
		{"append", []string{`"$append":{"l":"a"}`, `"$append":{"l":"a"}`, `"$append":{"l":["b","c"]}`}, `{"l":["a","a","b","c"]}`},
		{"append to a single value", []string{`"$set":{"l":"a"}`, `"$append":{"l":"b"}`}, `{"l":["a","b"]}`},
		{"union", []string{`"$union":{"l":["a","b"]}`, `"$union":{"l":["b","c"]}`, `"$union":{"l":"d"}`}, `{"l":["a","b","c","d"]}`},
		{"remove", []string{`"$set":{"l":["a","b","a",1]}`, `"$remove":{"l":"a"}`, `"$remove":{"x":"a"}`}, `{"l":["b",1]}`},
		{"remove from nobody", []string{`"$remove":{"l":"a"}`}, `null`},
		{"unset", []string{`"$set":{"a":1,"b":2}`, `"$unset":["a","x"]`}, `{"b":2}`},
		{"unset from nobody", []string{`"$unset":["a"]`}, `null`},
		{"delete", []string{`"$set":{"a":1}`, `"$delete":""`}, `null`},
		{"delete says who", []string{`"$set":{"a":1}`, `"$delete":"somebody","$ignore_alias":"true"`}, `null`},
		{"delete and begin again", []string{`"$set":{"a":1}`, `"$delete":null`, `"$set_once":{"b":1}`}, `{"b":1}`},
		{"merge", []string{`"$set":{"o":{"a":{"x":1}}}`, `"$merge":{"o":{"a":{"y":[2]}}}`}, `{"o":{"a":{"x":1,"y":[2]}}}`},
		{"several at once", []string{`"$set":{"a":1,"l":["x"]}`, `"$remove":{"l":"x"},"$append":{"l":"x"},"$unset":["a"],"$set_once":{"a":5},"$set":{"b":1},"$add":{"b":1}`}, `{"a":5,"b":2,"l":[]}`},
		{"charges", []string{`"$append":{"$transactions":{"$amount":9.5,"$time":"2026-11-25T00:00:00"}}`, `"$append":{"$transactions":{"$amount":1}}`},
			`{"$transactions":[{"$amount":9.5,"$time":"2026-11-25T00:00:00"},{"$amount":1}]}`},
		{"clear charges", []string{`"$append":{"$transactions":{"$amount":9.5}}`, `"$set":{"$transactions":[]}`}, `{"$transactions":[]}`},
		{"clear charges, in Ruby", []string{`"$append":{"$transactions":{"$amount":9.5}}`, `"$unset":["$transactions"]`}, `{}`},
		{"no operation", []string{`"$set":{"a":1}`, `:"plan":"x"`}, `{"a":1}`},
		{"what SDKs send beside it", []string{`"$set":{"a":1},"$device_id":"d","$user_id":"u","$had_persisted_distinct_id":true,"$mp_metadata":{"x":1},"$ip":"0"`}, `{"a":1}`},
		{"names that clients cannot set", []string{`"$set":{"a":1,"$deleted":true,"$sealed":{},"$token":"x","$empty":true,"$ip":"192.0.2.1"}`}, `{"a":1}`},
	} {
		who := fmt.Sprintf("user-%d", i)
		for n, update := range c.updates {
			rest, refused := strings.CutPrefix(update, ":")
			want := "1"
			if refused {
				want = "0"
			}
			record := fmt.Sprintf(`{"$token":%q,"$distinct_id":%q,"$ignore_time":true,%s}`, h.project.Token, who, rest)
			if got := h.engageBy((i+n)%3, record); got != want {
				t.Errorf("%s: %s is answered %s", c.name, update, got)
			}
		}
		if got := h.knownOf(who); !sameJSON(t, got, c.want) {
			t.Errorf("%s: the profile is %s, want %s", c.name, got, c.want)
		}
	}
}

// engageBy sends a record by one of the ways in which SDKs do.
func (h *house) engageBy(way int, record string) string {
	h.t.Helper()
	data := base64.StdEncoding.EncodeToString([]byte(record))
	var a answered
	switch way {
	case 0:
		a = h.ask("POST", "/engage", "["+record+"]", "Content-Type", "application/json")
	case 1:
		a = h.ask("GET", "/engage?ip=0&verbose=0&data="+url.QueryEscape(data), "")
	default:
		a = h.ask("POST", "/engage/", "data="+url.QueryEscape(data), "Content-Type", "application/x-www-form-urlencoded")
	}
	a.want(h.t, http.StatusOK)
	return a.body
}

// knownOf is the profile of a person, as the API tells it.
func (h *house) knownOf(distinctID string) string {
	h.t.Helper()
	a, err := h.identify.Find(event.ProjectID(h.project.ID), distinctID)
	if err != nil {
		h.t.Fatal(err)
	}
	var p struct{ Properties json.RawMessage }
	got := h.script("GET", fmt.Sprintf("/people/%d", a), "")
	got.want(h.t, http.StatusOK)
	if err := json.Unmarshal([]byte(got.body), &p); err != nil {
		h.t.Fatal(err)
	}
	return string(p.Properties)
}

func sameJSON(t *testing.T, got, want string) bool {
	t.Helper()
	var a, b any
	if err := json.Unmarshal([]byte(got), &a); err != nil {
		t.Fatalf("%v in %s", err, got)
	}
	if err := json.Unmarshal([]byte(want), &b); err != nil {
		t.Fatalf("%v in %s", err, want)
	}
	return reflect.DeepEqual(a, b)
}

// TestProfileOperationsOfGroups: groups take the operations that the wire gives them, and no others.
func TestProfileOperationsOfGroups(t *testing.T) {
	h := newHouse(t)
	for update, want := range map[string]string{
		`"$set":{"a":1}`: "1", `"$set_once":{"a":2,"b":2}`: "1", `"$union":{"l":["x"]}`: "1", `"$remove":{"l":"x"}`: "1", `"$unset":["b"]`: "1",
		`"$add":{"n":1}`: "0", `"$append":{"l":"x"}`: "0", `"$delete":""`: "1",
	} {
		if got := h.updateGroup(`"$group_key":"company","$group_id":"g",` + update); got != want {
			t.Errorf("%s is answered %s, want %s", update, got, want)
		}
	}
	if got := h.updateGroup(`"$group_key":"company","$set":{"a":1}`); got != "0" {
		t.Errorf("a group without an id is answered %s", got)
	}
	h.updateGroup(`"$group_key":"company","$group_id":"17","$ignore_time":true,"$set":{"size":4}`)
	h.updateGroup(`"$group_key":"company","$group_id":17,"$ignore_time":true,"$set_once":{"size":5,"plan":"team"}`)
	a, err := h.App.groups.Find(event.ProjectID(h.project.ID), event.GroupID{Key: "company", ID: "17"})
	if err != nil {
		t.Fatal(err)
	}
	got := h.script("GET", fmt.Sprintf("/groups/company/%d", a), "")
	if !strings.Contains(got.body, `"properties":{"plan":"team","size":4}`) {
		t.Errorf("the group is %s", got.body)
	}
}

// TestLastSeenOfProfiles: each update that is taken says when, unless it wants not to.
func TestLastSeenOfProfiles(t *testing.T) {
	h := newHouse(t)
	h.engage(`"$distinct_id":"a","$time":1793000000,"$set":{"x":1}`)
	h.engage(`"$distinct_id":"a","$ignore_time":true,"$set":{"x":2}`)
	h.engage(`"$distinct_id":"b","$time":1793000000000,"$set":{"x":1}`)
	h.engage(`"$distinct_id":"b","$set":{"x":2}`)
	if got := h.knownOf("a"); !sameJSON(t, got, `{"x":2,"$last_seen":"2026-10-26T07:33:20"}`) {
		t.Errorf("the profile is %s", got)
	}
	if got := h.knownOf("b"); !strings.Contains(got, `"$last_seen":"20`) || strings.Contains(got, "07:33:20") {
		t.Errorf("the profile is %s", got)
	}
}
