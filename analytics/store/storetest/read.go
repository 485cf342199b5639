package storetest

import (
	"cmp"
	"math"
	"slices"

	"jejak/analytics/store"
	"jejak/event"
)

// Row is an event as a Snapshot gives it back. Insert ids cannot be read.
type Row struct {
	Name       string
	Class      event.Class
	Time       event.Millis
	Actor      event.Actor
	Properties []event.Property // sorted by name
}

// Everything selects all rows.
var Everything = store.Selection{Bots: true, From: math.MinInt64, To: math.MaxInt64}

// Read gives all rows of a snapshot that are to be counted and lie in the selection, by name, class, bucket, time and
// arrival.
func Read(s store.Snapshot, sel store.Selection) []Row {
	var all []Row
	for _, section := range s.Sections(sel) {
		properties := s.PropertyNames(section.Name())
		for bucket := range event.Buckets {
			all = append(all, readBucket(section, bucket, sel, properties)...)
		}
	}
	sortRows(all)
	return all
}

func sortRows(rows []Row) {
	slices.SortStableFunc(rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Class, b.Class),
			cmp.Compare(a.Actor.Bucket(), b.Actor.Bucket()), cmp.Compare(a.Time, b.Time))
	})
}

func readBucket(s store.Section, bucket int, sel store.Selection, properties []string) []Row {
	lo, hi := s.Bucket(bucket)
	times, actors := s.Times(lo, hi, nil), s.Actors(lo, hi, nil)
	rows := make([]Row, hi-lo)
	for i := range rows {
		rows[i] = Row{Name: s.Name(), Class: s.Class(), Time: times[i], Actor: event.MakeActor(bucket, actors[i])}
	}
	for _, name := range properties {
		if c := s.Column(name); c != nil {
			readColumn(c, name, lo, hi, rows)
		}
	}
	superseded := s.Superseded(bucket)
	var kept []Row
	for i, r := range rows {
		if r.Time >= sel.From && r.Time < sel.To && !slices.Contains(superseded, lo+i) {
			kept = append(kept, r)
		}
	}
	return kept
}

func readColumn(c store.Column, name string, lo, hi int, rows []Row) {
	codes, numbers := c.Codes(lo, hi, nil), c.Numbers(lo, hi, nil)
	for i, code := range codes {
		v := event.NumberOf(numbers[i])
		switch code {
		case 0:
			continue
		case store.NumberCode:
		default:
			v = c.Dictionary().Value(code)
		}
		rows[i].Properties = append(rows[i].Properties, event.Property{Name: name, Value: v})
	}
}
