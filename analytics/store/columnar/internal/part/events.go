package part

import (
	"fmt"
	"iter"
	"strings"

	"jejak/analytics/store"
	"jejak/event"
)

// Events yields all events in the order of the part. InsertID is the hash of the insert id in hexadecimal: the id
// itself is not kept. Properties are sorted by name.
func (p *Part) Events() iter.Seq[event.Event] {
	return func(yield func(event.Event) bool) {
		for i := range p.sections {
			if !p.sections[i].events(yield) {
				return
			}
		}
	}
}

func (s *Section) events(yield func(event.Event) bool) bool {
	for bucket := range event.Buckets {
		lo, hi := s.Bucket(bucket)
		for ; lo < hi; lo += min(blockRows/4, hi-lo) {
			for _, e := range s.decodeEvents(bucket, lo, min(hi, lo+blockRows/4)) {
				if !yield(e) {
					return false
				}
			}
		}
	}
	return true
}

// decodeEvents makes events of the rows lo <= row < hi of one bucket.
func (s *Section) decodeEvents(bucket, lo, hi int) []event.Event {
	events := make([]event.Event, hi-lo)
	times, actors, ids := s.Times(lo, hi, nil), s.Actors(lo, hi, nil), s.ids(lo, hi, nil)
	name := s.Name()
	for i := range events {
		events[i] = event.Event{Name: name, Time: times[i], Class: s.class, Actor: event.MakeActor(bucket, actors[i])}
		if ids[i] != 0 {
			events[i].InsertID = fmt.Sprintf("%016x", uint64(ids[i]))
		}
	}
	for i := range s.columns {
		(&column{s, s.columnRow(int(i))}).addTo(events, lo, hi)
	}
	return events
}

// addTo gives the events of the rows lo <= row < hi the property.
func (c *column) addTo(events []event.Event, lo, hi int) {
	name := string(c.section.part.properties.at(int(c.property)))
	d := &c.section.part.dictionaries[c.property]
	codes, numbers := c.Codes(lo, hi, nil), c.Numbers(lo, hi, nil)
	for i, code := range codes {
		v := event.Value{Kind: event.Number, Number: numbers[i]}
		switch code {
		case 0:
			continue
		case store.NumberCode:
		default:
			v = d.value(code)
			v.Text = strings.Clone(v.Text)
		}
		events[i].Properties = append(events[i].Properties, event.Property{Name: name, Value: v})
	}
}
