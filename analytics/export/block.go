package export

import (
	"jejak/analytics/store"
	"jejak/event"
)

// table is the shape of what is exported: the columns that all rows of its content have, and those of properties.
type table struct {
	content Content
	group   bool // profiles are those of groups
	columns []column
}

// column is a property, or a column of an answer.
type column struct {
	name  string // as it is in the file
	store string // as the store has it
	kinds kinds
}

// kinds are what a column holds in the rows that may be exported.
type kinds struct{ numbers, booleans, texts bool }

// block is some rows, column by column.
type block struct {
	rows     int
	reader   int // who read it, and how many rows they had read before: with the mark that names a row
	first    uint64
	event    string // of all its rows, as it is in the file
	class    event.Class
	times    []event.Millis
	persons  [][]byte // pseudonyms; empty for nobody
	invented int      // rows of invented people among them
	cells    []cells  // of the columns that have any, ascending
}

// cells are a column's values in a block.
type cells struct {
	column  int
	codes   []uint32 // 0 is not set, store.NumberCode a number, others are the dictionary's
	numbers []float64
	words   words
}

// words are what codes stand for.
type words struct {
	id         uint32 // equal for equal dictionaries; 0: nothing is remembered of it
	dictionary store.Dictionary
	list       []event.Value // instead of a dictionary
}

func (w words) value(code uint32) event.Value {
	if w.dictionary == nil {
		return w.list[code-1]
	}
	return w.dictionary.Value(code)
}
