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
	for _, r := range read(s, sel) {
		all = append(all, r.Row)
	}
	sortRows(all)
	return all
}

// Timelines gives all events of people that are to be counted, by person, each person's in the order that the contract
// defines. Nobody's are not among them.
func Timelines(s store.Snapshot) []Row {
	placed := slices.DeleteFunc(read(s, Everything), func(r placedRow) bool { return r.Actor.Index() == 0 })
	slices.SortStableFunc(placed, func(a, b placedRow) int {
		return cmp.Or(cmp.Compare(a.Actor, b.Actor), cmp.Compare(a.Time, b.Time), cmp.Compare(a.run, b.run),
			cmp.Compare(a.arrival, b.arrival), cmp.Compare(a.row, b.row))
	})
	rows := make([]Row, len(placed))
	for i, r := range placed {
		rows[i] = r.Row
	}
	return rows
}

// placedRow is a row and what tells its order.
type placedRow struct {
	Row
	run, row int
	arrival  uint32
}

func read(s store.Snapshot, sel store.Selection) []placedRow {
	var all []placedRow
	for _, section := range s.Sections(sel) {
		properties := s.PropertyNames(section.Name())
		for bucket := range event.Buckets {
			all = append(all, readBucket(section, bucket, sel, properties)...)
		}
	}
	return all
}

func sortRows(rows []Row) {
	slices.SortStableFunc(rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Class, b.Class),
			cmp.Compare(a.Actor.Bucket(), b.Actor.Bucket()), cmp.Compare(a.Time, b.Time))
	})
}

func readBucket(s store.Section, bucket int, sel store.Selection, properties []string) []placedRow {
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
	superseded, arrivals := s.Superseded(bucket), s.Arrivals(lo, hi, nil)
	var kept []placedRow
	for i, r := range rows {
		if r.Time >= sel.From && r.Time < sel.To && !slices.Contains(superseded, lo+i) {
			p := placedRow{Row: r, run: s.Run(), row: lo + i}
			if arrivals != nil {
				p.arrival = arrivals[i]
			}
			kept = append(kept, p)
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
