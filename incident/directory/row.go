package directory

import (
	"bytes"

	"jejak/exposure"
)

// Value is a value of a row that may say whose the row is. It is valid during the call only.
type Value struct {
	Hint Hint
	Text []byte
}

// Found is whom a value of a row names. Organised: an organisation, else a person.
type Found struct {
	At int // which value of the row
	Match
	Organised bool
}

// Row appends whom the values of one row name to found: each value for itself; an ID that several people have with the organisation
// of the row; and where nothing else names anybody, the name with organisation or city.
func (m *Matcher) Row(row []Value, found []Found) []Found {
	from := len(found)
	for i, v := range row {
		if v.Hint == Name || v.Hint == City {
			continue
		}
		if j := seen(row, i); j >= 0 {
			found = again(found, from, j, i)
			continue
		}
		found = m.value(i, v, found)
	}
	return m.together(row, found, from)
}

// seen is an earlier value that is the same; -1: none.
func seen(row []Value, i int) int {
	for j, v := range row[:i] {
		if v.Hint == row[i].Hint && bytes.Equal(v.Text, row[i].Text) {
			return j
		}
	}
	return -1
}

// again says of value i what was found for value j.
func again(found []Found, from, j, i int) []Found {
	for _, f := range found[from:] {
		if f.At == j {
			f.At = i
			found = append(found, f)
		}
	}
	return found
}

func (m *Matcher) value(i int, v Value, found []Found) []Found {
	if v.Hint != OrganisationID {
		if x, ok := m.Person(v.Hint, v.Text); ok {
			return append(found, Found{At: i, Match: x})
		}
	}
	text := trim(v.Text)
	if v.Hint == Address || len(text) == 0 || len(text) > maxValue {
		return found
	}
	x, ok := m.organised(byOrganisation, text, ByOrganisationID)
	if !ok && v.Hint == OrganisationID {
		x, ok = m.organised(byBrokenOrganisation, m.forms.id(text), ByBrokenOrganisationID)
	}
	if ok {
		found = append(found, Found{At: i, Match: x, Organised: true})
	}
	return found
}

// together looks at what values say together that none says alone.
func (m *Matcher) together(row []Value, found []Found, from int) []Found {
	told := false
	for i := from; i < len(found); i++ {
		f := &found[i]
		if f.Organised {
			continue
		}
		if f.Several && f.How == ByUserID {
			m.pair(row, found[from:], f)
		}
		told = told || f.Tier < exposure.Weak
	}
	if told {
		return found
	}
	return m.named(row, found, from)
}

// pair makes one person of several with the same ID, by an organisation that the row names.
func (m *Matcher) pair(row []Value, found []Found, f *Found) {
	for _, o := range found {
		if !o.Organised || o.Several {
			continue
		}
		h := m.keyed.both(byPair, m.keyed.of(byUser, trim(row[f.At].Text)), uint64(o.Organisation))
		if x, ok := m.found(byPair, h, ByPair); ok {
			f.Match = x
			return
		}
	}
}

// named looks for the row's name with its organisation or city.
func (m *Matcher) named(row []Value, found []Found, from int) []Found {
	at := -1
	var name, city, organisation []byte
	for i, v := range row {
		switch {
		case v.Hint == Name && at < 0:
			at, name = i, v.Text
		case v.Hint == City && city == nil:
			city = v.Text
		}
	}
	if at < 0 {
		return found
	}
	for _, f := range found[from:] {
		if f.Organised && !f.Several {
			organisation = row[f.At].Text
		}
	}
	if x, ok := m.Named(name, organisation, city); ok {
		found = append(found, Found{At: at, Match: x})
	}
	return found
}
