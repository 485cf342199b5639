package query

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"jejak/event"
)

// term is a value while an expression is evaluated. The zero term is not set.
type term struct {
	kind   event.Kind // or date
	number float64    // of a number; 1 or 0 of a boolean; milliseconds since 1970 of a date
	text   string     // of a text; the canonical JSON of an object
	list   *termList  // of a list
	size   int        // what looking at it costs (docs/semantics.md, section 13)
}

// date is the kind of instants. Events hold none: it ends as text.
const date = event.Object + 1

// termList is the items of a list, in their order.
type termList struct {
	items []term
	json  string // canonical; empty when the list was made here
}

func textTerm(s string) term { return term{kind: event.String, text: s, size: len(s)} }

func booleanTerm(b bool) term {
	t := term{kind: event.Boolean}
	if b {
		t.number = 1
	}
	return t
}

// numberTerm is not set where the result is no number.
func numberTerm(f float64) term {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return term{}
	}
	if f == 0 {
		f = 0 // one zero
	}
	return term{kind: event.Number, number: f}
}

func listTerm(items []term, json string) term {
	size := 0
	for i := range items {
		size += 1 + items[i].size
	}
	return term{kind: event.List, list: &termList{items, json}, size: size}
}

// Dates lie in the years that ISO text can name.
var (
	firstDate = time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	lastDate  = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli() - 1
)

// dateTerm is not set outside of those years.
func dateTerm(millis float64) term {
	if millis < float64(firstDate) || millis > float64(lastDate) {
		return term{}
	}
	return term{kind: date, number: millis}
}

func (t term) isTrue() bool { return t.kind == event.Boolean && t.number == 1 }

// termOf is a value as events hold it.
func termOf(v event.Value) term {
	switch v.Kind {
	case event.None:
		return term{}
	case event.List:
		return listTerm(termsOf(v.Text), v.Text)
	case event.Number, event.Boolean:
		return term{kind: v.Kind, number: v.Number}
	}
	return term{kind: v.Kind, text: v.Text, size: len(v.Text)}
}

// termsOf are the items of a list in canonical JSON, each as often as it stands there.
func termsOf(text string) []term {
	var raw []json.RawMessage
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		panic(fmt.Sprintf("BUG: a list that is not JSON: %v", err))
	}
	items := make([]term, len(raw))
	for i, r := range raw {
		items[i] = termOf(itemOf(r))
	}
	return items
}

// memberOf is what an object in canonical JSON has under a key.
func memberOf(text, key string) term {
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &members); err != nil {
		panic(fmt.Sprintf("BUG: an object that is not JSON: %v", err))
	}
	raw, has := members[key]
	if !has {
		return term{}
	}
	return termOf(itemOf(raw))
}

// valueOf is a term as properties have values: dates become text in the zone.
func (t term) valueOf(zone *time.Location) event.Value {
	switch t.kind {
	case date:
		return event.StringOf(stampOf(t.number, zone))
	case event.List:
		if t.list.json == "" {
			t.list.json = string(t.appendJSON(nil, zone))
		}
		return event.ListOf(t.list.json)
	}
	return event.Value{Kind: t.kind, Number: t.number, Text: t.text}
}

// stampOf writes a date the way answers write instants.
func stampOf(millis float64, zone *time.Location) string {
	return time.UnixMilli(int64(millis)).In(zone).Format("2006-01-02T15:04:05.999Z07:00")
}

// appendJSON writes a term as canonical JSON.
func (t term) appendJSON(dst []byte, zone *time.Location) []byte {
	switch t.kind {
	case event.None:
		return append(dst, "null"...)
	case event.Boolean:
		return strconv.AppendBool(dst, t.number == 1)
	case event.Number:
		return appendNumber(dst, t.number)
	case event.String:
		return appendText(dst, t.text)
	case date:
		return appendText(dst, stampOf(t.number, zone))
	case event.Object:
		return append(dst, t.text...)
	}
	if t.list.json != "" {
		return append(dst, t.list.json...)
	}
	dst = append(dst, '[')
	for i, item := range t.list.items {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = item.appendJSON(dst, zone)
	}
	return append(dst, ']')
}

// appendNumber writes a number the way the doors write those inside of lists.
func appendNumber(dst []byte, f float64) []byte {
	if f == 0 || math.Abs(f) < 1e21 && math.Abs(f) >= 1e-6 {
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	return strconv.AppendFloat(dst, f, 'e', -1, 64)
}

// appendText escapes what JSON demands, like the doors.
func appendText(dst []byte, s string) []byte {
	if !strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c == '"' || c == '\\' }) {
		return append(append(append(dst, '"'), s...), '"')
	}
	dst = append(dst, '"')
	for _, c := range []byte(s) {
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < ' ':
			dst = append(dst, fmt.Sprintf(`\u%04x`, c)...)
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}

// same tells whether two terms are equal: never those of different types, but a date and a text that is one.
func (r *evaluation) same(a, b term) bool {
	if a.kind != b.kind {
		a, b = r.bothDates(a, b)
		return a.kind == date && b.kind == date && a.number == b.number
	}
	switch a.kind {
	case event.List:
		return r.sameItems(a.list.items, b.list.items)
	case event.String, event.Object:
		return a.text == b.text
	}
	return a.number == b.number
}

func (r *evaluation) sameItems(a, b []term) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !r.same(a[i], b[i]) {
			return false
		}
	}
	return true
}

// bothDates reads a text that stands beside a date.
func (r *evaluation) bothDates(a, b term) (term, term) {
	if a.kind == date && b.kind == event.String {
		b = r.date(b)
	} else if b.kind == date && a.kind == event.String {
		a = r.date(a)
	}
	return a, b
}
