package plan

import (
	"fmt"
	"testing"

	"jejak/event"
)

func p(pairs ...any) (all []event.Property) {
	for i := 0; i < len(pairs); i += 2 {
		v, ok := pairs[i+1].(event.Value)
		if !ok {
			v = event.StringOf(fmt.Sprint(pairs[i+1]))
		}
		all = append(all, event.Property{Name: pairs[i].(string), Value: v})
	}
	return all
}

var rules = map[string]Rule{
	"gone": {Do: Drop}, "bad": {Do: Refuse}, "age": {Do: Bucket, Range: "10"}, "born": {Do: Bucket, Range: "year"},
	"old": {Do: Rename, To: "new"}, "years": {Do: Rename, To: "age"}, "evil": {Do: Rename, To: "bad"}, "open": {Do: Allow},
	"nick": {Do: Seal, Class: "name"}, "known": {},
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name   string
		strict Strict
		given  []event.Property
		want   string // the event as it is kept, or why it is refused
		did    string
	}{
		{"view", Open, p("gone", 1, "x", 2), "view [x=2]", "map[{dropped  gone}:1]"},
		{"view", Open, p("bad", 1), "unwanted", "map[]"},
		{"view", Open, p("evil", 1), "unwanted", "map[]"},
		{"dead", Open, nil, "unwanted", "map[]"},
		{"sight", Open, p("old", 1), "view [new=1]", "map[{renamed  }:1 {renamed  old}:1]"},
		{"view", Open, p("old", 1, "new", 2), "view [new=2]", "map[{renamed  old}:1]"},
		{"view", Open, p("age", event.NumberOf(37), "born", "1990-07-01"), "view [age=30 born=1990-01-01]", "map[{bucketed  age}:1 {bucketed  born}:1]"},
		{"view", Open, p("years", event.NumberOf(-3)), "view [age=-10]", "map[{bucketed  age}:1 {renamed  years}:1]"},
		{"view", Open, p("age", "thirty", "born", event.NumberOf(5)), "view []", "map[{dropped  age}:1 {dropped  born}:1]"},
		{"other", Count, p("x", 1, "$os", 2, "known", 3), "other [x=1 $os=2 known=3]", "map[{unknown  }:1 {unknown  x}:1]"},
		{"other", Closed, nil, "unplanned", "map[]"},
		{"$login", Closed, p("x", 1, "$os", 2, "known", 3), "$login [$os=2 known=3]", "map[{dropped  x}:1]"},
	} {
		plan := &Plan{Strict: c.strict, Properties: rules, Events: map[string]Rule{"view": {}, "dead": {Do: Refuse}, "sight": {Do: Rename, To: "view"}}}
		b := &event.Batch{Events: []event.Event{{Name: c.name, Properties: c.given}}}
		plan.Check(b)
		got := ""
		for _, e := range b.Events {
			got = e.Name + " " + shown(e.Properties)
		}
		for _, r := range b.Refusals {
			got = string(r.Reason)
		}
		if did := fmt.Sprint(map[event.Change]uint64(b.Changed)); got != c.want || did != c.did {
			t.Errorf("%s %s: %s, %s; want %s, %s", c.name, shown(c.given), got, did, c.want, c.did)
		}
		if !b.Allowed["open"] || b.Sealed["nick"] != "name" {
			t.Errorf("hide is told %v and %v", b.Allowed, b.Sealed)
		}
	}
}

func shown(all []event.Property) string {
	var texts []string
	for _, p := range all {
		texts = append(texts, p.Name+"="+p.Value.String())
	}
	return fmt.Sprint(texts)
}

func TestBucket(t *testing.T) {
	for _, c := range []struct {
		width string
		v     event.Value
		want  string // empty: nothing is left
	}{
		{"10", event.NumberOf(9.99), "0"}, {"10", event.NumberOf(-0.5), "-10"}, {"0.5", event.NumberOf(1.7), "1.5"},
		{"10", event.StringOf("42"), "40"}, {"10", event.StringOf("x"), ""}, {"10", event.BooleanOf(true), ""},
		{"10", event.StringOf("NaN"), ""}, {"1e308", event.NumberOf(-1e308 - 5e307), ""},
		{"month", event.StringOf("2026-11-25T09:30:00Z"), "2026-11-01"}, {"day", event.StringOf("2026-11-25 09:30:00"), "2026-11-25"},
		{"year", event.StringOf("2026-11-25T09:30:00+07:00"), "2026-01-01"}, {"year", event.StringOf("2026"), ""},
		{"year", event.ListOf(`["2026-01-01"]`), ""}, {"", event.NumberOf(5), ""},
	} {
		got, stays := Rule{Do: Bucket, Range: c.width}.bucket(c.v)
		if stays != (c.want != "") || stays && got.String() != c.want {
			t.Errorf("%v by %s is %v, %v; want %q", c.v, c.width, got, stays, c.want)
		}
	}
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		r       Rule
		ofEvent bool
		sound   bool
	}{
		{Rule{}, true, true}, {Rule{Do: Refuse}, true, true}, {Rule{Do: Rename, To: "a"}, true, true}, {Rule{Do: Rename}, false, false},
		{Rule{Do: Seal}, true, false}, {Rule{Do: Seal, Class: "a b"}, false, false}, {Rule{Do: Seal, Class: "pet_name"}, false, true},
		{Rule{Do: Bucket, Range: "0"}, false, false}, {Rule{Do: Bucket, Range: "5"}, false, true}, {Rule{Do: Bucket, Range: "5"}, true, false},
		{Rule{Do: "burn"}, false, false}, {Rule{Do: Drop}, true, false},
	} {
		if err := c.r.Validate(c.ofEvent); (err == nil) != c.sound {
			t.Errorf("%+v: %v", c.r, err)
		}
	}
}
