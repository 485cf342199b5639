package guard

import (
	"encoding/json"
	"strings"
	"testing"

	"jejak/event"
)

func TestNested(t *testing.T) {
	list := func(n int) string { return "[" + strings.TrimSuffix(strings.Repeat("1,", n), ",") + "]" }
	for text, want := range map[string]event.Reason{
		`[]`: "", `{}`: "", `[1,"a,]}",{"b":[2,3]}]`: "", `{"a":{"b":{"c":1}}}`: "", `[{"a":[{"b":[{"c":[1]}]}]}]`: "",
		`["\"[[[[[[[["]`:                         "",
		`["\\",[]]`:                              "",
		list(254):                                "",
		list(255):                                event.TooManyProps,
		`{"a":` + list(255) + `}`:                event.TooManyProps,
		`[` + list(200) + `,` + list(200) + `]`:  "",
		`{"a":{"b":{"c":{}}}}`:                   event.TooDeep,
		`[[[[[[[[1]]]]]]]]`:                      event.TooDeep,
		strings.Repeat("[", 1000):                event.TooDeep,
		`["` + strings.Repeat("x", 8<<10) + `"]`: event.TooLarge,
		"[\"\xff\"]":                             event.NotUTF8,
		`["`:                                     "",
		`]]}}`:                                   "",
	} {
		if why, _ := nested(text); why != want {
			t.Errorf("%.40s: reason %q, want %q", text, why, want)
		}
	}
}

func FuzzNested(f *testing.F) {
	for _, s := range []string{`{"a":[1,{"b":"\""}]}`, `[[[]]]`, `"`, `{"a":{"b":{"c":{"d":1}}}}`, `]`, `["\`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		why, _ := nested(s)
		var v any
		if json.Unmarshal([]byte(s), &v) != nil || len(s) > maxNested {
			return // it must only have come back
		}
		deep, many := depth(v) > maxObjects || brackets(v) > maxBrackets, entries(v) >= maxElements
		if why == "" && (deep || many) || why == event.TooDeep && !deep || why == event.TooManyProps && !many {
			t.Errorf("%q: reason %q; deep %v, many %v", s, why, deep, many)
		}
	})
}

func children(v any) (all []any) {
	switch v := v.(type) {
	case []any:
		return v
	case map[string]any:
		for _, c := range v {
			all = append(all, c)
		}
	}
	return all
}

func depth(v any) (n int) {
	for _, c := range children(v) {
		n = max(n, depth(c))
	}
	if _, object := v.(map[string]any); object {
		n++
	}
	return n
}

func brackets(v any) (n int) {
	for _, c := range children(v) {
		n = max(n, brackets(c))
	}
	switch v.(type) {
	case []any, map[string]any:
		n++
	}
	return n
}

func entries(v any) int {
	n := len(children(v))
	for _, c := range children(v) {
		n = max(n, entries(c))
	}
	return n
}
