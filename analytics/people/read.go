package people

import (
	"slices"

	"jejak/analytics/store"
	"jejak/event"
)

// Rows calls f with each profile of a section that is not deleted: its actor and its properties, internal ones included. The
// actors of a bucket ascend inside one section of the snapshot, not over all. properties and the texts in them are good only
// during the call. It ends when f returns false. snap is one of a Shadow; reading may panic as sections do.
func Rows(snap store.Snapshot, section string, f func(a event.Actor, properties []event.Property) bool) {
	names := snap.PropertyNames(section)
	for _, s := range snap.Sections(selection(section)) {
		r := rowReader{section: s, columns: columnsOf(s, names)}
		for bucket := range event.Buckets {
			if !r.bucket(bucket, f) {
				return
			}
		}
	}
}

// Find is the profile of one actor; nil when there is none, or it was deleted.
func Find(snap store.Snapshot, section string, a event.Actor) []event.Property {
	s := selection(section)
	s.From, s.To = TimeOf(a), TimeOf(a)+1
	for _, s := range slices.Backward(snap.Sections(s)) { // the newest arrival counts
		lo, hi := s.Bucket(a.Bucket())
		if lo = s.Seek(lo, hi, TimeOf(a)); lo == hi {
			continue
		}
		if hi = s.Seek(lo, hi, TimeOf(a)+1); lo == hi {
			continue
		}
		r := rowReader{section: s, columns: columnsOf(s, snap.PropertyNames(section))}
		r.load(hi-1, hi)
		return r.row(0)
	}
	return nil
}

func selection(section string) store.Selection {
	return store.Selection{Names: []string{section}, From: 0, To: endOfTime}
}

// endOfTime is behind all rows.
const endOfTime event.Millis = 1 << 32

// column is one that a section has.
type column struct {
	name string
	store.Column
	dictionary store.Dictionary
	codes      []uint32
	numbers    []float64
}

func columnsOf(s store.Section, names []string) (all []column) {
	for _, name := range names {
		if c := s.Column(name); c != nil {
			all = append(all, column{name: name, Column: c, dictionary: c.Dictionary()})
		}
	}
	return all
}

// rowReader puts the columns of a section together to rows.
type rowReader struct {
	section    store.Section
	columns    []column
	actors     []uint32
	properties []event.Property
}

// step is how many rows are decoded at once.
const step = 1024

func (r *rowReader) bucket(bucket int, f func(event.Actor, []event.Property) bool) bool {
	lo, hi := r.section.Bucket(bucket)
	replaced := r.section.Superseded(bucket)
	for from := lo; from < hi; from += step {
		to := min(from+step, hi)
		r.load(from, to)
		for i := from; i < to; i++ {
			if len(replaced) > 0 && replaced[0] == i {
				replaced = replaced[1:]
				continue
			}
			if p := r.row(i - from); p != nil && !f(event.MakeActor(bucket, r.actors[i-from]), p) {
				return false
			}
		}
	}
	return true
}

func (r *rowReader) load(from, to int) {
	r.actors = r.section.Actors(from, to, r.actors)
	for i := range r.columns {
		c := &r.columns[i]
		c.codes = c.Codes(from, to, c.codes)
		if c.HasNumbers() {
			c.numbers = c.Numbers(from, to, c.numbers)
		}
	}
}

// row is the i-th of those loaded; nil when it is deleted.
func (r *rowReader) row(i int) []event.Property {
	r.properties = r.properties[:0]
	for n := range r.columns {
		c := &r.columns[n]
		switch code := c.codes[i]; {
		case code == 0:
		case c.name == Deleted:
			return nil
		case code == store.NumberCode:
			r.properties = append(r.properties, event.Property{Name: c.name, Value: event.NumberOf(c.numbers[i])})
		default:
			r.properties = append(r.properties, event.Property{Name: c.name, Value: c.dictionary.Value(code)})
		}
	}
	return r.properties
}
