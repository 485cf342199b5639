package part

import (
	"bytes"
	"encoding/binary"
	"testing"

	"jejak/event"
)

// TestWorkedExample is the example of docs/format/part.md.
func TestWorkedExample(t *testing.T) {
	e := event.Event{Name: "Up", Time: 1000, Actor: 65}
	e.Set("n", event.NumberOf(1.5))
	e.Set("s", event.StringOf("a"))
	if got, want := Build([]event.Event{e}, testKey), workedExample(); !bytes.Equal(got, want) {
		t.Fatalf("got %d bytes\n% x\nwant %d\n% x", len(got), got, len(want), want)
	}
}

func workedExample() []byte {
	u32s := func(b []byte, values ...uint32) []byte {
		for _, v := range values {
			b = binary.LittleEndian.AppendUint32(b, v)
		}
		return b
	}
	b := []byte("JEJAKPRT\x01\x00\x00\x00")
	b = u32s(b, checksum(b))
	b = append(b, 1, 'a')

	var d []byte
	d = u32s(d, 5, 1, 2, 2, 1, 1, 2, 2)                                  // blocks … bytes of property names
	d = u32s(d, 1, 0, 1000, 0, 1000, 0)                                  // rows, first, last
	d = u32s(append(u32s(d, 0), u32s(nil, 2)...), make([]uint32, 62)...) // actors: bucket 1
	d = append(d, 16, 0, 0, 0, 0, 0, 1, 1)                               // dictionary of s
	d = u32s(d, 2, checksum([]byte{1, 'a'}), 0, 0)
	d = append(d, 18, 0, 0, 0, 0, 0, 1|1<<2, 0) // times
	d = u32s(d, 0, 0, 1000, 0)
	d = append(d, 18, 0, 0, 0, 0, 0, 1, 0) // actors
	d = u32s(d, 0, 0, 1, 0)
	d = append(d, 18, 0, 0, 0, 0, 0, 1|1<<2, 0) // numbers of n
	d = u32s(d, 0, 0, 15, 0)
	d = append(d, 18, 0, 0, 0, 0, 0, 1, 0) // codes of s
	d = u32s(d, 0, 0, 1, 0)
	d = u32s(d, 0, 0, 1, 1, 0, 2, 0, 0, 2, 0, 1000, 0, 1000, 0) // section
	d = u32s(d, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1)                   // dictionaries
	d = u32s(d, 0, absent, 3, 1, 4, absent)                     // columns
	d = u32s(d, 1, 2, 1, 2)                                     // ends, ends of names and of properties
	d = append(d, "Upns"...)

	foot := u32s(nil, uint32(len(b)), 0, uint32(len(d)), 0, checksum(d))
	foot = append(u32s(foot, checksum(foot)), "JEJAKEND"...)
	return append(append(b, d...), foot...)
}
