package people

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

var now = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)

// TestOperations is the table of wire spec 4.2, with its edge cases: a profile, an update, the profile after it. null is
// no profile.
func TestOperations(t *testing.T) {
	for _, c := range []struct{ name, before, update, after string }{
		{"set makes a profile", `null`, `"$set":{"plan":"team"}`, `{"plan":"team"}`},
		{"set overwrites", `{"plan":"free","n":1}`, `"$set":{"plan":"team"}`, `{"plan":"team","n":1}`},
		{"set null takes away", `{"plan":"free"}`, `"$set":{"plan":null}`, `{}`},
		{"set changes the type", `{"n":1}`, `"$set":{"n":["a"]}`, `{"n":["a"]}`},
		{"set_once leaves what is there", `{"plan":"free"}`, `"$set_once":{"plan":"team","seats":3}`, `{"plan":"free","seats":3}`},
		{"set_once makes a profile", `null`, `"$set_once":{"a":1}`, `{"a":1}`},
		{"set_once leaves nulls out", `null`, `"$set_once":{"a":null,"b":1}`, `{"b":1}`},
		{"add adds", `{"n":2}`, `"$add":{"n":3}`, `{"n":5}`},
		{"add starts at 0", `null`, `"$add":{"n":3}`, `{"n":3}`},
		{"add subtracts", `{"n":2}`, `"$add":{"n":-3}`, `{"n":-1}`},
		{"add to a text", `{"n":"2"}`, `"$add":{"n":3}`, `error`},
		{"add of a text", `{"n":2}`, `"$add":{"n":"3"}`, `error`},
		{"add is whole or not at all", `{"a":1,"b":"x"}`, `"$add":{"a":1,"b":1}`, `error`},
		{"append makes a list", `null`, `"$append":{"l":"a"}`, `{"l":["a"]}`},
		{"append allows duplicates", `{"l":["a"]}`, `"$append":{"l":"a"}`, `{"l":["a","a"]}`},
		{"append of several", `{"l":["a"]}`, `"$append":{"l":["b","c"]}`, `{"l":["a","b","c"]}`},
		{"append to a single value", `{"l":"a"}`, `"$append":{"l":"b"}`, `{"l":["a","b"]}`},
		{"append of an object", `null`, `"$append":{"$transactions":{"$amount":9.5}}`, `{"$transactions":[{"$amount":9.5}]}`},
		{"union adds what is not there", `{"l":["a","b"]}`, `"$union":{"l":["b","c","c"]}`, `{"l":["a","b","c"]}`},
		{"union of a single value", `{"l":["a"]}`, `"$union":{"l":"b"}`, `{"l":["a","b"]}`},
		{"union makes a profile", `null`, `"$union":{"l":[]}`, `{"l":[]}`},
		{"union compares types", `{"l":[1]}`, `"$union":{"l":["1",1,true]}`, `{"l":[1,"1",true]}`},
		{"remove takes all out", `{"l":["a","b","a"]}`, `"$remove":{"l":"a"}`, `{"l":["b"]}`},
		{"remove what is not there", `{"l":["a"]}`, `"$remove":{"l":"x","m":"x"}`, `{"l":["a"]}`},
		{"remove from a single value", `{"l":"a"}`, `"$remove":{"l":"a"}`, `{"l":"a"}`},
		{"remove from nobody", `null`, `"$remove":{"l":"a"}`, `null`},
		{"unset", `{"a":1,"b":2}`, `"$unset":["a","x"]`, `{"b":2}`},
		{"unset of one name", `{"a":1,"b":2}`, `"$unset":"a"`, `{"b":2}`},
		{"unset of nobody", `null`, `"$unset":["a"]`, `null`},
		{"unset of no name", `{"a":1}`, `"$unset":[1]`, `error`},
		{"delete", `{"a":1}`, `"$delete":""`, `null`},
		{"delete of nobody", `null`, `"$delete":null`, `null`},
		{"delete and set", `{"a":1}`, `"$delete":"","$set":{"b":2}`, `{"b":2}`},
		{"several at once", `{"a":1,"l":["x"]}`, `"$remove":{"l":"x"},"$append":{"l":"x"},"$unset":["a"],"$set_once":{"a":5},"$set":{"b":1},"$add":{"b":1}`, `{"a":5,"b":2,"l":[]}`},
		{"clear charges", `{"$transactions":[{"$amount":1}]}`, `"$set":{"$transactions":[]}`, `{"$transactions":[]}`},
		{"merge", `{"o":{"a":{"x":1},"b":1}}`, `"$merge":{"o":{"a":{"y":2},"b":[1]}}`, `{"o":{"a":{"x":1,"y":2},"b":[1]}}`},
		{"set of no object", `{"a":1}`, `"$set":[1]`, `error`},
	} {
		t.Run(c.name, func(t *testing.T) {
			u, err := Read([]byte(`{"$distinct_id":"ann","$ignore_time":true,`+c.update+`}`), false)
			if err != nil {
				t.Fatal(err)
			}
			before := parse(t, c.before)
			got, err := u.Apply(before, now)
			if c.after == "error" {
				if err == nil || !reflect.DeepEqual(got, before) {
					t.Errorf("%v, error %v", got, err)
				}
				return
			}
			if want := parse(t, c.after); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%v, want %v (%v)", got, want, err)
			}
			if !reflect.DeepEqual(before, parse(t, c.before)) {
				t.Error("the profile before was changed")
			}
		})
	}
}

func parse(t *testing.T, text string) (p Profile) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestLastSeen(t *testing.T) {
	for update, want := range map[string]any{
		`"$set":{}`:                         "2026-11-25T09:00:00",
		`"$set":{},"$time":1793000000`:      "2026-10-26T07:33:20",
		`"$set":{},"$time":1793000000000`:   "2026-10-26T07:33:20",
		`"$set":{"a":1},"$ignore_time":1`:   nil,
		`"$add":{"n":1},"$ignore_time":"x"`: "2026-11-25T09:00:00",
	} {
		u, err := Read([]byte(`{"$distinct_id":"ann",`+update+`}`), false)
		if err != nil {
			t.Fatal(err)
		}
		if p, err := u.Apply(nil, now); err != nil || p["$last_seen"] != want {
			t.Errorf("%s: %v, want %v (%v)", update, p["$last_seen"], want, err)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for body, group := range map[string]bool{
		`[]`: false, `{`: false, `{"$distinct_id":"a"}`: false, `{"$set":{"a":1}}`: false, `{"$distinct_id":"","$set":{}}`: false,
		`{"$group_key":"org","$set":{}}`: true, `{"$group_key":"org","$group_id":"1","$add":{"n":1}}`: true,
		`{"$group_key":"org","$group_id":"1","$append":{"n":1}}`: true,
	} {
		if u, err := Read([]byte(body), group); err == nil {
			t.Errorf("%s was read as %+v", body, u)
		}
	}
	u, err := Read([]byte(`{"$group_key":"org","$group_id":17,"$union":{"n":[1]}}`), true)
	if err != nil || u.GroupID != "17" {
		t.Errorf("%+v, %v", u, err)
	}
}

func TestLimits(t *testing.T) {
	full := Profile{}
	for i := range MaxProperties - 1 {
		full[strings.Repeat("p", 1+i%7)+string(rune('a'+i%26))+time.Duration(i).String()] = 1.0
	}
	for _, update := range []string{
		`"$set":{"x":1,"y":2,"z":3}`, `"$set":{"x":"` + strings.Repeat("x", MaxBytes) + `"}`,
	} {
		u, err := Read([]byte(`{"$distinct_id":"ann",`+update+`}`), false)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := u.Apply(full, now); err == nil {
			t.Errorf("%.40s… goes beyond the limits", update)
		}
	}
}

// TestLongListsTakeNoLongTime: a request of 1 MB must not keep a core busy for a minute.
func TestLongListsTakeNoLongTime(t *testing.T) {
	var items []string
	for i := range 60_000 {
		items = append(items, fmt.Sprintf("[%d]", i))
	}
	list := strings.Join(items, ",")
	for _, operation := range []string{"$union", "$remove"} {
		u, err := Read([]byte(`{"$distinct_id":"ann","`+operation+`":{"l":[`+list+`]}}`), false)
		if err != nil {
			t.Fatal(err)
		}
		p := parse(t, `{"l":[`+strings.Join(items[:MaxItems], ",")+`]}`)
		after, err := u.Apply(p, now)
		if operation == "$union" && err == nil || operation == "$remove" && len(after["l"].([]any)) != 0 {
			t.Errorf("%s: %v", operation, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"$distinct_id":"a","$set":{"a":1},"$union":{"l":[1,2]},"$time":1793000000}`), false)
	f.Add([]byte(`{"$group_key":"k","$group_id":"1","$remove":{"l":[[]]}}`), true)
	f.Fuzz(func(t *testing.T, body []byte, group bool) {
		u, err := Read(body, group)
		if err != nil {
			return
		}
		p, err := u.Apply(Profile{"l": []any{"x", 1.0}, "n": 1.0}, now)
		if err == nil && p != nil {
			if _, err := json.Marshal(p); err != nil {
				t.Fatal(err)
			}
		}
	})
}
