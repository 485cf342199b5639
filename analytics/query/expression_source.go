package query

import "jejak/analytics/store"

// source is a property that an expression reads, in the rows of the batch.
type source struct {
	property   int
	again      bool // values are read more than once
	meter      *meter
	codes      []uint32
	numbers    []float64 // nil: none of them is a number
	dictionary store.Dictionary
	identity   any
	length     int
	terms      map[any][]*term // by dictionary, by code: lists are taken apart once
	table      []*term
}

// nowhere are the codes of a property that no row has.
var nowhere [batchRows]uint32

func (s *source) open(b *batch) {
	column := b.columns[s.property]
	s.numbers = nil
	if column == nil {
		s.codes, s.dictionary, s.identity, s.length, s.table = nowhere[:b.len()], nil, nil, 0, nil
		return
	}
	s.codes = b.codes(s.property)
	if column.HasNumbers() {
		s.numbers = b.numbers(s.property)
	}
	s.dictionary = column.Dictionary()
	if identity := s.dictionary.Identity(); identity != s.identity {
		s.identity, s.length = identity, s.dictionary.Len()
		s.table = nil
		if s.again {
			s.table = s.tableOf(identity)
		}
	}
}

func (s *source) tableOf(identity any) []*term {
	table := s.terms[identity]
	if table == nil && s.meter.take(8*int64(s.length+1)+dictionaryKey) {
		table = make([]*term, s.length+1)
		s.terms[identity] = table
	}
	return table
}

func (s *source) number(row int) float64 {
	if s.numbers == nil {
		return 0
	}
	return s.numbers[row]
}

// read is the value of a row.
func (s *source) read(row int) term {
	code := s.codes[row]
	switch {
	case code == 0:
		return term{}
	case code == store.NumberCode:
		return numberTerm(s.numbers[row])
	case !s.again:
		return termOf(s.dictionary.Value(code))
	case s.table == nil: // no memory: the question ends
		return term{}
	case s.table[code] != nil:
		return *s.table[code]
	}
	t := termOf(s.dictionary.Value(code))
	if s.meter.leaves(termBytes * int64(1+t.size)) {
		s.meter.take(termBytes * int64(1+t.size))
		s.table[code] = &t
	}
	return t
}
