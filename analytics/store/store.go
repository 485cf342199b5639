// Package store is the contract between the road, the questions and whatever keeps the events. Each backend has a
// folder of its own and sits the exam in storetest.
package store

import (
	"context"
	"errors"
	"iter"

	"jejak/event"
)

// ErrUnavailable says that the batch could not be made durable now (disk full, disk failing, overload). Nothing of it
// was acknowledged; the client may send it again.
var ErrUnavailable = errors.New("the store cannot keep events right now")

// RecordKind names a ledger of opaque records that is kept beside a project's events.
type RecordKind uint8

const (
	Identifiers RecordKind = 1 // identify: identifier to actor, links between actors
	Profiles    RecordKind = 2 // people: sealed profile updates
	Hidden      RecordKind = 3 // hide: sealed values that tokens stand for
	Groups      RecordKind = 4 // identify: identifier to actor, of groups
	Erased      RecordKind = 5 // the store itself: actors whose rows nobody may see any more
)

// Record is an opaque entry of a ledger. The store does not read it. It holds no personal value in the clear.
type Record struct {
	Kind RecordKind
	Body []byte
}

// Batch is what one Append makes durable: all of it or nothing.
type Batch struct {
	Project event.ProjectID
	Events  []event.Event
	Records []Record
	Tally   event.Tally
}

// Store keeps the events, ledgers and counters of all projects.
type Store interface {
	// Append MUST NOT return nil before the batch survives power loss. It MUST keep the order of arrival: of two
	// batches, the one whose Append was called after the other returned is later. When it returns an error nothing of
	// the batch is askable, now or after a restart. Many goroutines may call at once; their batches share one sync.
	// It owns b.Events (and the strings in them) from the call on, whatever it returns.
	Append(ctx context.Context, b Batch) error

	// Note queues a record and a tally without waiting. It MUST be durable no later than any Append, of whichever project, called
	// after Note returned. When a write fails it stays queued. It MUST be safe to call while holding locks: it never blocks on disk.
	Note(p event.ProjectID, records []Record, t event.Tally)

	// Records yields a ledger's durable records in their order, oldest first. Bodies are valid until the next step.
	Records(p event.ProjectID, k RecordKind) iter.Seq2[[]byte, error]

	// Snapshot is a view of all acknowledged events. An event is in every Snapshot taken after its Append returned
	// (durable means askable, at once). Opening one is cheap. The caller MUST Release it.
	Snapshot(p event.ProjectID) (Snapshot, error)

	// Erase makes the rows of actors, those that are there and those that may still come, invisible in every Snapshot taken
	// after it returned nil, and removes them from the disk later. It MUST NOT return nil before that survives power loss.
	// An actor who was erased before stays so: a second call does nothing.
	Erase(ctx context.Context, p event.ProjectID, actors []event.Actor) error

	// IsErased tells whether the actor was erased.
	IsErased(p event.ProjectID, a event.Actor) bool

	// Counters are exact: they survive a crash together with the events they count.
	Counters(p event.ProjectID) Counters

	// Close makes the tail durable in its final form and frees everything. No call may follow.
	Close() error
}

// Counters reconcile: Received = accepted + refused, accepted = Durable + batches on their way, Durable = Askable +
// Duplicates + Expired + Erased.
type Counters struct {
	event.Tally
	Durable    uint64 `json:"durable"`    // events acknowledged since the project began
	Askable    uint64 `json:"askable"`    // events that questions see, duplicates counted once
	Duplicates uint64 `json:"duplicates"` // earlier arrivals that a later one replaced
	Expired    uint64 `json:"expired"`    // events older than the project keeps; a duplicate may be counted among them
	Erased     uint64 `json:"erased"`     // events of people who were erased; a duplicate may be counted among them
}

// Answerer is a backend that answers whole questions itself (one that speaks SQL to a cluster). The type of question
// and answer is the query's business. The embedded engine does not implement it.
type Answerer interface {
	Answer(ctx context.Context, p event.ProjectID, question any) (answer any, err error)
}

// Selection says which rows a question needs.
type Selection struct {
	Names []string // event names; nil means all
	Bots  bool     // also rows of class Bot
	From  event.Millis
	To    event.Millis // half-open: From <= time < To
}

// Snapshot is an immutable view. Many goroutines may read it at once.
type Snapshot interface {
	// Sections are the rows that may match, in pieces: a piece is one event name and class inside one immutable run.
	// A piece may hold rows outside the time range; rows inside it are complete. Pieces of one name and class are
	// ordered by arrival where their times overlap.
	Sections(s Selection) []Section

	// Names are the event names seen, with rows counted before duplicates are taken out, most frequent first. Rows that
	// the project no longer keeps may be counted until they are gone from the disk.
	Names() []NameCount

	// PropertyNames are the names of the properties seen on the event, sorted; on any event when name is empty.
	PropertyNames(name string) []string

	// Actors is one more than the highest actor index of the bucket: the length of a dense table per actor.
	Actors(bucket int) uint32

	Release()
}

// NameCount is an event name, how many rows have it and when it was first and last seen.
type NameCount struct {
	Name        string       `json:"name"`
	Rows        uint64       `json:"rows"`
	First, Last event.Millis `json:"-"`
}

// Section is a piece of the store: rows sorted by bucket, then time, then arrival. Rows are numbered from 0.
// Methods with lo and hi decode rows lo <= row < hi into dst (grown when too short) and return it with length hi-lo.
// Many goroutines may read one Section at once. Reads check checksums; damage panics with FATAL, see Guard in columnar.
type Section interface {
	Name() string
	Class() event.Class
	Rows() int
	// Span is the first and the last time in it, both included.
	Span() (first, last event.Millis)
	// Bucket is the range of rows of one bucket. Rows that no bucket holds are older than the project keeps: they are
	// none of the answer's.
	Bucket(bucket int) (lo, hi int)
	// Times within one bucket never decrease. A range that crosses buckets is allowed.
	Times(lo, hi int, dst []event.Millis) []event.Millis
	// Seek is the first row in lo <= row < hi of one bucket whose time is at or after t, or hi.
	Seek(lo, hi int, t event.Millis) int
	// Actors are indexes inside their bucket; 0 is nobody.
	Actors(lo, hi int, dst []uint32) []uint32
	// Run is the place of its run in order of arrival: the same for all sections of one run, higher for a later one.
	// Comparable between sections of one Snapshot whose times overlap.
	Run() int
	// Arrivals tell the order among rows of one actor, one time and one run that lie in different sections: the lower
	// came first. Nobody's rows have none. They are 0 for rows that need none; nil says that all are 0. So the events of
	// a person are in order by time, Run, arrival, row; whatever compaction does, that order is the one of arrival.
	Arrivals(lo, hi int, dst []uint32) []uint32
	// Superseded are the rows of the bucket that a later arrival replaces, ascending; nearly always nil. They MUST NOT
	// be counted.
	Superseded(bucket int) []int
	// Column is nil when no row here has the property.
	Column(property string) Column
}

// NumberCode marks, among the codes of a column, a row whose value is a number.
const NumberCode = ^uint32(0)

// Column is one property in one Section.
type Column interface {
	// Codes: 0 is not set, NumberCode a number (ask Numbers), anything else an index into the dictionary, from 1.
	Codes(lo, hi int, dst []uint32) []uint32
	// Numbers: the value where the code is NumberCode, 0 elsewhere.
	Numbers(lo, hi int, dst []float64) []float64
	// HasNumbers and HasOthers tell which of the two kinds occur in this section.
	HasNumbers() bool
	HasOthers() bool
	Dictionary() Dictionary
}

// Dictionary is the distinct values of one property that are not numbers, shared by all sections of one run: compare
// Identity to reuse what was worked out per value. Two codes never hold equal values.
type Dictionary interface {
	Identity() any // comparable; equal for the same dictionary
	Len() int      // codes run from 1 to Len
	Value(code uint32) event.Value
	// Values calls f with each code from <= code < to and its value, in the order of codes. A value's text is good only
	// during that call of f: whoever keeps it clones it. Values mostly ascend by kind (strings, booleans, lists, objects) and
	// text, so that a merge pays, but they need not.
	Values(from, to uint32, f func(code uint32, v event.Value))
	// Code is the code of a value, 0 when it is not there.
	Code(v event.Value) uint32
}
