package query

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"jejak/event"
)

// listed is a dictionary of the values of a list.
type listed []event.Value

func (d listed) Identity() any                 { return len(d) }
func (d listed) Len() int                      { return len(d) }
func (d listed) Value(code uint32) event.Value { return d[code-1] }
func (d listed) Code(v event.Value) uint32     { return uint32(slices.Index(d, v) + 1) }

func (d listed) Values(from, to uint32, f func(code uint32, v event.Value)) {
	for code := from; code < to; code++ {
		f(code, d.Value(code))
	}
}

// TestRecall: values that a vocabulary knows have their labels at once, the others and lists have none.
func TestRecall(t *testing.T) {
	for _, more := range []int{0, 1000} { // with many items places are sought, with few they are gone through
		words := newVocabulary(&meter{limit: 1 << 30})
		known := []event.Value{event.StringOf("c"), event.NumberOf(1), event.BooleanOf(true), event.ObjectOf("{}"), event.StringOf("a"), {}}
		for i := range more {
			known = append(known, event.StringOf(fmt.Sprint("item ", i)))
		}
		for _, v := range known {
			words.id(v)
		}
		d := listed{event.StringOf("a"), event.StringOf("b"), event.StringOf("c"), event.StringOf("d"),
			event.BooleanOf(false), event.BooleanOf(true), event.ListOf(`["a"]`), event.ObjectOf("{}"), event.ObjectOf(`{"a":1}`)}
		got := labelsOf(words.foundIn(d))
		if want := []uint32{0, 5, 0, 1, 0, 0, 3, 0, 4, 0}; !slices.Equal(got, want) {
			t.Errorf("with %d more items the labels are %v, not %v", more, got, want)
		}
	}
}

// TestRecallLittle: a large dictionary is not gone through for few items.
func TestRecallLittle(t *testing.T) {
	words := newVocabulary(&meter{limit: 1 << 30})
	words.id(event.StringOf("a"))
	d := listed{event.StringOf("a"), event.StringOf("b"), event.StringOf("c"), event.StringOf("d"), event.StringOf("e")}
	if got := labelsOf(words.foundIn(d)); slices.Max(got) != 0 {
		t.Errorf("the labels are %v", got)
	}
}

func labelsOf(found []atomic.Uint32) (out []uint32) {
	for i := range found {
		out = append(out, found[i].Load())
	}
	return out
}
