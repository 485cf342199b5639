package columnar

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/klauspost/compress/s2"

	"jejak/analytics/store"
	"jejak/event"
)

// entry is one batch in the form of docs/format/log.md. It shares memory with the encoded text it was read from.
type entry struct {
	project event.ProjectID
	lsn     uint64
	tally   event.Tally
	records []store.Record
	events  int // how many are in blob
	codec   byte
	plain   int    // length of blob when unpacked
	blob    []byte // the events, as codec says
}

const (
	codecPlain = 0
	codecS2    = 1
	// packAbove is the length from which on s2 is tried: shorter texts do not pay.
	packAbove = 1 << 10
	// plainLimit bounds what a damaged length can ask for.
	plainLimit = 1 << 30
)

var errEntry = errors.New("the entry is not well formed")

// size is what an entry weighs in memory, roughly.
func (e *entry) size() int {
	n := 128 + len(e.blob)
	for _, r := range e.records {
		n += 48 + len(r.Body)
	}
	return n
}

// clone is a copy that shares no memory with the text the entry was read from.
func (e *entry) clone() entry {
	c := *e
	c.blob = slices.Clone(e.blob)
	c.records = slices.Clone(e.records)
	for i := range c.records {
		c.records[i].Body = slices.Clone(c.records[i].Body)
	}
	return c
}

var scratch = sync.Pool{New: func() any { return new([]byte) }}

// encodeEntry gives the entry's bytes. It is called by the goroutine that appends, so that it runs on all cores.
func encodeEntry(b store.Batch) []byte {
	plain := scratch.Get().(*[]byte)
	defer scratch.Put(plain)
	*plain = appendEvents((*plain)[:0], b.Events)

	head := appendTally(make([]byte, 0, 64), b.Tally)
	head = appendRecords(head, b.Records)
	head = binary.AppendUvarint(head, uint64(len(b.Events)))

	blob := []byte(nil)
	if len(b.Events) > 0 {
		head = append(head, codecPlain)
		at := len(head) - 1
		head = binary.AppendUvarint(head, uint64(len(*plain)))
		blob = *plain
		if packed := pack(*plain); packed != nil {
			defer scratch.Put(packed)
			blob, head[at] = *packed, codecS2
		}
	}
	out := make([]byte, 0, 2*binary.MaxVarintLen64+len(head)+len(blob))
	out = binary.AppendUvarint(out, uint64(b.Project))
	out = binary.AppendUvarint(out, uint64(len(head)+len(blob)))
	out = append(out, head...)
	return append(out, blob...)
}

// pack gives the text packed by s2, or nil when that does not save an eighth. The caller gives it back to scratch.
func pack(plain []byte) *[]byte {
	if len(plain) < packAbove {
		return nil
	}
	packed := scratch.Get().(*[]byte)
	*packed = s2.Encode((*packed)[:cap(*packed)], plain)
	if len(*packed) > len(plain)-len(plain)/8 {
		scratch.Put(packed)
		return nil
	}
	return packed
}

func appendTally(b []byte, t event.Tally) []byte {
	b = binary.AppendUvarint(b, t.Received)
	b = binary.AppendUvarint(b, uint64(len(t.Refused)+len(t.Changed)))
	for r, n := range t.Refused {
		b = appendText(b, string(r))
		b = binary.AppendUvarint(b, n)
	}
	for c, n := range t.Changed {
		text, _ := c.MarshalText() // never fails
		b = appendText(b, string(text))
		b = binary.AppendUvarint(b, n)
	}
	return b
}

func appendRecords(b []byte, records []store.Record) []byte {
	b = binary.AppendUvarint(b, uint64(len(records)))
	for _, r := range records {
		b = append(b, byte(r.Kind))
		b = binary.AppendUvarint(b, uint64(len(r.Body)))
		b = append(b, r.Body...)
	}
	return b
}

// The kinds of values on disk. They do not follow event.Kind, which may be renumbered.
const (
	diskString = 1
	diskNumber = 2
	diskFalse  = 3
	diskTrue   = 4
	diskList   = 5
	diskObject = 6
)

func appendEvents(b []byte, events []event.Event) []byte {
	for i := range events {
		e := &events[i]
		b = appendText(b, e.Name)
		b = binary.AppendVarint(b, int64(e.Time))
		b = appendText(b, e.InsertID)
		b = append(b, byte(e.Class))
		b = binary.AppendUvarint(b, uint64(e.Actor))
		b = binary.AppendUvarint(b, uint64(len(e.Properties)))
		for j := range e.Properties {
			p := &e.Properties[j]
			b = appendText(b, p.Name)
			b = appendValue(b, p.Value)
		}
	}
	return b
}

func appendValue(b []byte, v event.Value) []byte {
	switch v.Kind {
	case event.String:
		return appendText(append(b, diskString), v.Text)
	case event.Number:
		return binary.LittleEndian.AppendUint64(append(b, diskNumber), math.Float64bits(v.Number))
	case event.Boolean:
		if v.Bool() {
			return append(b, diskTrue)
		}
		return append(b, diskFalse)
	case event.List:
		return appendText(append(b, diskList), v.Text)
	case event.Object:
		return appendText(append(b, diskObject), v.Text)
	default:
		return append(b, 0) // not set: nothing to keep, but the number of properties is already written
	}
}

// decodeEntry reads the first entry of b and returns what follows it. The events stay packed.
func decodeEntry(b []byte) (e entry, rest []byte, err error) {
	c := cursor{b: b}
	project := c.uvarint()
	in := cursor{b: c.take(c.uvarint())}
	if c.bad || project == 0 || project > math.MaxUint32 {
		return entry{}, nil, errEntry
	}
	e.project = event.ProjectID(project)
	e.tally = in.tally()
	e.records = in.records()
	events := in.uvarint()
	if events > 0 {
		e.codec = in.byte()
		plain := in.uvarint()
		e.blob = in.take(uint64(len(in.b)))
		e.plain = int(min(plain, plainLimit))
		// An event takes six bytes at least.
		if plain > plainLimit || events > plain/6 || e.codec > codecS2 || e.codec == codecPlain && e.plain != len(e.blob) {
			in.fail()
		}
	}
	if in.bad || len(in.b) > 0 {
		return entry{}, nil, errEntry
	}
	e.events = int(events)
	return e, c.b, nil
}

func (c *cursor) tally() event.Tally {
	t := event.Tally{Received: c.uvarint()}
	n := c.count(2)
	if n > 0 {
		t.Refused = make(map[event.Reason]uint64, n)
	}
	for range n {
		name, count := string(c.take(c.uvarint())), c.uvarint() // a copy: tallies outlive the text
		var change event.Change
		if change.UnmarshalText([]byte(name)) == nil {
			t.Changed.Add(change, count)
			continue
		}
		t.Refused[event.Reason(name)] += count
	}
	return t
}

func (c *cursor) records() []store.Record {
	n := c.count(2)
	if n == 0 {
		return nil
	}
	records := make([]store.Record, 0, n)
	for range n {
		k := store.RecordKind(c.byte())
		records = append(records, store.Record{Kind: k, Body: c.take(c.uvarint())})
	}
	return records
}

// unpacker turns blobs into events and keeps its memory between calls.
type unpacker struct {
	events     []event.Event
	properties []event.Property
}

// forget drops the references of the last use.
func (u *unpacker) forget() {
	clear(u.events)
	clear(u.properties)
	u.events, u.properties = u.events[:0], u.properties[:0]
}

// add appends the entry's events. Their strings share memory with the blob or with a fresh unpacked copy.
func (u *unpacker) add(e *entry) error {
	if e.events == 0 {
		return nil
	}
	plain, err := e.unpack()
	if err != nil {
		return err
	}
	c := cursor{b: plain}
	u.events = slices.Grow(u.events, e.events)
	for range e.events {
		u.events = append(u.events, u.event(&c))
	}
	if c.bad || len(c.b) > 0 {
		return fmt.Errorf("cannot decode events: %w", errEntry)
	}
	return nil
}

func (e *entry) unpack() ([]byte, error) {
	if e.codec == codecPlain {
		return e.blob, nil
	}
	if n, err := s2.DecodedLen(e.blob); err != nil || n != e.plain {
		return nil, fmt.Errorf("cannot unpack events: %w", errEntry)
	}
	plain, err := s2.Decode(nil, e.blob)
	if err != nil {
		return nil, fmt.Errorf("cannot unpack events: %w", err)
	}
	return plain, nil
}

func (u *unpacker) event(c *cursor) event.Event {
	e := event.Event{Name: c.text(), Time: event.Millis(c.varint()), InsertID: c.text(), Class: event.Class(c.byte())}
	actor := c.uvarint()
	if actor > math.MaxUint32 {
		c.fail()
	}
	e.Actor = event.Actor(actor)
	n := c.count(2)
	u.properties = slices.Grow(u.properties, n)
	from := len(u.properties)
	for range n {
		name := c.text()
		if v := c.value(); v.Kind != event.None {
			u.properties = append(u.properties, event.Property{Name: name, Value: v})
		}
	}
	e.Properties = u.properties[from:len(u.properties):len(u.properties)]
	return e
}

func (c *cursor) value() event.Value {
	switch c.byte() {
	case 0:
		return event.Value{}
	case diskString:
		return event.StringOf(c.text())
	case diskNumber:
		return event.NumberOf(c.number())
	case diskFalse:
		return event.BooleanOf(false)
	case diskTrue:
		return event.BooleanOf(true)
	case diskList:
		return event.ListOf(c.text())
	case diskObject:
		return event.ObjectOf(c.text())
	default:
		c.fail()
		return event.Value{}
	}
}
