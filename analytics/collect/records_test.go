package collect

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"jejak/event"
)

// show writes records as their texts, with the fault behind a "!".
func show(records []Record) string {
	var shown []string
	for _, r := range records {
		s := string(r.Text)
		if r.Fault != "" {
			s = "!" + string(r.Fault)
		}
		shown = append(shown, s)
	}
	return strings.Join(shown, " | ")
}

func TestSplit(t *testing.T) {
	small := Limits{Records: 3, Bytes: 20, Depth: 3, Values: 8}
	for _, c := range []struct {
		name string
		in   Payload
		want string
	}{
		{"nothing", Payload{}, ""},
		{"blanks", Payload{Text: []byte(" \n\t ")}, ""},
		{"an empty array", Payload{Text: []byte("[ ]")}, ""},
		{"one object", Payload{Text: []byte(` {"a":1} `)}, `{"a":1}`},
		{"an object over lines", Payload{Text: []byte("{\n\"a\":1\n}\n")}, "{\n\"a\":1\n}"},
		{"an array", Payload{Text: []byte(`[{"a":1}, {"b":2} ]`)}, `{"a":1} | {"b":2}`},
		{"after a byte order mark", Payload{Text: []byte("\ufeff[{}]")}, "{}"},
		{"brackets in strings", Payload{Text: []byte(`[{"a":"]}\""},{}]`)}, `{"a":"]}\""} | {}`},
		{"elements that are no objects", Payload{Text: []byte(`[1,"a,]",null]`)}, `1 | "a,]" | null`},
		{"a wrong bracket costs its own record", Payload{Text: []byte(`[{"a":1],{},{}]`)}, `{"a":1] | {} | {}`},
		{"a hole", Payload{Text: []byte(`[{},,{}]`)}, `{} |  | {}`},
		{"something behind the array", Payload{Text: []byte(`[{}]x`)}, `{} | !not_json`},
		{"an array cut inside a record", Payload{Text: []byte(`[{"a":1},{"b`)}, `{"a":1} | !not_json`},
		{"an array cut behind a record", Payload{Text: []byte(`[{"a":1}`)}, `{"a":1} | !not_json`},
		{"an array cut behind a comma", Payload{Text: []byte(`[{"a":1},`)}, `{"a":1} | !not_json`},
		{"lines, unannounced", Payload{Text: []byte("{\"a\":1}\n\n{\"b\":2}\n")}, `{"a":1} | {"b":2}`},
		{"lines with a broken one", Payload{Text: []byte("{\"a\":1}\n{\"b\n{\"c\":3}")}, `{"a":1} | !not_json | {"c":3}`},
		{"announced lines that begin with rubbish", Payload{Text: []byte("x\n{\"c\":3}"), Lines: true}, `!not_json | {"c":3}`},
		{"announced lines that are an array", Payload{Text: []byte(`[{},{}]`), Lines: true}, `{} | {}`},
		{"lines whose end is missing", Payload{Text: []byte("{}\n{\"b"), Lines: true, Cut: true}, `{} | !not_json`},
		{"lines cut between two", Payload{Text: []byte("{}\n"), Lines: true, Cut: true}, `{} | !not_json`},
		{"all of it missing", Payload{Cut: true}, `!not_json`},
		{"too large", Payload{Text: []byte(`[{"a":"123456789012345"},{}]`)}, `!too_large | {}`},
		{"too many values", Payload{Text: []byte(`[[1,1,1,1,1,1,1,1],{}]`)}, `!too_large | {}`},
		{"too deep", Payload{Text: []byte(`[[[[[]]]],{}]`)}, `!too_deep | {}`},
		{"no text", Payload{Text: []byte("[{\"a\":\"\xff\"},{}]")}, `!not_utf8 | {}`},
		{"no text behind a backslash", Payload{Text: []byte("[{\"a\":\"\\\xff\"},{}]")}, `!not_utf8 | {}`},
		{"no text outside of strings", Payload{Text: []byte("[\xff{},{}]")}, `!not_utf8 | {}`},
		{"a NUL", Payload{Text: []byte("[\x00,{}]")}, "\x00 | {}"},
	} {
		records, err := c.in.Split(nil, small)
		if err != nil || show(records) != c.want {
			t.Errorf("%s: %s, %v; want %s", c.name, show(records), err, c.want)
		}
	}
}

func TestSplitStopsAtTooMany(t *testing.T) {
	for _, text := range []string{
		"[" + strings.Repeat("{},", 5000) + "{}]",
		strings.Repeat("{}\n", 5000),
		"[" + strings.Repeat("1,", 5_000_000),
	} {
		records, err := Payload{Text: []byte(text)}.Split(nil, EventLimits)
		if !errors.Is(err, ErrTooMany) || len(records) > EventLimits.Records+1 {
			t.Errorf("%d records, %v", len(records), err)
		}
	}
	exactly := "[" + strings.Repeat("{},", EventLimits.Records-1) + "{}]"
	if records, err := (Payload{Text: []byte(exactly)}).Split(nil, EventLimits); err != nil || len(records) != EventLimits.Records {
		t.Errorf("the largest batch is refused: %d records, %v", len(records), err)
	}
}

func TestSplitBearsAnyDepth(t *testing.T) {
	deep := strings.Repeat("[", 1<<20)
	records, err := Payload{Text: []byte(`[{"a":` + deep + strings.Repeat("]", 1<<20) + `},{}]`)}.Split(nil, EventLimits)
	if err != nil || show(records) != "!too_large | {}" {
		t.Errorf("%s, %v", show(records), err)
	}
	records, _ = Payload{Text: []byte(`[{"a":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + `},{}]`)}.Split(nil, EventLimits)
	if show(records) != "!too_deep | {}" {
		t.Errorf("depth 1000: %s", show(records))
	}
}

// FuzzSplit: records never overlap, and where the standard library sees an array of values, so does Split.
func FuzzSplit(f *testing.F) {
	for _, seed := range []string{`[{"a":1},{"b":"]"}]`, `{"a":1}`, "{\"a\":1}\n{\"b\":2}\n", `[1,"\"",[],null]`, "[{\"a\":\"\xff\"}", `[[[`, "[]]", "x"} {
		f.Add([]byte(seed), false, false)
		f.Add([]byte(seed), true, true)
	}
	f.Fuzz(func(t *testing.T, text []byte, lines, cut bool) {
		records, err := Payload{text, lines, cut}.Split(nil, EventLimits)
		if err != nil && !errors.Is(err, ErrTooMany) {
			t.Fatal(err)
		}
		left := text
		for _, r := range records {
			at := bytes.Index(left, r.Text)
			if at < 0 {
				t.Fatalf("%q is not in order in %q", r.Text, text)
			}
			left = left[at+len(r.Text):]
		}
		var array []json.RawMessage
		if err != nil || cut || json.Unmarshal(text, &array) != nil || array == nil {
			return
		}
		if len(array) != len(records) {
			t.Fatalf("%d records in %q, want %d", len(records), text, len(array))
		}
		for i, r := range records {
			if r.Fault == "" && !bytes.Equal(r.Text, array[i]) || r.Fault == event.NotJSON {
				t.Fatalf("record %d of %q is %q %s, want %q", i, text, r.Text, r.Fault, array[i])
			}
		}
	})
}
