package hide

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"jejak/event"
	"jejak/ground/detect"
)

// planned does to a property what the project's data plan says; it is false when the plan says nothing.
func (w *work) planned(p *event.Property) bool {
	if w.batch == nil {
		return false
	}
	if w.batch.Allowed[p.Name] {
		return true
	}
	class, sealed := w.batch.Sealed[p.Name]
	if sealed {
		w.under = p.Name
		p.Value = w.sealed(class, p.Name, p.Value)
	}
	return sealed
}

// sealed is a token in the place of a whole value, or of each item of a list.
func (w *work) sealed(class, name string, v event.Value) event.Value {
	if v.Kind != event.List {
		return event.StringOf(w.sealedText(class, name, v.String()))
	}
	var items []json.RawMessage
	if err := json.Unmarshal([]byte(v.Text), &items); err != nil {
		panic(fmt.Sprintf("BUG: a list that is not JSON: %v", err))
	}
	tokens := make([]string, len(items))
	for i, item := range items {
		text := string(item)
		if json.Unmarshal(item, &text) != nil {
			text = string(item)
		}
		tokens[i] = w.sealedText(class, name, text)
	}
	list, err := json.Marshal(tokens)
	if err != nil {
		panic(fmt.Sprintf("BUG: tokens are no list: %v", err))
	}
	return event.ListOf(string(list))
}

// sealedText is the token of a text. Of what must be cut nothing is kept.
func (w *work) sealedText(class, name, text string) string {
	if isToken(text) {
		return text
	}
	return w.whole(class, name, text)
}

// isToken tells whether a text as a whole is what stands for a value.
func isToken(text string) bool {
	class, digits, ok := strings.Cut(strings.TrimPrefix(text, "["), ":")
	if !ok || class == "" || len(digits) != 17 || digits[16] != ']' || text[0] != '[' {
		return false
	}
	return strings.Trim(digits[:16], "0123456789abcdef") == ""
}

// count notes what is done to a value of the property.
func (w *work) count(did event.Did, class string) {
	if w.batch != nil {
		w.batch.Changed.Add(event.Change{Did: did, Class: class, Property: w.under}, 1)
	}
}

// countsWithoutNames takes the names out of the batch's counts that are somebody's themselves.
func countsWithoutNames(b *event.Batch) {
	for c, n := range b.Changed {
		if detected := detect.Value("", c.Property, nil); len(detected) > 0 {
			delete(b.Changed, c)
			c.Property = event.OtherProperties
			b.Changed.Add(c, n)
		}
	}
}

// shortestLong is the least number that isLong holds for.
const shortestLong = 1e8

// Finds tells whether Hide would change a value of the property, under the plan that the batch knows. It keeps nothing.
func (h *Hider) Finds(rules *event.Batch, property string, v event.Value) bool {
	w := work{Hider: h, project: rules.Project, kept: func(_, _, _ string) {}}
	if rules.Allowed[property] {
		return false
	}
	if class, sealed := rules.Sealed[property]; sealed {
		return w.sealed(class, property, v) != v
	}
	if v.Kind == event.Number && (v.Number < shortestLong || v.Number != math.Trunc(v.Number)) || h.clean.has(property, v) {
		return false
	}
	found := w.value(property, v) != v
	if !found {
		h.clean.add(property, v)
	}
	return found
}
