package mixpanel

import (
	"strings"
	"sync"

	"github.com/valyala/fastjson"

	"jejak/analytics/collect"
	"jejak/event"
)

// profileLimits: a profile may be as large as an event but hold many more values (section 1.6 of the wire).
var profileLimits = collect.Limits{Records: 2000, Bytes: 1 << 20, Depth: 32, Values: 1 << 17}

// operations are what an update can do, section 4.2 of the wire. A record does at least one.
var operations = []string{"$set", "$set_once", "$add", "$append", "$union", "$remove", "$unset", "$delete", "$merge"}

// profileReader reads updates of profiles. Not for concurrent use; take one and give it back.
type profileReader struct {
	parser    fastjson.Parser
	canonical collect.Canonical
	largest   int
}

var profileReaders = sync.Pool{New: func() any { return new(profileReader) }}

func takeProfileReader() *profileReader { return profileReaders.Get().(*profileReader) }

// give keeps the reader for others unless a huge record has swollen it.
func (r *profileReader) give() {
	const swollen = 64 << 10
	if r.largest <= swollen {
		profileReaders.Put(r)
	}
}

// profile reads one record. Its body is canonical JSON without addresses, which are never kept.
func (r *profileReader) profile(record collect.Record, at int, group bool) (event.Profile, string, *event.Refusal) {
	if record.Fault != "" {
		return event.Profile{}, "", collect.Refuse(record.Fault, at)
	}
	r.largest = max(r.largest, len(record.Text))
	root, err := r.parser.ParseBytes(record.Text)
	if err != nil {
		return event.Profile{}, "", collect.Refuse(event.NotJSON, at)
	}
	if no := shapeFault(root, group); no != nil {
		no.At = at
		return event.Profile{}, "", no
	}
	token := string(root.GetStringBytes("$token"))
	dropAddresses(root)
	return event.Profile{At: at, Group: group, Body: r.canonical.Append(nil, root)}, token, nil
}

// shapeFault says what a record lacks to be an update, nil when nothing.
func shapeFault(root *fastjson.Value, group bool) *event.Refusal {
	if root.Type() != fastjson.TypeObject {
		return notAnUpdate("", "record must be an object")
	}
	if o, _ := root.Object(); o.Len() == 0 {
		return notAnUpdate("", collect.Empty)
	}
	if isBlank(root.Get("$token")) {
		return notAnUpdate("$token", "'$token' must not be missing or blank")
	}
	names := []string{"$distinct_id"}
	if group {
		names = []string{"$group_key", "$group_id"}
	}
	for _, name := range names {
		if isBlank(root.Get(name)) {
			return &event.Refusal{Reason: event.NoDistinctID, Field: name, Message: "'" + name + "' must not be missing or blank"}
		}
	}
	for _, name := range operations {
		if root.Get(name) != nil {
			return nil
		}
	}
	return notAnUpdate("", "record has no operation such as $set")
}

func notAnUpdate(field, message string) *event.Refusal {
	return &event.Refusal{Reason: event.NotAnEvent, Field: field, Message: message}
}

func isBlank(v *fastjson.Value) bool {
	if v == nil || v.Type() == fastjson.TypeNull {
		return true
	}
	return v.Type() == fastjson.TypeString && strings.TrimSpace(string(v.GetStringBytes())) == ""
}

// dropAddresses takes the client's address out, wherever SDKs put it: at the top and in the operations. A zero, which
// asks for no place, stays.
func dropAddresses(root *fastjson.Value) {
	dropAddress(root)
	o, _ := root.Object()
	o.Visit(func(_ []byte, v *fastjson.Value) { // an operation may come twice
		if v.Type() == fastjson.TypeObject {
			dropAddress(v)
		}
	})
}

func dropAddress(v *fastjson.Value) {
	o, _ := v.Object()
	for _, name := range []string{"$ip", "ip"} {
		noPlace := false
		for said := o.Get(name); said != nil; said = o.Get(name) { // a name may come twice
			noPlace = isZero(said)
			o.Del(name)
		}
		if noPlace {
			o.Set(name, zero)
		}
	}
}

var zero = fastjson.MustParse("0")

func isZero(v *fastjson.Value) bool {
	return v.Type() == fastjson.TypeNumber && v.GetFloat64() == 0 || string(v.GetStringBytes()) == "0"
}
