package identify

import (
	"cmp"
	"slices"
	"sort"
	"sync"

	"jejak/analytics/store"
	"jejak/event"
)

// straySection is the rows of a section whose persons are in other buckets, in the buckets of the persons.
type straySection struct {
	of          *mergedSection
	rows        []stray // by bucket of the person, time, row
	bucket      [event.Buckets + 1]int
	times       []event.Millis
	first, last event.Millis

	arrivals lazy[[]uint32]
	mu       sync.Mutex
	columns  map[string]store.Column
}

// stray is one row.
type stray struct {
	time   event.Millis
	row    int // in the section it is from
	sender event.Actor
	person event.Actor
}

// chunk is how many rows are decoded at once.
const chunk = 4096

// findStrays looks through the rows of the selection's time range; nil when there are none.
func (v *mergedSnapshot) findStrays(s *mergedSection, sel store.Selection) *straySection {
	x := &straySection{of: s, columns: map[string]store.Column{}}
	r := rooms.Get().(*room)
	defer rooms.Put(r)
	for b := range event.Buckets {
		if !v.far[b] {
			continue
		}
		lo, hi := s.Bucket(b)
		if lo == hi {
			continue
		}
		lo, hi = s.Seek(lo, hi, sel.From), s.Seek(lo, hi, sel.To)
		for ; lo < hi; lo += chunk {
			x.look(r, b, lo, min(hi, lo+chunk))
		}
	}
	if len(x.rows) == 0 {
		return nil
	}
	x.settle()
	return x
}

// room is for what is decoded of a chunk.
type room struct {
	actors []uint32
	times  []event.Millis
}

var rooms = sync.Pool{New: func() any { return new(room) }}

// look notes the strays among rows of a bucket.
func (x *straySection) look(r *room, bucket, lo, hi int) {
	s := x.of
	persons := s.merges.persons[bucket]
	r.actors = s.Section.Actors(lo, hi, r.actors)
	first := len(x.rows)
	for i, a := range r.actors {
		if int(a) < len(persons) && persons[a] != 0 && persons[a].Bucket() != bucket {
			s.away[bucket] = append(s.away[bucket], lo+i)
			x.rows = append(x.rows, stray{row: lo + i, sender: event.MakeActor(bucket, a), person: persons[a]})
		}
	}
	found := x.rows[first:]
	if len(found) == 0 {
		return
	}
	from, to := found[0].row, found[len(found)-1].row+1
	r.times = s.Section.Times(from, to, r.times)
	replaced := s.Section.Superseded(bucket)
	kept := found[:0]
	for _, f := range found {
		if _, gone := slices.BinarySearch(replaced, f.row); !gone {
			f.time = r.times[f.row-from]
			kept = append(kept, f)
		}
	}
	x.rows = x.rows[:first+len(kept)]
}

// settle sorts the rows into the buckets of their persons.
func (x *straySection) settle() {
	for _, r := range x.rows {
		x.bucket[r.person.Bucket()+1]++
	}
	for b := range event.Buckets {
		x.bucket[b+1] += x.bucket[b]
	}
	sorted, next := make([]stray, len(x.rows)), x.bucket
	for _, r := range x.rows {
		sorted[next[r.person.Bucket()]] = r
		next[r.person.Bucket()]++
	}
	for b := range event.Buckets {
		slices.SortFunc(sorted[x.bucket[b]:x.bucket[b+1]], func(a, b stray) int {
			return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.row, b.row))
		})
	}
	x.rows, x.times = sorted, make([]event.Millis, len(sorted))
	for i, r := range sorted {
		x.times[i] = r.time
	}
	x.first, x.last = slices.Min(x.times), slices.Max(x.times)
}

// pick decodes something of rows, in their order, in chunks of the section they are from.
func pick[T any](rows []stray, decode func(lo, hi int, dst []T) []T) []T {
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(rows[a].row, rows[b].row) })
	out := make([]T, len(rows))
	var buffer []T
	for i := 0; i < len(order); {
		lo := rows[order[i]].row
		end := i
		for end < len(order) && rows[order[end]].row < lo+chunk {
			end++
		}
		hi := rows[order[end-1]].row + 1
		buffer = decode(lo, hi, buffer)
		for ; i < end; i++ {
			if len(buffer) > 0 { // nil: all are zero
				out[order[i]] = buffer[rows[order[i]].row-lo]
			}
		}
	}
	return out
}

// lazy is a value that is made when it is first asked for.
type lazy[T any] struct {
	once  sync.Once
	value T
}

func (l *lazy[T]) get(make func() T) T {
	l.once.Do(func() { l.value = make() })
	return l.value
}

// Name implements store.Section, and so on.
func (x *straySection) Name() string       { return x.of.Name() }
func (x *straySection) Class() event.Class { return x.of.Class() }
func (x *straySection) Rows() int          { return len(x.rows) }
func (x *straySection) Run() int           { return x.of.Run() }
func (x *straySection) Superseded(int) []int {
	return nil // replaced rows were not taken along
}

func (x *straySection) Span() (first, last event.Millis) {
	return x.first, x.last
}

func (x *straySection) Bucket(bucket int) (lo, hi int) { return x.bucket[bucket], x.bucket[bucket+1] }

func (x *straySection) Times(lo, hi int, dst []event.Millis) []event.Millis {
	return append(dst[:0], x.times[lo:hi]...)
}

func (x *straySection) Seek(lo, hi int, t event.Millis) int {
	return lo + sort.Search(hi-lo, func(i int) bool { return x.times[lo+i] >= t })
}

func (x *straySection) Actors(lo, hi int, dst []uint32) []uint32 {
	dst = dst[:0]
	for _, r := range x.rows[lo:hi] {
		dst = append(dst, r.person.Index())
	}
	return dst
}

// Senders are the identifiers that the events of rows came under.
func (x *straySection) Senders(lo, hi int, dst []event.Actor) []event.Actor {
	dst = dst[:0]
	for _, r := range x.rows[lo:hi] {
		dst = append(dst, r.sender)
	}
	return dst
}

func (x *straySection) Arrivals(lo, hi int, dst []uint32) []uint32 {
	all := x.arrivals.get(func() []uint32 { return pick(x.rows, x.of.Arrivals) })
	return append(dst[:0], all[lo:hi]...)
}

// Column implements store.Section.
func (x *straySection) Column(property string) store.Column {
	x.mu.Lock()
	defer x.mu.Unlock()
	if c, known := x.columns[property]; known {
		return c
	}
	inner := x.of.Column(property)
	if inner == nil {
		return nil
	}
	c := &strayColumn{Column: inner, rows: x.rows}
	x.columns[property] = c
	return c
}

// strayColumn is a column of strays. The dictionary is that of the section they are from.
type strayColumn struct {
	store.Column
	rows    []stray
	codes   lazy[[]uint32]
	numbers lazy[[]float64]
}

// Codes implements store.Column.
func (c *strayColumn) Codes(lo, hi int, dst []uint32) []uint32 {
	all := c.codes.get(func() []uint32 { return pick(c.rows, c.Column.Codes) })
	return append(dst[:0], all[lo:hi]...)
}

// Numbers implements store.Column.
func (c *strayColumn) Numbers(lo, hi int, dst []float64) []float64 {
	all := c.numbers.get(func() []float64 { return pick(c.rows, c.Column.Numbers) })
	return append(dst[:0], all[lo:hi]...)
}
