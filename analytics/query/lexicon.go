package query

import (
	"slices"
	"sort"
	"sync/atomic"

	"jejak/analytics/store"
	"jejak/event"
)

// lexicon is the items of a vocabulary at some time, in the order of dictionaries. Nobody changes it.
type lexicon struct {
	items []event.Value
	ids   []uint32
}

// sort is a lexicon of nearly all items; v.mutex must be held. There is none for buckets, which are not in dictionaries, nor
// when memory is short, nor of so many items that sorting costs more than it saves.
func (v *vocabulary) sort() *lexicon {
	have, n := len(v.sorted.ids), len(v.items)
	more := int64(n-have) * lexiconBytes
	if n <= have+have/4 || n > maxLexicon || v.buckets != nil || !v.meter.leaves(more) || !v.meter.take(more) {
		return v.sorted
	}
	x := &lexicon{ids: make([]uint32, n), items: make([]event.Value, n)}
	for i := range x.ids {
		x.ids[i] = uint32(i)
	}
	slices.SortFunc(x.ids, func(a, b uint32) int { return compareItems(v.items[a], v.items[b]) })
	for i, id := range x.ids {
		x.items[i] = v.items[id]
	}
	v.sorted = x
	return x
}

const (
	lexiconBytes = 44
	maxLexicon   = 1 << 16
)

// recall labels those values of a dictionary that are known, going through both in their order. Values that come out of order
// may be missed. A dictionary much larger than what is known is left alone: few of its values will be asked for.
func (x *lexicon) recall(d store.Dictionary, labels []atomic.Uint32) {
	n := d.Len()
	if n >= len(labels) || n > 4*len(x.ids) {
		return
	}
	far, at := n*16 < len(x.ids), 0
	d.Values(1, uint32(n)+1, func(code uint32, v event.Value) {
		if v.Kind == event.List {
			return // several items
		}
		if at = x.seek(at, v, far); at < len(x.ids) && x.items[at] == v {
			labels[code].Store(x.ids[at] + 1)
		}
	})
}

// seek is the first place from at on whose item is not before v; far means that it is likely to be many places away.
func (x *lexicon) seek(at int, v event.Value, far bool) int {
	if far {
		return at + sort.Search(len(x.items)-at, func(i int) bool { return compareItems(x.items[at+i], v) >= 0 })
	}
	for at < len(x.items) && compareItems(x.items[at], v) < 0 {
		at++
	}
	return at
}
