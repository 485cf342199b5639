package hide

import (
	"bytes"
	"encoding/json"
	"fmt"

	"jejak/event"
)

// json hides what stands in the texts of a list or an object. Texts in a list stand under its name, those in an object
// under their own.
func (w *work) json(name, text string) string {
	var v any
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		panic(fmt.Sprintf("BUG: a list or an object that is not JSON: %v", err))
	}
	hidden, changed := w.walk(name, v)
	if !changed {
		return text
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(hidden); err != nil {
		panic(fmt.Sprintf("BUG: what was JSON cannot be encoded: %v", err))
	}
	return string(bytes.TrimSpace(b.Bytes()))
}

// walk goes through a value; guard has bounded its depth.
func (w *work) walk(name string, v any) (hidden any, changed bool) {
	switch v := v.(type) {
	case string:
		s := w.text(name, v)
		return s, s != v
	case json.Number:
		if s := w.text(name, v.String()); isLong(v.String()) && s != v.String() {
			return s, true
		}
		return v, false
	case float64:
		text := event.NumberOf(v).String()
		if s := w.text(name, text); isLong(text) && s != text {
			return s, true
		}
		return v, false
	case []any:
		for i := range v {
			item, other := w.walk(name, v[i])
			v[i], changed = item, changed || other
		}
		return v, changed
	case map[string]any:
		return w.walkObject(v)
	default:
		return v, false
	}
}

func (w *work) walkObject(o map[string]any) (any, bool) {
	out, changed := make(map[string]any, len(o)), false
	for key, x := range o {
		item, other := w.walk(key, x)
		hidden := w.text("", key)
		out[hidden] = item
		changed = changed || other || hidden != key
	}
	return out, changed
}
