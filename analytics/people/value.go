package people

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"jejak/event"
)

// ProfileOf is the profile that the properties of a row are, without those of the row itself.
func ProfileOf(properties []event.Property) Profile {
	p := make(Profile, len(properties))
	for _, x := range properties {
		if !IsInternal(x.Name) && x.Name != Token {
			p[strings.Clone(x.Name)] = plainOf(x.Value)
		}
	}
	return p
}

// plainOf is a value as encoding/json has it. It shares no memory with v.
func plainOf(v event.Value) any {
	switch v.Kind {
	case event.String:
		return strings.Clone(v.Text)
	case event.Number:
		return v.Number
	case event.Boolean:
		return v.Bool()
	case event.List, event.Object:
		var x any
		if err := json.Unmarshal([]byte(v.Text), &x); err != nil {
			panic(fmt.Sprintf("BUG: a list or an object that is not JSON: %v", err))
		}
		return x
	}
	return nil
}

// properties are the profile as a row has it, by name. null is not set.
func (p Profile) properties() []event.Property {
	out := make([]event.Property, 0, len(p)+1)
	for _, name := range slices.Sorted(maps.Keys(p)) {
		if v := valueOf(p[name]); v.Kind != event.None {
			out = append(out, event.Property{Name: name, Value: v})
		}
	}
	return out
}

func valueOf(v any) event.Value {
	switch v := v.(type) {
	case nil:
		return event.Value{}
	case string:
		return event.StringOf(v)
	case float64:
		return event.NumberOf(v)
	case bool:
		return event.BooleanOf(v)
	case []any:
		return event.ListOf(encode(v))
	default:
		return event.ObjectOf(encode(v))
	}
}

func encode(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(fmt.Sprintf("BUG: what came as JSON cannot be encoded: %v", err))
	}
	return strings.TrimSuffix(b.String(), "\n")
}
