package query

import (
	"cmp"
	"slices"
	"sort"
	"sync"

	"jejak/analytics/store"
	"jejak/event"
)

// groupRow is a row of a section for one of its groups.
type groupRow struct {
	time  event.Millis
	row   uint32 // of the section
	actor event.Actor
}

// About what rows of groups take: while they are sorted, and then.
const (
	groupRowBytes = 16
	groupedBytes  = 16
)

// regroup divides the rows of a section that lie in the range among groups. Events of nobody come in a section of their own.
func (v *groupedSnapshot) regroup(s store.Section, sel store.Selection, rank uint32) (out []store.Section) {
	column := s.Column(v.by)
	if column == nil {
		return []store.Section{ungrouped{s}}
	}
	r := &regrouping{groupedSnapshot: v, Section: s, column: column, numbers: map[float64]event.Actor{}, found: v.foundIn(column.Dictionary())}
	if r.found == nil {
		return nil
	}
	for bucket := range event.Buckets {
		lo, hi := s.Bucket(bucket)
		if lo < hi {
			lo, hi = s.Seek(lo, hi, sel.From), s.Seek(lo, hi, sel.To)
		}
		if !r.read(bucket, lo, hi) {
			return nil
		}
	}
	for nobody, rows := range [][]groupRow{r.somebody, r.nobody} {
		if len(rows) > 0 {
			x := &groupSection{inner: s, view: v, nobody: nobody == 1, rank: rank, columns: map[string]store.Column{}}
			if !x.settle(rows) {
				return nil
			}
			out = append(out, x)
		}
	}
	v.meter.give(groupRowBytes * int64(cap(r.somebody)+cap(r.nobody)))
	return out
}

// regrouping is a section whose rows are divided.
type regrouping struct {
	*groupedSnapshot
	store.Section
	column  store.Column
	found   *foundGroups
	numbers map[float64]event.Actor

	somebody, nobody []groupRow
	actors, codes    []uint32
	floats           []float64
	times            []event.Millis
}

// read notes rows of a bucket. It is false when they are not wanted any more.
func (r *regrouping) read(bucket, lo, hi int) bool {
	dead := r.Superseded(bucket)
	for ; lo < hi; lo += batchRows {
		to := min(hi, lo+batchRows)
		if r.meter.stopped(r.ctx) != nil {
			return false
		}
		r.actors, r.codes, r.times = r.Section.Actors(lo, to, r.actors), r.column.Codes(lo, to, r.codes), r.Times(lo, to, r.times)
		if r.column.HasNumbers() {
			r.floats = r.column.Numbers(lo, to, r.floats)
		}
		for i, code := range r.codes {
			if _, gone := slices.BinarySearch(dead, lo+i); !gone {
				r.note(bucket, lo, i, code)
			}
		}
	}
	return true
}

// note notes the row for each of its groups.
func (r *regrouping) note(bucket, lo, i int, code uint32) {
	rows := &r.somebody
	if r.actors[i] == 0 {
		rows = &r.nobody
	}
	add := func(group event.Actor) {
		if group == 0 {
			group = event.MakeActor(bucket, 0)
		}
		if room(r.meter, rows, 1, groupRowBytes) {
			*rows = append(*rows, groupRow{r.times[i], uint32(lo + i), group})
		}
	}
	switch code {
	case 0:
		add(0)
	case store.NumberCode:
		add(r.number(r.floats[i]))
	default:
		r.found.each(r.groupedSnapshot, r.column.Dictionary(), code, add)
	}
}

func (r *regrouping) number(f float64) event.Actor {
	a, known := r.numbers[f]
	if !known && r.meter.take(numberBytes) {
		a = groupActor(r.group(event.NumberOf(f)))
		r.numbers[f] = a
	}
	return a
}

// ungrouped is a section in which no event has the property.
type ungrouped struct{ store.Section }

// Actors implements store.Section: nobody.
func (s ungrouped) Actors(lo, hi int, dst []uint32) []uint32 {
	dst = slices.Grow(dst[:0], hi-lo)[:hi-lo]
	clear(dst)
	return dst
}

// Persons implements personal.
func (s ungrouped) Persons(lo, hi int, dst []event.Actor) []event.Actor {
	return personsIn(s.Section, lo, hi, dst)
}

// personsIn are the persons of rows, which may lie in several buckets.
func personsIn(s store.Section, lo, hi int, dst []event.Actor) []event.Actor {
	dst = slices.Grow(dst[:0], hi-lo)[:hi-lo]
	indexes := s.Actors(lo, hi, nil)
	for bucket := range event.Buckets {
		from, to := s.Bucket(bucket)
		for i := max(from, lo); i < min(to, hi); i++ {
			dst[i-lo] = event.MakeActor(bucket, indexes[i-lo])
		}
	}
	return dst
}

// groupSection is rows of a section under their groups, sorted by bucket of the group, time, row.
type groupSection struct {
	inner  store.Section
	view   *groupedSnapshot
	nobody bool   // all are events of nobody, otherwise none is
	rank   uint32 // of events of nobody among others of an instant

	rows        []uint32 // of inner
	actors      []uint32
	times       []event.Millis
	bucket      [event.Buckets + 1]int
	first, last event.Millis

	persons, senders flat[event.Actor]
	arrivals         flat[uint32]
	mutex            sync.Mutex
	columns          map[string]store.Column
}

// settle sorts the rows. It is false when memory is used up.
func (x *groupSection) settle(rows []groupRow) bool {
	n := len(rows)
	if !x.view.meter.take(int64(n) * (groupedBytes + groupRowBytes)) {
		return false
	}
	defer x.view.meter.give(int64(n) * groupRowBytes)
	for _, r := range rows {
		x.bucket[r.actor.Bucket()+1]++
	}
	for b := range event.Buckets {
		x.bucket[b+1] += x.bucket[b]
	}
	sorted, next := make([]groupRow, n), x.bucket
	for _, r := range rows {
		sorted[next[r.actor.Bucket()]] = r
		next[r.actor.Bucket()]++
	}
	for b := range event.Buckets {
		slices.SortFunc(sorted[x.bucket[b]:x.bucket[b+1]], func(a, b groupRow) int {
			if a.time != b.time { // nearly always
				return cmp.Compare(a.time, b.time)
			}
			return cmp.Compare(a.row, b.row)
		})
	}
	x.rows, x.actors, x.times = make([]uint32, n), make([]uint32, n), make([]event.Millis, n)
	for i, r := range sorted {
		x.rows[i], x.actors[i], x.times[i] = r.row, r.actor.Index(), r.time
	}
	x.first, x.last = slices.Min(x.times), slices.Max(x.times)
	return true
}

// flat is something of all rows of the section that the rows are from, decoded when it is first needed.
type flat[T any] struct {
	once sync.Once
	all  []T
}

// of gives what stands for rows of x; decode decodes rows of the section, which cost so many bytes each. Nothing stands for any when
// decode gives nothing, or memory is used up.
func (f *flat[T]) of(x *groupSection, lo, hi int, dst []T, size int64, decode func(lo, hi int, dst []T) []T) []T {
	f.once.Do(func() {
		if n := x.inner.Rows(); x.view.meter.take(size * int64(n)) {
			f.all = decode(0, n, nil)
		}
	})
	dst = slices.Grow(dst[:0], hi-lo)[:hi-lo]
	if len(f.all) == 0 {
		clear(dst)
		return dst
	}
	for i, row := range x.rows[lo:hi] {
		dst[i] = f.all[row]
	}
	return dst
}

// Name implements store.Section, and so on.
func (x *groupSection) Name() string                     { return x.inner.Name() }
func (x *groupSection) Class() event.Class               { return x.inner.Class() }
func (x *groupSection) Rows() int                        { return len(x.rows) }
func (x *groupSection) Bucket(bucket int) (lo, hi int)   { return x.bucket[bucket], x.bucket[bucket+1] }
func (x *groupSection) Superseded(int) []int             { return nil } // those were left out
func (x *groupSection) Span() (first, last event.Millis) { return x.first, x.last }
func (x *groupSection) Actors(lo, hi int, d []uint32) []uint32 {
	return append(d[:0], x.actors[lo:hi]...)
}

func (x *groupSection) Times(lo, hi int, dst []event.Millis) []event.Millis {
	return append(dst[:0], x.times[lo:hi]...)
}

func (x *groupSection) Seek(lo, hi int, t event.Millis) int {
	return lo + sort.Search(hi-lo, func(i int) bool { return x.times[lo+i] >= t })
}

// Run implements store.Section. Arrivals alone tell the order among events of nobody.
func (x *groupSection) Run() int {
	if x.nobody {
		return 0
	}
	return x.inner.Run()
}

// Arrivals implements store.Section: among the events of a group those of one sender are compared.
func (x *groupSection) Arrivals(lo, hi int, dst []uint32) []uint32 {
	if x.nobody {
		dst = slices.Grow(dst[:0], hi-lo)[:hi-lo]
		for i := range dst {
			dst[i] = x.rank
		}
		return dst
	}
	return x.arrivals.of(x, lo, hi, dst, 4, x.inner.Arrivals)
}

// Senders implements merged.
func (x *groupSection) Senders(lo, hi int, dst []event.Actor) []event.Actor {
	decode := x.personsOf
	if m, ok := x.inner.(merged); ok {
		decode = m.Senders
	}
	return x.senders.of(x, lo, hi, dst, 4, decode)
}

// Persons implements personal.
func (x *groupSection) Persons(lo, hi int, dst []event.Actor) []event.Actor {
	return x.persons.of(x, lo, hi, dst, 4, x.personsOf)
}

func (x *groupSection) personsOf(lo, hi int, dst []event.Actor) []event.Actor {
	return personsIn(x.inner, lo, hi, dst)
}

// Column implements store.Section.
func (x *groupSection) Column(property string) store.Column {
	x.mutex.Lock()
	defer x.mutex.Unlock()
	if c, known := x.columns[property]; known {
		return c
	}
	if property == x.view.by {
		x.columns[property] = &groupColumn{x}
		return x.columns[property]
	}
	inner := x.inner.Column(property)
	if inner == nil {
		return nil
	}
	x.columns[property] = &regroupedColumn{Column: inner, section: x}
	return x.columns[property]
}

// regroupedColumn is another property of such rows.
type regroupedColumn struct {
	store.Column
	section *groupSection
	codes   flat[uint32]
	numbers flat[float64]
}

// Codes implements store.Column.
func (c *regroupedColumn) Codes(lo, hi int, dst []uint32) []uint32 {
	if hi == lo+1 { // of an event on a timeline: not worth all the others
		row := int(c.section.rows[lo])
		return c.Column.Codes(row, row+1, dst)
	}
	return c.codes.of(c.section, lo, hi, dst, 4, c.Column.Codes)
}

// Numbers implements store.Column.
func (c *regroupedColumn) Numbers(lo, hi int, dst []float64) []float64 {
	if hi == lo+1 {
		row := int(c.section.rows[lo])
		return c.Column.Numbers(row, row+1, dst)
	}
	return c.numbers.of(c.section, lo, hi, dst, 8, c.Column.Numbers)
}

// groupColumn is the property that names the groups: on each row its group.
type groupColumn struct{ section *groupSection }

// Codes implements store.Column.
func (c *groupColumn) Codes(lo, hi int, dst []uint32) []uint32 {
	dst = slices.Grow(dst[:0], hi-lo)[:hi-lo]
	c.each(lo, hi, func(i int, group uint32) { dst[i] = c.section.view.codes[group] }, func(i int) { dst[i] = 0 })
	return dst
}

// Numbers implements store.Column.
func (c *groupColumn) Numbers(lo, hi int, dst []float64) []float64 {
	dst = slices.Grow(dst[:0], hi-lo)[:hi-lo]
	c.each(lo, hi, func(i int, group uint32) {
		if dst[i] = 0; c.section.view.codes[group] == store.NumberCode {
			dst[i] = c.section.view.values[group].Number
		}
	}, func(i int) { dst[i] = 0 })
	return dst
}

func (c *groupColumn) each(lo, hi int, of func(i int, group uint32), none func(i int)) {
	x := c.section
	bucket := sort.Search(event.Buckets, func(b int) bool { return x.bucket[b+1] > lo })
	for row := lo; row < hi; row++ {
		for row >= x.bucket[bucket+1] {
			bucket++
		}
		if x.actors[row] == 0 {
			none(row - lo)
		} else {
			of(row-lo, groupNumber(event.MakeActor(bucket, x.actors[row])))
		}
	}
}

// HasNumbers implements store.Column: they may occur.
func (c *groupColumn) HasNumbers() bool {
	return len(c.section.view.words) < len(c.section.view.values)
}

// HasOthers implements store.Column: they may occur.
func (c *groupColumn) HasOthers() bool { return len(c.section.view.words) > 0 }

// Dictionary implements store.Column.
func (c *groupColumn) Dictionary() store.Dictionary { return groupWords{c.section.view} }

// groupWords are the groups that are no numbers.
type groupWords struct{ view *groupedSnapshot }

// Identity implements store.Dictionary, and so on.
func (w groupWords) Identity() any                 { return w.view }
func (w groupWords) Len() int                      { return len(w.view.words) }
func (w groupWords) Value(code uint32) event.Value { return w.view.words[code-1] }

// Values implements store.Dictionary.
func (w groupWords) Values(from, to uint32, f func(code uint32, v event.Value)) {
	for code := from; code < to; code++ {
		f(code, w.Value(code))
	}
}

// Code implements store.Dictionary.
func (w groupWords) Code(v event.Value) uint32 {
	if id, known := w.view.ids[v]; known && v.Kind != event.Number {
		return w.view.codes[id]
	}
	return 0
}
