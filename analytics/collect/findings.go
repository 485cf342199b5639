package collect

import (
	"github.com/valyala/fastjson"

	"jejak/event"
)

// findings are what a look through a record has found. Text is gathered in one piece of memory that the next record
// reuses; event turns it into one string.
type findings struct {
	text      []byte
	fields    []field
	canonical Canonical

	name, token              piece
	insertID, mobileID       piece // $insert_id; $mp_event_id of the mobile SDKs, which stands in for it
	distinct, dollarDistinct piece
	device, user             piece
	address                  piece
	time                     event.Millis
	identified               bool // an identifier was given, be it an empty one
	nobody                   bool // distinct_id is empty on purpose
	badNumber                bool
}

// piece is a part of the gathered text.
type piece struct{ from, to int }

func (p piece) empty() bool { return p.from == p.to }

func (p piece) of(text string) string { return text[p.from:p.to] }

// field is a property whose strings are not strings yet.
type field struct {
	name, text piece
	kind       event.Kind
	number     float64
}

func (f *findings) reset() {
	*f = findings{text: f.text[:0], fields: f.fields[:0], canonical: f.canonical, time: event.TimeMissing}
}

// record looks through a whole record.
func (f *findings) record(root *fastjson.Value) *event.Refusal {
	f.reset()
	if root.Type() != fastjson.TypeObject {
		return refuse(0, event.NotAnEvent, "", "record must be an object")
	}
	o, _ := root.Object()
	if o.Len() == 0 {
		return refuse(0, event.NotAnEvent, "", Empty)
	}
	if v := o.Get("event"); v != nil && v.Type() == fastjson.TypeString {
		f.name = f.scalar(v)
	}
	if no := f.properties(o.Get("properties")); no != nil {
		return no
	}
	f.mobileID = f.scalar(root.Get("$mp_metadata", "$mp_event_id"))
	return nil
}

func (f *findings) properties(v *fastjson.Value) *event.Refusal {
	if v == nil || v.Type() == fastjson.TypeNull {
		return nil
	}
	o, err := v.Object()
	if err != nil {
		return refuse(0, event.NotAnEvent, "properties", "'properties' must be an object")
	}
	o.Visit(f.property)
	if f.badNumber {
		return Refuse(event.NotJSON, 0)
	}
	return nil
}

// property sorts one of them: what the event keeps elsewhere, and the rest. Names of the wire, sections 2.1 and 2.6.
func (f *findings) property(name []byte, v *fastjson.Value) {
	switch string(name) {
	case "time":
		f.time = instant(v)
	case "token", "$token":
		f.token = f.scalar(v)
	case "$insert_id":
		f.insertID = f.scalar(v)
	case "distinct_id":
		f.distinct = f.identifier(v)
		f.nobody = v.Type() == fastjson.TypeString && f.distinct.empty()
	case "$distinct_id":
		f.dollarDistinct = f.identifier(v)
	case "$device_id":
		f.device = f.identifier(v)
	case "$user_id":
		f.user = f.identifier(v)
	case "ip", "$ip":
		f.address = f.scalar(v)
	default:
		f.keep(name, v)
	}
}

func (f *findings) identifier(v *fastjson.Value) piece {
	f.identified = f.identified || v.Type() != fastjson.TypeNull
	return f.scalar(v)
}

// scalar gathers the text of a value that ought to be a string: a number as it is written, null and nil as nothing.
func (f *findings) scalar(v *fastjson.Value) piece {
	from := len(f.text)
	if v == nil {
		return piece{from, from}
	}
	switch v.Type() {
	case fastjson.TypeNull:
	case fastjson.TypeString:
		s, _ := v.StringBytes()
		f.text = append(f.text, s...)
	case fastjson.TypeNumber:
		f.text = v.MarshalTo(f.text)
	default:
		f.text = f.canonical.Append(f.text, v)
	}
	return piece{from, len(f.text)}
}

func (f *findings) keep(name []byte, v *fastjson.Value) {
	at := len(f.text)
	f.text = append(f.text, name...)
	one := field{name: piece{at, len(f.text)}}
	switch v.Type() {
	case fastjson.TypeNull:
	case fastjson.TypeNumber:
		one.kind, one.number = f.number(v)
	case fastjson.TypeTrue:
		one.kind, one.number = event.Boolean, 1
	case fastjson.TypeFalse:
		one.kind = event.Boolean
	case fastjson.TypeString:
		one.kind, one.text = event.String, f.scalar(v)
	case fastjson.TypeArray:
		one.kind, one.text = event.List, f.scalar(v)
	case fastjson.TypeObject:
		one.kind, one.text = event.Object, f.scalar(v)
	}
	f.fields = append(f.fields, one)
}

// number: NaN and infinities, which some languages write, come out as not set.
func (f *findings) number(v *fastjson.Value) (event.Kind, float64) {
	n, err := v.Float64()
	f.badNumber = f.badNumber || err != nil
	value := event.NumberOf(n)
	return value.Kind, value.Number
}

// event makes the event of what was found.
func (f *findings) event() (event.Event, Aside) {
	text := string(f.text)
	e := event.Event{
		Name:     f.name.of(text),
		Time:     f.time,
		InsertID: either(f.insertID, f.mobileID).of(text),
		IDs: event.IDs{
			Distinct: either(f.distinct, f.dollarDistinct).of(text),
			Device:   f.device.of(text),
			User:     f.user.of(text),
			Nobody:   f.nobody,
		},
		Properties: f.kept(text),
	}
	aside := Aside{Token: f.token.of(text), Identified: f.identified}
	if address := f.address.of(text); address == "0" {
		aside.NoPlace = true
	} else if address != "" {
		aside.Address, _ = ParseAddress(address)
	}
	return e, aside
}

func either(a, b piece) piece {
	if a.empty() {
		return b
	}
	return a
}

// spareProperties is room for what enrich adds, so that it need not move the list.
const spareProperties = 12

// manyProperties is where looking a name up beats comparing it with all others.
const manyProperties = 64

// kept are the properties, each name once with the value that came last.
func (f *findings) kept(text string) []event.Property {
	list := make([]event.Property, 0, len(f.fields)+spareProperties)
	last := f.lastPlaces(text)
	for i := range f.fields {
		one := &f.fields[i]
		if f.isReplaced(text, i, last) {
			continue
		}
		value := event.Value{Kind: one.kind, Number: one.number, Text: one.text.of(text)}
		list = append(list, event.Property{Name: one.name.of(text), Value: value})
	}
	return list
}

// isReplaced says whether a later property has the same name. last is nil where there are few.
func (f *findings) isReplaced(text string, i int, last map[string]int) bool {
	name := f.fields[i].name.of(text)
	if last != nil {
		return last[name] != i
	}
	for _, later := range f.fields[i+1:] {
		if later.name.of(text) == name {
			return true
		}
	}
	return false
}

func (f *findings) lastPlaces(text string) map[string]int {
	if len(f.fields) < manyProperties {
		return nil
	}
	last := make(map[string]int, len(f.fields))
	for i := range f.fields {
		last[f.fields[i].name.of(text)] = i
	}
	return last
}
