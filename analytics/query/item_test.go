package query

import (
	"encoding/json"
	"strings"
	"testing"

	"jejak/event"
)

// FuzzItems: every list that is JSON has its items, each once, none of them a number that JSON cannot carry.
func FuzzItems(f *testing.F) {
	for _, seed := range []string{
		`[]`, `["a","a","b"]`, `[1,1.0,1e0,-0,0]`, `[null,true,false]`, `[["a"],{"k":[1]},{}]`, `[1e999]`, `["\u00e9\ud83d\ude00\ud800"]`, ` [ 1 , "x" ] `,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !json.Valid([]byte(text)) || !strings.HasPrefix(strings.TrimSpace(text), "[") {
			t.Skip()
		}
		seen := map[event.Value]bool{}
		for _, item := range listItems(text) {
			if seen[item] {
				t.Errorf("%v comes twice", item)
			}
			seen[item] = true
			if item.Kind == event.Number && event.NumberOf(item.Number) != item {
				t.Errorf("%v is no number", item.Number)
			}
		}
		if len(itemsOf(event.ListOf(text))) == 0 {
			t.Error("a list without items is not set")
		}
	})
}
