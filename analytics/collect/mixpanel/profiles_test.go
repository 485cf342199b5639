package mixpanel

import (
	"encoding/json"
	"strings"
	"testing"

	"jejak/analytics/collect"
	"jejak/event"
)

const (
	userUpdate  = `{"$token":"tok","$distinct_id":"u1","$set":{"plan":"pro"}}`
	groupUpdate = `{"$token":"tok","$group_key":"org","$group_id":"o1","$set":{"plan":"pro"}}`
)

func TestProfilesAreKeptWhole(t *testing.T) {
	r := newRig(Options{})
	wantAnswer(t, r.do("POST", "/engage", "["+userUpdate+"]"), 200, "1")
	wantAnswer(t, r.do("POST", "/groups/", "data="+groupUpdate), 200, "1")
	user, group := r.road.profiles[0].Profiles[0], r.road.profiles[1].Profiles[0]
	if user.Group || !group.Group || user.Received != event.Millis(noon.UnixMilli()) {
		t.Errorf("%+v and %+v", user, group)
	}
	if got := string(user.Body); got != `{"$distinct_id":"u1","$set":{"plan":"pro"},"$token":"tok"}` {
		t.Errorf("the user's update is %s", got)
	}
	if got := string(group.Body); got != `{"$group_id":"o1","$group_key":"org","$set":{"plan":"pro"},"$token":"tok"}` {
		t.Errorf("the group's update is %s", got)
	}
}

func TestProfilesNeverHoldAnAddress(t *testing.T) {
	for update, want := range map[string]string{
		`{"$ip":"203.0.113.9","$token":"tok","$distinct_id":"u","$set":{"ip":"203.0.113.9","a":1}}`:                     `{"$distinct_id":"u","$set":{"a":1},"$token":"tok"}`,
		`{"$ip":"203.0.113.9","$ip":"203.0.113.8","$token":"tok","$distinct_id":"u","$set_once":{"$ip":"2001:db8::1"}}`: `{"$distinct_id":"u","$set_once":{},"$token":"tok"}`,
		`{"$token":"tok","$distinct_id":"u","$set":{"a":1},"$set":{"$ip":"203.0.113.9"}}`:                               `{"$distinct_id":"u","$set":{},"$token":"tok"}`,
		`{"$ip":"0","$token":"tok","$distinct_id":"u","$delete":""}`:                                                    `{"$delete":"","$distinct_id":"u","$ip":0,"$token":"tok"}`,
		`{"$ip":0,"$token":"tok","$distinct_id":"u","$unset":["a"]}`:                                                    `{"$distinct_id":"u","$ip":0,"$token":"tok","$unset":["a"]}`,
	} {
		r := newRig(Options{})
		r.do("POST", "/engage", update)
		if got := string(r.road.profiles[0].Profiles[0].Body); got != want {
			t.Errorf("%s is kept as %s, want %s", update, got, want)
		}
	}
}

func TestProfileShapes(t *testing.T) {
	for _, op := range operations {
		r := newRig(Options{})
		wantAnswer(t, r.do("POST", "/engage", `{"$token":"tok","$distinct_id":"u1","`+op+`":null}`), 200, "1")
	}
	for _, c := range []struct {
		path, record string
		reason       event.Reason
	}{
		{"/engage", `7`, event.NotJSON},
		{"/engage", `["a"]`, event.NotAnEvent},
		{"/engage", `{}`, event.NotAnEvent},
		{"/engage", `{"$distinct_id":"u","$set":{}}`, event.NotAnEvent},
		{"/engage", `{"$token":"tok","$set":{}}`, event.NoDistinctID},
		{"/engage", `{"$token":"tok","$distinct_id":" ","$set":{}}`, event.NoDistinctID},
		{"/engage", `{"$token":"tok","$distinct_id":"u"}`, event.NotAnEvent},
		{"/groups", `{"$token":"tok","$distinct_id":"u","$set":{}}`, event.NoDistinctID},
		{"/groups", `{"$token":"tok","$group_key":"org","$set":{}}`, event.NoDistinctID},
		{"/engage", "{\"$token\":\"tok\",\"$distinct_id\":\"u\",\"$set\":{\"a\":\"\xff\"}}", event.NotUTF8},
		{"/engage", `{"$token":"tok","$distinct_id":"u","$set":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + `}`, event.TooDeep},
	} {
		r := newRig(Options{})
		good := map[string]string{"/engage": userUpdate, "/groups": groupUpdate}[c.path]
		wantAnswer(t, r.do("POST", c.path, good+"\n"+c.record+"\n"+good), 200, "1")
		b := r.road.profiles[0]
		if len(b.Profiles) != 2 || len(b.Refusals) != 1 || b.Refusals[0].Reason != c.reason || b.Refusals[0].At != 1 {
			t.Errorf("%s: %d updates, refused %+v", c.record, len(b.Profiles), b.Refusals)
		}
	}
}

func TestProfileAnswers(t *testing.T) {
	const bad = `{"$token":"tok"}`
	for _, c := range []struct {
		name, query, body string
		code              int
		want              string
	}{
		{"go reads an integer", "", userUpdate, 200, "1"},
		{"bad", "", bad, 200, "0"},
		{"verbose", "?verbose=1", "[" + userUpdate + "," + userUpdate + "]", 200, `{"error":null,"status":1,"num_good_events":2}`},
		{"verbose, bad", "?verbose=1", bad, 200, `{"error":"'$distinct_id' must not be missing or blank","status":0,"num_good_events":0}`},
		{"strict", "?strict=1", userUpdate, 200, allGood},
		{"strict, bad", "?strict=1", "[" + userUpdate + "," + bad + "]", 400, `{"code":400,"error":"some data points in the request failed validation","status":"Bad Request",` +
			`"num_records_imported":1,"failed_records":[{"index":1,"insert_id":"","$insert_id":"","field":"$distinct_id","message":"'$distinct_id' must not be missing or blank"}]}`},
		{"an unknown token", "", `{"$token":"nobody's","$distinct_id":"u","$set":{}}`, 200, "1"},
	} {
		w := newRig(Options{}).do("POST", "/engage"+c.query, c.body)
		if w.Code != c.code || w.Body.String() != c.want {
			t.Errorf("%s: %d %s, want %s", c.name, w.Code, w.Body, c.want)
		}
	}
}

func TestProfilesSplitByToken(t *testing.T) {
	r := newRig(Options{})
	other := strings.Replace(userUpdate, `"tok"`, `"other"`, 1)
	r.do("POST", "/engage", "["+userUpdate+","+other+","+userUpdate+"]")
	if len(r.road.profiles) != 2 || len(r.road.profiles[0].Profiles) != 2 || r.road.profiles[1].Project != 2 {
		t.Errorf("%+v", r.road.profiles)
	}
}

// FuzzProfile: what is kept of an update is canonical JSON without an address.
func FuzzProfile(f *testing.F) {
	f.Add([]byte(userUpdate), false)
	f.Add([]byte(groupUpdate), true)
	f.Add([]byte(`{"$token":"t","$distinct_id":"u","$ip":"203.0.113.9","\u0024ip":"203.0.113.8","$set":{"ip":1,"ip":"0"},"$set":{"ip":2}}`), false)
	f.Fuzz(func(t *testing.T, text []byte, group bool) {
		records, _ := collect.Payload{Text: text}.Split(nil, profileLimits)
		reader := &profileReader{}
		for at, r := range records {
			p, token, no := reader.profile(r, at, group)
			if no != nil {
				continue
			}
			var kept map[string]any
			if err := json.Unmarshal(p.Body, &kept); err != nil || token == "" {
				t.Fatalf("%q is kept as %q for %q: %v", r.Text, p.Body, token, err)
			}
			mustHoldNoAddress(t, kept)
			for _, inside := range kept {
				if operation, ok := inside.(map[string]any); ok {
					mustHoldNoAddress(t, operation)
				}
			}
		}
	})
}

func mustHoldNoAddress(t *testing.T, kept map[string]any) {
	t.Helper()
	for _, name := range []string{"ip", "$ip"} {
		if said, ok := kept[name]; ok && said != 0.0 {
			t.Fatalf("an address is kept: %v", kept)
		}
	}
}
