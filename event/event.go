// Package event holds the nouns of the first road: what happened, to whom, and why it may be refused.
package event

import (
	"math"
	"net/netip"
)

// ProjectID names one project. It is the integer that scripts send as project_id. Zero is no project.
type ProjectID uint32

// Millis is an instant in milliseconds since the Unix epoch, UTC.
type Millis int64

// What collect puts where the client gave no time, or one that is not a time. guard replaces or refuses both.
const (
	TimeMissing Millis = math.MinInt64
	TimeInvalid Millis = math.MinInt64 + 1
)

// Class tells traffic of people from traffic of machines. It is kept with the event, so that a question can leave
// machines out today and count them tomorrow.
type Class uint8

const (
	Person Class = 0
	Bot    Class = 1
)

// Actor is the dense number of the identifier (a user or a device) under which an event was sent: Bucket in the low
// BucketBits bits, Index above them. Index 0 is nobody: the event counts in totals and in no count of people.
// Events keep the actor for ever; which actors are one person is decided when a question is asked.
type Actor uint32

// A project's people are spread over Buckets independent buckets; identifiers that belong together share one.
const (
	BucketBits = 6
	Buckets    = 1 << BucketBits
)

// MakeActor joins a bucket (0 to Buckets-1) and an index inside it (below 1<<26).
func MakeActor(bucket int, index uint32) Actor { return Actor(index<<BucketBits | uint32(bucket)) }

// Bucket is 0 to Buckets-1.
func (a Actor) Bucket() int { return int(a & (Buckets - 1)) }

// Index is the actor's place inside its bucket; 0 is nobody.
func (a Actor) Index() uint32 { return uint32(a) >> BucketBits }

// Event is one thing that happened.
type Event struct {
	// At is the event's zero-based place in the request it came with; refusals name it.
	At   int
	Name string
	Time Millis
	// InsertID makes sending twice harmless: the key of an event is name, actor, time and insert id, and the last
	// arrival wins. Empty: the event never takes part in de-duplication.
	InsertID string
	IDs      IDs
	// Address is where enrich looks up a place; zero when the client wants none. It lives in memory only: enrich takes it
	// away, identify where AddressStands.
	Address netip.Addr
	// Size is the length of the record as JSON, in bytes.
	Size  int
	Class Class
	// Actor is set by the step identify.
	Actor Actor
	// Properties hold each name at most once, in the order of arrival. They never hold the identifiers above, the token
	// or an address.
	Properties []Property
}

// IDs are the identifiers an event was sent with, as the client wrote them. They are personal values: they live in
// memory until identify has turned them into an Actor, and are never written, logged or put into an error.
type IDs struct {
	Distinct string // distinct_id
	Device   string // $device_id
	User     string // $user_id
	// Nobody says that the client gave an empty distinct_id on purpose: strict imports take that and refuse a missing one.
	Nobody bool
	// AddressStands says that the client gave no identifier and asked for one to be derived from its address.
	AddressStands bool
}

// Set gives e the property, replacing the value of one with the same name.
func (e *Event) Set(name string, v Value) {
	for i := range e.Properties {
		if e.Properties[i].Name == name {
			e.Properties[i].Value = v
			return
		}
	}
	e.Properties = append(e.Properties, Property{name, v})
}

// Get returns the value of the property, or the zero Value (Kind None) when it is not set.
func (e *Event) Get(name string) Value {
	for i := range e.Properties {
		if e.Properties[i].Name == name {
			return e.Properties[i].Value
		}
	}
	return Value{}
}

// MaxName bounds the name of an event or a property: 255 characters of up to four bytes.
const MaxName = 4 * 255

// Source is the door a batch came through.
type Source uint8

const (
	Track  Source = iota // live events from clients, token inside
	Import               // authenticated history
	Native               // POST /api/v1/events
	Demo                 // the generator of jejak demo
)

// Batch is the events of one request for one project, on their way down the road. A step changes events in place and
// removes those it refuses.
type Batch struct {
	Project ProjectID
	Source  Source
	Strict  bool // an import that wants each fault named: time, distinct id and insert id are required
	// OriginalMerge is the project's merge mode: its imports may carry identity verbs.
	OriginalMerge bool
	Received      Millis
	// UserAgent is the request's header. It lives in memory only: enrich turns it into browser, version, system, device.
	UserAgent string
	// GroupKeys are the properties whose values are tokens of groups. The step identify sets it.
	GroupKeys []string
	Bytes     int // size of the request's payload, decompressed
	Events    []Event
	Refusals  []Refusal
	// Allowed are the properties that the data plan lets through as they are, Sealed those it seals whole, with the class of
	// their tokens. Both are the plan's own: nobody changes them.
	Allowed map[string]bool
	Sealed  map[string]string
	// Changed counts what was done to events that were kept.
	Changed Changes
}

// Profile is one update of a user's or a group's profile as the wire carried it. Body is the whole record as JSON: a
// personal value, sealed before it is written.
type Profile struct {
	At       int
	Group    bool
	Received Millis
	Body     []byte
}

// ProfileBatch is the profile updates of one request for one project.
type ProfileBatch struct {
	Project  ProjectID
	Bytes    int // size of the request's payload, decompressed
	Profiles []Profile
	Refusals []Refusal
}
