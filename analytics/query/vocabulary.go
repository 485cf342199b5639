package query

import (
	"strings"
	"sync"
	"sync/atomic"

	"jejak/analytics/store"
	"jejak/event"
)

// vocabulary numbers the items of one property from 0, across the dictionaries of all parts. Many goroutines use it at
// once.
type vocabulary struct {
	mutex sync.Mutex
	ids   map[event.Value]uint32
	items []event.Value
	found map[any][]atomic.Uint32 // by dictionary and code, the labels that one of the workers has looked up; 0 elsewhere
	meter *meter

	buckets *bucketing // what items stand for
}

func newVocabulary(m *meter) *vocabulary {
	return &vocabulary{ids: map[event.Value]uint32{}, found: map[any][]atomic.Uint32{}, meter: m}
}

// foundIn is the labels of a dictionary that all workers share; nil when memory is short, for it only saves time.
func (v *vocabulary) foundIn(d store.Dictionary) []atomic.Uint32 {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	key, n := d.Identity(), d.Len()+1
	shared := v.found[key]
	if shared == nil && v.meter.leaves(int64(n)*4) && v.meter.take(int64(n)*4) {
		shared = make([]atomic.Uint32, n)
		v.found[key] = shared
	}
	return shared
}

// About what an item costs beside its text, and what a number costs each worker.
const (
	itemBytes   = 120
	numberBytes = 40
)

// id is the number of an item; any number once the memory is used up.
func (v *vocabulary) id(item event.Value) uint32 {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	if id, known := v.ids[item]; known {
		return id
	}
	if !v.meter.take(itemBytes + int64(len(item.Text))) {
		return 0
	}
	item.Text = strings.Clone(item.Text) // the store's memory ends with the snapshot
	id := uint32(len(v.items))
	v.ids[item] = id
	v.items = append(v.items, item)
	return id
}

// item is the item of a number.
func (v *vocabulary) item(id uint32) event.Value { return v.items[id] }

// label stands for a value of one property: the number of its item plus one, or with the bit several a place in reader.lists.
// 0 is a value that was not looked at yet.
type label = uint32

const several label = 1 << 31

// reader turns rows into labels. Each worker has its own. A value is looked up once per dictionary, or, when it has several
// items, once per dictionary and worker.
type reader struct {
	property int
	words    *vocabulary
	tables   map[any]*labelTable // by dictionary
	numbers  map[float64]label
	lists    [][]uint32 // items of values that have several
	none     label
	buffer   []label
	ofBucket []label // of the vocabulary's buckets, in their order
}

// labelTable is the labels of one dictionary, by code.
type labelTable struct {
	own    []label
	shared []atomic.Uint32 // of the vocabulary; may be shorter
}

func newReader(property int, words *vocabulary) *reader {
	return &reader{
		property: property, words: words,
		tables: map[any]*labelTable{}, numbers: map[float64]label{},
		buffer: make([]label, batchRows),
	}
}

// labels are those of the rows, in their order. They are good until the next call.
func (r *reader) labels(b *batch, rows []int32) []label {
	out := r.buffer[:len(rows)]
	column := b.columns[r.property]
	if column == nil {
		none := r.notSet()
		for i := range out {
			out[i] = none
		}
		return out
	}
	codes, dictionary := b.codes(r.property), column.Dictionary()
	table := r.table(dictionary)
	if table == nil {
		return out[:0]
	}
	for i, row := range rows {
		code := codes[row]
		if code == store.NumberCode {
			out[i] = r.number(b.numbers(r.property)[row])
			continue
		}
		l := table.own[code]
		if l == 0 {
			l = r.find(table, dictionary, code)
		}
		out[i] = l
	}
	return out
}

// table is that of a dictionary; nil when there is no memory for it.
func (r *reader) table(d store.Dictionary) *labelTable {
	key := d.Identity()
	t := r.tables[key]
	if t == nil {
		t = &labelTable{shared: r.words.foundIn(d)}
	}
	if len(t.own) <= d.Len() { // that of a computed property grows
		if !grow(r.words.meter, &t.own, d.Len()+1, 4) {
			return nil
		}
		r.tables[key] = t
	}
	return t
}

// find takes a label from the other workers, or looks it up for all.
func (r *reader) find(t *labelTable, d store.Dictionary, code uint32) (l label) {
	isShared := int(code) < len(t.shared)
	if isShared {
		l = t.shared[code].Load()
	}
	if l == 0 {
		l = r.look(d, code)
		if isShared && l&several == 0 { // lists are each worker's own
			t.shared[code].Store(l)
		}
	}
	t.own[code] = l
	return l
}

func (r *reader) notSet() label {
	if r.none == 0 {
		r.none = r.words.id(event.Value{}) + 1
	}
	return r.none
}

func (r *reader) number(f float64) label {
	if r.words.buckets != nil {
		return r.bucket(r.words.buckets.of(f))
	}
	l, known := r.numbers[f]
	if !known && r.words.meter.take(numberBytes) {
		l = r.words.id(event.NumberOf(f)) + 1
		r.numbers[f] = l
	}
	return l
}

// bucket is the label of a bucket of numbers.
func (r *reader) bucket(i int) label {
	if r.ofBucket == nil {
		r.ofBucket = make([]label, len(r.words.buckets.items))
	}
	if r.ofBucket[i] == 0 {
		r.ofBucket[i] = r.words.id(r.words.buckets.items[i]) + 1
	}
	return r.ofBucket[i]
}

func (r *reader) look(d store.Dictionary, code uint32) label {
	if code == 0 {
		return r.notSet()
	}
	items := r.words.buckets.itemsOf(d.Value(code))
	if len(items) == 1 {
		return r.words.id(items[0]) + 1
	}
	ids := make([]uint32, len(items))
	for i, item := range items {
		ids[i] = r.words.id(item)
	}
	r.lists = append(r.lists, ids)
	return label(len(r.lists)-1) | several
}

// ids are the numbers of a label's items; one is room for a single one.
func (r *reader) ids(l label, one *[1]uint32) []uint32 {
	if l&several != 0 {
		return r.lists[l&^several]
	}
	one[0] = l - 1
	return one[:]
}
