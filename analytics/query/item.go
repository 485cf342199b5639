package query

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"jejak/event"
)

// itemsOf are the items of a value (docs/semantics.md, section 1): those of a list, each once, else the value alone.
func itemsOf(v event.Value) []event.Value {
	if v.Kind != event.List {
		return []event.Value{v}
	}
	items := listItems(v.Text)
	if len(items) == 0 {
		return []event.Value{{}}
	}
	return items
}

// listItems are the different items of a list in canonical JSON, in their order.
func listItems(text string) []event.Value {
	var raw []json.RawMessage
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		panic(fmt.Sprintf("BUG: a list that is not JSON: %v", err))
	}
	items := make([]event.Value, 0, len(raw))
	seen := make(map[event.Value]bool, len(raw))
	for _, r := range raw {
		if v := itemOf(r); !seen[v] {
			seen[v] = true
			items = append(items, v)
		}
	}
	return slices.Clip(items)
}

func itemOf(raw json.RawMessage) event.Value {
	switch raw[0] {
	case 'n':
		return event.Value{}
	case 't', 'f':
		return event.BooleanOf(raw[0] == 't')
	case '[':
		return event.ListOf(string(raw))
	case '{':
		return event.ObjectOf(string(raw))
	case '"':
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			panic(fmt.Sprintf("BUG: a string that is not JSON: %v", err))
		}
		return event.StringOf(s)
	default:
		f, err := strconv.ParseFloat(string(raw), 64)
		if err != nil {
			return event.Value{} // no float64 is that large
		}
		return event.NumberOf(f)
	}
}
