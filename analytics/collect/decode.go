package collect

import (
	"net/netip"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/valyala/fastjson"

	"jejak/event"
)

// Decoder turns records into events. It is not for concurrent use; take one from Decoders and give it back.
type Decoder struct {
	parser fastjson.Parser
	found  findings
}

// Aside is what a record says beside its event, for the door to weigh.
type Aside struct {
	Token      string     // properties.token; empty when there is none
	Address    netip.Addr // properties.ip; zero when there is none
	NoPlace    bool       // properties.ip is 0: no place is to be looked up
	Identified bool       // it has an identifier, be it an empty one
}

var decoders = sync.Pool{New: func() any { return new(Decoder) }}

// TakeDecoder takes a decoder from the pool.
func TakeDecoder() *Decoder { return decoders.Get().(*Decoder) }

// Give puts the decoder back into the pool.
func (d *Decoder) Give() { decoders.Put(d) }

// Event decodes the record at place at of its request. The event's strings share one piece of memory of their own, and
// nothing of the record's text is kept. Time is TimeMissing or TimeInvalid where it has to be; whether names, times and
// identifiers are good ones is for guard to say. When it returns a refusal, the event is empty.
func (d *Decoder) Event(r Record, at int) (event.Event, Aside, *event.Refusal) {
	switch r.Fault {
	case "":
	case event.NotUTF8:
		return event.Event{}, Aside{}, d.notUTF8(r, at)
	default:
		return event.Event{}, Aside{}, Refuse(r.Fault, at)
	}
	root, err := d.parser.ParseBytes(r.Text)
	if err != nil {
		return event.Event{}, Aside{}, Refuse(event.NotJSON, at)
	}
	if no := d.found.record(root); no != nil {
		no.At = at
		return event.Event{}, Aside{}, no
	}
	e, aside := d.found.event()
	e.At, e.Size = at, len(r.Text)
	return e, aside, nil
}

// Empty is the wire's message for a payload, or a record, with nothing in it.
const Empty = "data, missing or empty"

func refuse(at int, why event.Reason, field, message string) *event.Refusal {
	return &event.Refusal{At: at, Reason: why, Field: field, Message: message}
}

// faults are the words for what Split refuses.
var faults = map[event.Reason]string{
	event.NotJSON:  "record is not valid JSON",
	event.TooLarge: "record exceeds the size limit",
	event.TooDeep:  "record is nested too deeply",
	event.NotUTF8:  "record is invalid: string should be valid utf8",
}

// Refuse words the fault of a record that is not decoded.
func Refuse(fault event.Reason, at int) *event.Refusal { return refuse(at, fault, "", faults[fault]) }

// notUTF8 names the first property that is no text, as the wire does, when the record is JSON otherwise.
func (d *Decoder) notUTF8(r Record, at int) *event.Refusal {
	no := Refuse(event.NotUTF8, at)
	root, err := d.parser.ParseBytes(r.Text)
	if err != nil {
		return no
	}
	root.GetObject("properties").Visit(func(name []byte, v *fastjson.Value) {
		if no.Field == "" && utf8.Valid(name) && !utf8.Valid(v.MarshalTo(nil)) {
			no.Field = "properties." + string(name)
			no.Message = no.Field + " is invalid: string should be valid utf8"
		}
	})
	no.Name = strings.ToValidUTF8(string(root.GetStringBytes("event")), "")
	no.InsertID = strings.ToValidUTF8(string(root.GetStringBytes("properties", "$insert_id")), "")
	return no
}
