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
	mutex  sync.Mutex
	ids    map[event.Value]uint32
	items  []event.Value
	found  map[any]*foundLabels // by dictionary
	sorted *lexicon
	meter  *meter

	buckets *bucketing // what items stand for
}

func newVocabulary(m *meter) *vocabulary {
	return &vocabulary{ids: map[event.Value]uint32{}, found: map[any]*foundLabels{}, meter: m, sorted: &lexicon{}}
}

// foundLabels are, by code of a dictionary, the labels that one of the workers has looked up; 0 elsewhere, and for values with
// several items.
type foundLabels struct {
	labels []atomic.Uint32
	recall sync.Once
}

// foundIn is the labels of a dictionary that all workers share; nil when memory is short, for it only saves time.
func (v *vocabulary) foundIn(d store.Dictionary) []atomic.Uint32 {
	f, known := v.foundFor(d)
	f.recall.Do(func() { known.recall(d, f.labels) })
	return f.labels
}

// foundFor is what was found in a dictionary, and the items to look for before all others.
func (v *vocabulary) foundFor(d store.Dictionary) (*foundLabels, *lexicon) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	key, n := d.Identity(), d.Len()+1
	f := v.found[key]
	if f == nil {
		f = &foundLabels{}
		v.found[key] = f
		if v.meter.leaves(int64(n)*4) && v.meter.take(int64(n)*4) {
			f.labels = make([]atomic.Uint32, n)
		}
	}
	return f, v.sort()
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
	shared []atomic.Uint32 // of the vocabulary; may be shorter
	own    []label         // where shared has none; may be shorter
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
	shared := table.shared
	for i, row := range rows {
		code := codes[row]
		if code == store.NumberCode {
			out[i] = r.number(b.numbers(r.property)[row])
			continue
		}
		l := label(0)
		if int(code) < len(shared) {
			l = shared[code].Load()
		}
		if l == 0 {
			if l = r.find(table, dictionary, code); l == 0 {
				return out[:0]
			}
		}
		out[i] = l
	}
	return out
}

func (r *reader) table(d store.Dictionary) *labelTable {
	key := d.Identity()
	t := r.tables[key]
	if t == nil {
		t = &labelTable{shared: r.words.foundIn(d)}
		r.tables[key] = t
	}
	return t
}

// find looks a value up: for all workers when it is one item, lists are each worker's own. It is 0 when there is no memory.
func (r *reader) find(t *labelTable, d store.Dictionary, code uint32) label {
	if int(code) < len(t.own) && t.own[code] != 0 {
		return t.own[code]
	}
	l := r.look(d, code)
	if l&several == 0 && int(code) < len(t.shared) {
		t.shared[code].Store(l)
		return l
	}
	if !grow(r.words.meter, &t.own, d.Len()+1, 4) { // that of a computed property grows
		return 0
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

func (r *reader) look(d store.Dictionary, code uint32) (l label) {
	if code == 0 {
		return r.notSet()
	}
	d.Values(code, code+1, func(_ uint32, v event.Value) { l = r.labelOf(v) })
	return l
}

func (r *reader) labelOf(v event.Value) label {
	items := r.words.buckets.itemsOf(v)
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
