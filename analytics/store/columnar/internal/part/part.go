// Package part is the immutable file of events: how rows become bytes, how bytes answer, how parts become one part.
package part

import (
	"context"
	"io"
	"iter"

	"jejak/analytics/store"
	"jejak/event"
)

// Key seeds the hash of insert ids. A store keeps it, the same for the life of a project: parts made under different
// keys must not be merged or compared.
type Key [16]byte

// Part is one opened part.
type Part struct{}

// Section is one event name and class inside a part.
type Section struct{}

// Summary says what a merge wrote.
type Summary struct {
	Rows, Duplicates, Bytes uint64
	First, Last             event.Millis
}

// Build encodes events given in order of arrival.
func Build(events []event.Event, k Key) []byte { panic("BUG: not written yet") }

// Open reads a part from memory or a memory map.
func Open(b []byte) (*Part, error) { panic("BUG: not written yet") }

func (p *Part) Rows() int                                              { panic("BUG: not written yet") }
func (p *Part) Span() (first, last event.Millis)                       { panic("BUG: not written yet") }
func (p *Part) Names() []store.NameCount                               { panic("BUG: not written yet") }
func (p *Part) PropertyNames(event string) []string                    { panic("BUG: not written yet") }
func (p *Part) Actors(bucket int) uint32                               { panic("BUG: not written yet") }
func (p *Part) Sections(s store.Selection) []*Section                  { panic("BUG: not written yet") }
func (p *Part) Verify() error                                          { panic("BUG: not written yet") }
func (p *Part) Events() iter.Seq[event.Event]                          { panic("BUG: not written yet") }
func (s *Section) Name() string                                        { panic("BUG: not written yet") }
func (s *Section) Class() event.Class                                  { panic("BUG: not written yet") }
func (s *Section) Rows() int                                           { panic("BUG: not written yet") }
func (s *Section) Span() (first, last event.Millis)                    { panic("BUG: not written yet") }
func (s *Section) Bucket(bucket int) (lo, hi int)                      { panic("BUG: not written yet") }
func (s *Section) Times(lo, hi int, dst []event.Millis) []event.Millis { panic("BUG: not written yet") }
func (s *Section) Seek(lo, hi int, t event.Millis) int                 { panic("BUG: not written yet") }
func (s *Section) Actors(lo, hi int, dst []uint32) []uint32            { panic("BUG: not written yet") }
func (s *Section) Column(property string) store.Column                 { panic("BUG: not written yet") }

// Superseded are the rows of older that newer replaces.
func Superseded(older, newer *Section, bucket int, dst []int) []int { panic("BUG: not written yet") }

// Merge streams the union of the inputs into w as one part.
func Merge(ctx context.Context, w io.Writer, inputs []*Part, from, to event.Millis) (Summary, error) {
	panic("BUG: not written yet")
}

// Damage is the value of a panic (and the error of Verify) when bytes on disk are not what was written.
type Damage struct{ What string }

func (d Damage) Error() string { return "FATAL: " + d.What }
