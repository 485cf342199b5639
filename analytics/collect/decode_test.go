package collect

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"jejak/event"
)

func decodeOne(d *Decoder, text string) (event.Event, Aside, *event.Refusal) {
	records, err := Payload{Text: []byte(text)}.Split(nil, EventLimits)
	if err != nil || len(records) != 1 {
		panic(fmt.Sprintf("%d records in %q, %v", len(records), text, err))
	}
	return d.Event(records[0], 7)
}

func TestEventOfABrowser(t *testing.T) {
	e, aside, no := decodeOne(&Decoder{}, `{"event":"Sign up","properties":{"token":"tok","distinct_id":"u1","$device_id":"d1","$user_id":"u1",
		"time":1795435145.463,"$insert_id":"i1","ip":"203.0.113.9","plan":"pro","seats":3,"trial":false,"ok":true,
		"nothing":null,"tags":["b", "a"],"org":{"z":1,"a":"x"},"plan":"team"}}`)
	if no != nil {
		t.Fatal(no)
	}
	if aside.Token != "tok" || aside.Address.String() != "203.0.113.9" || aside.NoPlace || !aside.Identified {
		t.Errorf("beside it: %+v", aside)
	}
	want := event.Event{
		At: 7, Name: "Sign up", Time: 1795435145463, InsertID: "i1", Size: e.Size,
		IDs: event.IDs{Distinct: "u1", Device: "d1", User: "u1"},
		Properties: []event.Property{
			{Name: "seats", Value: event.NumberOf(3)},
			{Name: "trial", Value: event.BooleanOf(false)},
			{Name: "ok", Value: event.BooleanOf(true)},
			{Name: "nothing"},
			{Name: "tags", Value: event.ListOf(`["b","a"]`)},
			{Name: "org", Value: event.ObjectOf(`{"a":"x","z":1}`)},
			{Name: "plan", Value: event.StringOf("team")},
		},
	}
	if !reflect.DeepEqual(e, want) {
		t.Errorf("got  %+v\nwant %+v", e, want)
	}
	if e.Size < 200 {
		t.Errorf("its size is %d", e.Size)
	}
}

func TestEventFields(t *testing.T) {
	for _, c := range []struct {
		name, properties string
		is               func(event.Event, Aside) bool
	}{
		{"no time", `{}`, func(e event.Event, _ Aside) bool { return e.Time == event.TimeMissing }},
		{"a time that is none", `{"time":"soon"}`, func(e event.Event, _ Aside) bool { return e.Time == event.TimeInvalid }},
		{"a number as distinct id", `{"distinct_id":12345678901234567890}`, func(e event.Event, _ Aside) bool { return e.IDs.Distinct == "12345678901234567890" }},
		{"an object as distinct id", `{"distinct_id":{ }}`, func(e event.Event, _ Aside) bool { return e.IDs.Distinct == "{}" }},
		{"true as distinct id", `{"distinct_id":true}`, func(e event.Event, _ Aside) bool { return e.IDs.Distinct == "true" }},
		{"no distinct id", `{}`, func(e event.Event, a Aside) bool { return !a.Identified && !e.IDs.Nobody }},
		{"null as distinct id", `{"distinct_id":null}`, func(e event.Event, a Aside) bool { return e.IDs.Distinct == "" && !a.Identified && !e.IDs.Nobody }},
		{"an empty distinct id", `{"distinct_id":""}`, func(e event.Event, a Aside) bool { return a.Identified && e.IDs.Nobody }},
		{"$distinct_id stands in", `{"$distinct_id":"u"}`, func(e event.Event, a Aside) bool { return e.IDs.Distinct == "u" && a.Identified }},
		{"distinct_id wins", `{"$distinct_id":"v","distinct_id":"u"}`, func(e event.Event, _ Aside) bool { return e.IDs.Distinct == "u" }},
		{"no place", `{"ip":0}`, func(_ event.Event, a Aside) bool { return a.NoPlace && !a.Address.IsValid() }},
		{"no place, as text", `{"ip":"0"}`, func(_ event.Event, a Aside) bool { return a.NoPlace }},
		{"an address that is none", `{"ip":"here"}`, func(_ event.Event, a Aside) bool { return !a.NoPlace && !a.Address.IsValid() }},
		{"$ip is an address too", `{"$ip":"203.0.113.9"}`, func(e event.Event, a Aside) bool { return a.Address.IsValid() && len(e.Properties) == 0 }},
		{"what identify needs of verbs", `{"$anon_distinct_id":"a"}`, func(e event.Event, _ Aside) bool { return e.Get("$anon_distinct_id").Text == "a" }},
		{"$ignore for guard, even null", `{"$ignore":null}`, func(e event.Event, _ Aside) bool { return len(e.Properties) == 1 }},
		{"NaN is not set", `{"x":NaN}`, func(e event.Event, _ Aside) bool { return e.Get("x").Kind == event.None }},
		{"one zero", `{"x":-0.0}`, func(e event.Event, _ Aside) bool { return 1/e.Get("x").Number > 0 }},
		{"a NUL", `{"x":"a\u0000b"}`, func(e event.Event, _ Aside) bool { return e.Get("x").Text == "a\x00b" }},
		{"escaped names", `{"\u0074ime":1}`, func(e event.Event, _ Aside) bool { return e.Time == 1000 }},
	} {
		e, aside, no := decodeOne(&Decoder{}, `{"event":"e","properties":`+c.properties+`}`)
		if no != nil || !c.is(e, aside) {
			t.Errorf("%s: %+v %+v, %v", c.name, e, aside, no)
		}
	}
}

func TestEventRefusals(t *testing.T) {
	for _, c := range []struct {
		text           string
		reason         event.Reason
		field, message string
	}{
		{`{`, event.NotJSON, "", "record is not valid JSON"},
		{`{"event":"a" "b"}`, event.NotJSON, "", "record is not valid JSON"},
		{`{"event":"a","properties":{"x":1-2}}`, event.NotJSON, "", "record is not valid JSON"},
		{`[["a"]]`, event.NotAnEvent, "", "record must be an object"},
		{`["a"]`, event.NotAnEvent, "", "record must be an object"},
		{`{}`, event.NotAnEvent, "", "data, missing or empty"},
		{`{"event":"a","properties":["b"]}`, event.NotAnEvent, "properties", "'properties' must be an object"},
		{"{\"event\":\"a\",\"properties\":{\"b\":1,\"utm_source\":\"\xff\"}}", event.NotUTF8, "properties.utm_source", "properties.utm_source is invalid: string should be valid utf8"},
		{"{\"event\":\"a\xff\"}", event.NotUTF8, "", "record is invalid: string should be valid utf8"},
		{`{"event":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`, event.TooDeep, "", "record is nested too deeply"},
		{`{"event":"` + strings.Repeat("x", 1<<20) + `"}`, event.TooLarge, "", "record exceeds the size limit"},
	} {
		_, _, no := decodeOne(&Decoder{}, c.text)
		if no == nil || no.At != 7 || no.Reason != c.reason || no.Field != c.field || no.Message != c.message {
			t.Errorf("%.60s: %+v", c.text, no)
		}
	}
}

func TestNotUTF8NamesItsEvent(t *testing.T) {
	_, _, no := decodeOne(&Decoder{}, "{\"event\":\"a\",\"properties\":{\"$insert_id\":\"i\",\"b\":\"\xff\"}}")
	if no.Name != "a" || no.InsertID != "i" {
		t.Errorf("%+v", no)
	}
}

func TestMobileEventIDStandsInForInsertID(t *testing.T) {
	const metadata = `"$mp_metadata":{"$mp_event_id":"m1"}`
	e, _, _ := decodeOne(&Decoder{}, `{"event":"e","properties":{},`+metadata+`}`)
	if e.InsertID != "m1" {
		t.Errorf("the insert id is %q", e.InsertID)
	}
	e, _, _ = decodeOne(&Decoder{}, `{"event":"e","properties":{"$insert_id":"i1"},`+metadata+`}`)
	if e.InsertID != "i1" {
		t.Errorf("the insert id is %q", e.InsertID)
	}
}

// TestEventOutlivesItsDecoder: strings must not point into memory that the next record reuses.
func TestEventOutlivesItsDecoder(t *testing.T) {
	d := &Decoder{}
	text := []byte(`{"event":"first","properties":{"token":"t1","a":"value one","l":["x"]}}`)
	e, aside, _ := d.Event(Record{Text: text}, 0)
	clear(text)
	decodeOne(d, `{"event":"other","properties":{"token":"t2","b":"something else","m":["y","z"]}}`)
	if e.Name != "first" || aside.Token != "t1" || e.Get("a").Text != "value one" || e.Get("l").Text != `["x"]` {
		t.Errorf("the first event became %+v", e)
	}
}

func TestManyPropertiesKeepTheLastOfEachName(t *testing.T) {
	for _, n := range []int{3, manyProperties * 5} {
		var b strings.Builder
		for round := range 2 {
			for i := range n {
				fmt.Fprintf(&b, `,"p%d":%d`, i, round)
			}
		}
		e, _, no := decodeOne(&Decoder{}, `{"event":"e","properties":{`+b.String()[1:]+`}}`)
		if no != nil || len(e.Properties) != n {
			t.Fatalf("%d properties of %d names, %v", len(e.Properties), n, no)
		}
		for _, p := range e.Properties {
			if p.Value.Number != 1 {
				t.Fatalf("%s is %v", p.Name, p.Value.Number)
			}
		}
	}
}

// FuzzEvent: whatever the record, what comes out is text, has each name once, and repeats when decoded again.
func FuzzEvent(f *testing.F) {
	f.Add([]byte(`{"event":"Sign up","properties":{"token":"tok","time":1,"a":[1,{"b":null}],"c":"\ud800","c":1e400}}`))
	f.Add([]byte("{\"event\":\"a\",\"properties\":{\"b\":\"\xff\"}}"))
	f.Add([]byte(`{"event":1,"properties":{"ip":"1.2.3.4","distinct_id":{},"$insert_id":[]},"$mp_metadata":{"$mp_event_id":1}}`))
	f.Add([]byte(`{"event":"a","properties":{"":"","\u0000":"\\"}}`))
	d := &Decoder{}
	f.Fuzz(func(t *testing.T, text []byte) {
		records, _ := Payload{Text: text}.Split(nil, EventLimits)
		for at, r := range records {
			e, _, no := d.Event(r, at)
			if no != nil {
				mustBeText(t, no.Name, no.InsertID, no.Field, no.Message)
				continue
			}
			mustBeText(t, e.Name, e.InsertID, e.IDs.Distinct, e.IDs.Device, e.IDs.User)
			seen := map[string]bool{}
			for _, p := range e.Properties {
				mustBeText(t, p.Name, p.Value.Text)
				if seen[p.Name] {
					t.Fatalf("%q has %q twice", text, p.Name)
				}
				seen[p.Name] = true
			}
			if again, _, _ := (&Decoder{}).Event(r, at); !reflect.DeepEqual(e, again) {
				t.Fatalf("%q becomes %+v and then %+v", text, e, again)
			}
		}
	})
}

func mustBeText(t *testing.T, all ...string) {
	t.Helper()
	for _, s := range all {
		if !utf8.ValidString(s) {
			t.Fatalf("%q is not UTF-8", s)
		}
	}
}
