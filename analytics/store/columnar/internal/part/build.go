package part

import (
	"bytes"
	"cmp"
	"slices"

	"jejak/analytics/store"
	"jejak/event"
)

// Build encodes events given in order of arrival. Of those with the same key the last one stays. It keeps nothing of
// events.
func Build(events []event.Event, k Key) []byte {
	b := &builder{events: events, names: map[string]uint32{}, properties: map[string]uint32{}}
	b.gather(k)
	b.sort()
	var out bytes.Buffer
	w := newWriter(&out)
	b.writeDictionaries(w)
	b.writeSections(w)
	if err := w.finish(); err != nil {
		panic("BUG: memory does not take bytes: " + err.Error())
	}
	return out.Bytes()
}

type builder struct {
	events     []event.Event
	names      map[string]uint32 // to the order of first arrival
	properties map[string]uint32
	columns    []buildColumn // by the order of first arrival
	rows       []buildRow
}

// buildRow is an event to be sorted.
type buildRow struct {
	place uint32 // of its section and bucket
	at    uint32 // in events
	time  event.Millis
	id    hash
}

// buildColumn is the values of one property in order of arrival.
type buildColumn struct {
	name    string
	codes   map[event.Value]uint32 // from 1
	values  []event.Value          // of the codes
	at      []uint32               // events that have the property
	code    []uint32               // their codes, or NumberCode
	numbers []float64
	order   []uint32 // code by order of first arrival to code in the dictionary
}

// gather goes through the events once.
func (b *builder) gather(k Key) {
	var buf []byte
	b.rows = make([]buildRow, len(b.events))
	for i := range b.events {
		e := &b.events[i]
		if _, ok := b.names[e.Name]; !ok {
			b.names[e.Name] = 0
		}
		buf = slices.Grow(buf, len(k)+len(e.InsertID))
		b.rows[i] = buildRow{at: uint32(i), time: e.Time, id: k.hashOf(e.InsertID, buf)}
		for j := range e.Properties {
			b.add(uint32(i), &e.Properties[j])
		}
	}
}

func (b *builder) add(at uint32, p *event.Property) {
	if p.Value.Kind == event.None {
		return
	}
	id, ok := b.properties[p.Name]
	if !ok {
		id = uint32(len(b.columns))
		b.properties[p.Name] = id
		b.columns = append(b.columns, buildColumn{name: p.Name, codes: map[event.Value]uint32{}})
	}
	c := &b.columns[id]
	c.at = append(c.at, at)
	if p.Value.Kind == event.Number {
		c.code, c.numbers = append(c.code, store.NumberCode), append(c.numbers, p.Value.Number)
		return
	}
	code, ok := c.codes[p.Value]
	if !ok {
		c.values = append(c.values, p.Value)
		code = uint32(len(c.values))
		c.codes[p.Value] = code
	}
	c.code, c.numbers = append(c.code, code), append(c.numbers, 0)
}

// sort puts the rows in their order and takes duplicates out.
func (b *builder) sort() {
	sorted := make([]string, 0, len(b.names))
	for name := range b.names {
		sorted = append(sorted, name)
	}
	slices.Sort(sorted)
	for i, name := range sorted {
		b.names[name] = uint32(i)
	}
	for i := range b.rows {
		b.rows[i].place = b.names[b.events[i].Name]<<event.BucketBits | uint32(b.events[i].Actor.Bucket())
	}
	slices.SortFunc(b.rows, func(x, y buildRow) int {
		return cmp.Or(cmp.Compare(x.place, y.place), cmp.Compare(x.time, y.time), cmp.Compare(x.at, y.at))
	})
	b.rows = b.unique(b.rows)
	slices.SortStableFunc(b.rows, func(x, y buildRow) int {
		return cmp.Or(
			cmp.Compare(x.place>>event.BucketBits, y.place>>event.BucketBits),
			cmp.Compare(b.events[x.at].Class, b.events[y.at].Class),
			cmp.Compare(x.place, y.place),
		)
	})
}

// unique drops each row that a later one of the same place, time, actor and insert id replaces.
func (b *builder) unique(rows []buildRow) []buildRow {
	type key struct {
		actor event.Actor
		id    hash
	}
	seen := map[key]bool{}
	kept := rows[:0]
	for from := 0; from < len(rows); {
		to := from + 1
		for to < len(rows) && rows[to].place == rows[from].place && rows[to].time == rows[from].time {
			to++
		}
		if to-from == 1 {
			kept = append(kept, rows[from])
			from = to
			continue
		}
		clear(seen)
		group := rows[from:to]
		first := to
		for i := len(group) - 1; i >= 0; i-- {
			k := key{b.events[group[i].at].Actor, group[i].id}
			if group[i].id != (hash{}) && seen[k] {
				continue
			}
			seen[k] = true
			first--
			rows[first] = group[i]
		}
		kept = append(kept, rows[first:to]...)
		from = to
	}
	return kept
}

// writeDictionaries writes the properties by name and numbers them so.
func (b *builder) writeDictionaries(w *writer) {
	slices.SortFunc(b.columns, func(x, y buildColumn) int { return cmp.Compare(x.name, y.name) })
	for i := range b.columns {
		c := &b.columns[i]
		order := make([]uint32, len(c.values))
		for i := range order {
			order[i] = uint32(i)
		}
		slices.SortFunc(order, func(x, y uint32) int { return compareValues(&c.values[x], &c.values[y]) })
		c.order = make([]uint32, len(order)+1)
		for code, at := range order {
			c.order[at+1] = uint32(code + 1)
			v := &c.values[at]
			w.addValue(kindPlace(v.Kind), valueText(v))
		}
		w.endProperty(c.name)
	}
}

func compareValues(x, y *event.Value) int {
	return cmp.Or(cmp.Compare(kindPlace(x.Kind), kindPlace(y.Kind)), cmp.Compare(x.Number, y.Number), cmp.Compare(x.Text, y.Text))
}

// kindPlace is the place of a kind in kindOf.
func kindPlace(k event.Kind) uint8 {
	switch k {
	case event.String:
		return 0
	case event.Boolean:
		return 1
	case event.List:
		return 2
	default:
		return 3
	}
}

// valueText is what a dictionary keeps.
func valueText(v *event.Value) []byte {
	if v.Kind != event.Boolean {
		return []byte(v.Text)
	}
	if v.Bool() {
		return []byte("t")
	}
	return []byte("f")
}

func (b *builder) writeSections(w *writer) {
	n := len(b.events)
	codes, numbers := make([]uint32, n), make([]float64, n)
	placeOf := make([]int32, n) // of an event among the rows, or -1
	for i := range placeOf {
		placeOf[i] = -1
	}
	for i := range b.rows {
		placeOf[b.rows[i].at] = int32(i)
	}
	type cell struct {
		property uint32
		code     uint32
		number   float64
	}
	cells := make([][]cell, len(b.rows))
	for p := range b.columns {
		c := &b.columns[p]
		for i, at := range c.at {
			if placeOf[at] < 0 {
				continue
			}
			code := c.code[i]
			if code != store.NumberCode {
				code = c.order[code]
			}
			cells[placeOf[at]] = append(cells[placeOf[at]], cell{uint32(p), code, c.numbers[i]})
		}
	}
	for from := 0; from < len(b.rows); {
		to := from + 1
		for to < len(b.rows) && b.sameSection(from, to) {
			to++
		}
		b.writeRows(w, b.rows[from:to])
		seen := map[uint32]bool{}
		for _, row := range cells[from:to] {
			for _, c := range row {
				seen[c.property] = true
			}
		}
		for p := range b.columns {
			if !seen[uint32(p)] {
				continue
			}
			clear(codes)
			clear(numbers)
			for i, row := range cells[from:to] {
				for _, c := range row {
					if c.property == uint32(p) {
						codes[i], numbers[i] = c.code, c.number
					}
				}
			}
			w.putColumn(uint32(p), codes[:to-from], numbers[:to-from])
		}
		e := &b.events[b.rows[from].at]
		w.endSection(e.Name, e.Class)
		from = to
	}
}

func (b *builder) sameSection(i, j int) bool {
	x, y := &b.events[b.rows[i].at], &b.events[b.rows[j].at]
	return b.rows[i].place>>event.BucketBits == b.rows[j].place>>event.BucketBits && x.Class == y.Class
}

// writeRows writes what each row of a section has.
func (b *builder) writeRows(w *writer, rows []buildRow) {
	var s stripe
	for i := range rows {
		a := b.events[rows[i].at].Actor
		s.times = append(s.times, rows[i].time)
		s.actors = append(s.actors, a.Index())
		s.ids = append(s.ids, rows[i].id)
		s.buckets = append(s.buckets, uint8(a.Bucket()))
	}
	w.putRows(s)
}
