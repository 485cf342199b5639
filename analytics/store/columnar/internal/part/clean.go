package part

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"jejak/analytics/store"
	"jejak/event"
)

// Cleaning is what a Cleaner changes in one part.
type Cleaning struct {
	Changes event.Changes // by rows

	part       *Part
	names      map[string]string // of events, those that change
	properties []cleanProperty   // by their place in the part
}

// cleanProperty is what changes of one property.
type cleanProperty struct {
	name    string // as it will be
	codes   map[uint32]*cleanValue
	numbers map[float64]*cleanValue
}

// cleanValue is what stands in the place of a value.
type cleanValue struct {
	whose event.Actor
	rows  uint64
	value event.Value
	code  uint32 // of value in the output, when it has one there
}

// Clean asks the cleaner about everything in the part: names, values of dictionaries, numbers. It is nil when nothing changes. It
// needs memory for the values that change. Damage panics.
func (p *Part) Clean(ctx context.Context, c store.Cleaner) (*Cleaning, error) {
	x := &Cleaning{part: p, names: map[string]string{}, properties: make([]cleanProperty, p.properties.len())}
	any := false
	for i := range p.names.len() {
		name := string(p.names.at(i))
		if as := c.Name(name); as != name {
			x.names[name], any = as, true
		}
	}
	for i := range x.properties {
		name := string(p.properties.at(i))
		x.properties[i] = cleanProperty{name: c.Name(name), codes: map[uint32]*cleanValue{}, numbers: map[float64]*cleanValue{}}
		any = any || x.properties[i].name != name
	}
	for i := range x.properties {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		changes, err := x.property(uint32(i), c)
		if err != nil {
			return nil, err
		}
		any = any || changes
	}
	if !any {
		return nil, nil
	}
	return x, nil
}

// property finds what changes of a property, and who has it.
func (x *Cleaning) property(id uint32, c store.Cleaner) (changes bool, err error) {
	name, own := string(x.part.properties.at(int(id))), &x.properties[id]
	d := &x.part.dictionaries[id]
	d.Values(1, uint32(d.Len())+1, func(code uint32, v event.Value) {
		if c.Touches(name, v) {
			own.codes[code] = &cleanValue{}
		}
	})
	for i := range x.part.sections {
		if column := x.part.sections[i].column(id); column != nil {
			own.meet(column, name, c)
		}
	}
	for code, v := range own.codes {
		if err := x.decide(c, name, d.Value(code), v); err != nil {
			return false, err
		}
	}
	for n, v := range own.numbers {
		if err := x.decide(c, name, event.NumberOf(n), v); err != nil {
			return false, err
		}
	}
	return len(own.codes)+len(own.numbers) > 0, nil
}

func (x *Cleaning) decide(c store.Cleaner, property string, old event.Value, v *cleanValue) (err error) {
	var changes []event.Change
	v.value, changes, err = c.Clean(property, old, v.whose)
	for _, change := range changes {
		x.Changes.Add(change, v.rows)
	}
	return err
}

// meet goes through the rows of a column: who has the values that change, and which numbers do.
func (p *cleanProperty) meet(column *column, name string, c store.Cleaner) {
	if len(p.codes) == 0 && !column.HasNumbers() {
		return
	}
	s := column.section
	var codes, actors []uint32
	var numbers []float64
	for bucket := range event.Buckets {
		for lo, hi := s.Bucket(bucket); lo < hi; lo += blockRows {
			to := min(hi, lo+blockRows)
			codes, actors = column.Codes(lo, to, codes), s.Actors(lo, to, actors)
			if column.HasNumbers() {
				numbers = column.Numbers(lo, to, numbers)
			}
			for i, code := range codes {
				var v *cleanValue
				if code == store.NumberCode {
					v = p.number(numbers[i], name, c)
				} else if len(p.codes) > 0 {
					v = p.codes[code]
				}
				v.seen(event.MakeActor(bucket, actors[i]))
			}
		}
	}
}

func (p *cleanProperty) number(n float64, name string, c store.Cleaner) *cleanValue {
	v := p.numbers[n]
	if v == nil && c.Touches(name, event.NumberOf(n)) {
		v = &cleanValue{}
		p.numbers[n] = v
	}
	return v
}

// seen counts a row: the first somebody is whose it is.
func (v *cleanValue) seen(a event.Actor) {
	if v == nil {
		return
	}
	v.rows++
	if v.whose.Index() == 0 {
		v.whose = a
	}
}

// The methods of a nil Cleaning change nothing.

// event is an event's name in the output.
func (x *Cleaning) event(name string) string {
	if x != nil {
		if as, changed := x.names[name]; changed {
			return as
		}
	}
	return name
}

// named is the property's name in the output.
func (x *Cleaning) named(p *Part, at int) string {
	if x != nil {
		return x.properties[at].name
	}
	return text(p.properties.at(at))
}

// order is that of the section's columns in the output, when it is not the one they stand in.
func (x *Cleaning) order(s *Section, ids []uint32) []int {
	if x == nil {
		return nil
	}
	order := make([]int, s.columns)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(ids[s.columnRow(a).property], ids[s.columnRow(b).property])
	})
	return order
}

// added are the values of a property of the part that stand in the place of others, ascending. Their codes are taken out of used.
func (x *Cleaning) added(at int, used []uint32) (added []*cleanValue) {
	if x == nil {
		return nil
	}
	p := &x.properties[at]
	for code, v := range p.codes {
		used[code] = 0
		added = append(added, v)
	}
	for _, v := range p.numbers {
		added = append(added, v)
	}
	added = slices.DeleteFunc(added, func(v *cleanValue) bool { return v.value.Kind == event.None || v.value.Kind == event.Number })
	slices.SortFunc(added, func(a, b *cleanValue) int {
		kind, text := dictionaryForm(a.value)
		other, behind := dictionaryForm(b.value)
		return cmp.Or(cmp.Compare(kind, other), bytes.Compare(text, behind))
	})
	return added
}

// dictionaryForm is the kind and the text of a value as dictionaries have them.
func dictionaryForm(v event.Value) (kind uint8, text []byte) {
	if v.Kind == event.Boolean {
		v.Text = textOf(v.Bool())
	}
	return uint8(slices.Index(kindOf[:], v.Kind)), []byte(v.Text)
}

// translate puts what changes in its place, in rows that have the output's codes already, but for what changes.
func (p *cleanProperty) translate(old, codes []uint32, numbers []float64) {
	for i, code := range old {
		var v *cleanValue
		if code == store.NumberCode {
			v = p.numbers[numbers[i]]
		} else {
			v = p.codes[code]
		}
		switch {
		case v == nil:
		case v.value.Kind == event.Number:
			codes[i], numbers[i] = store.NumberCode, v.value.Number
		default:
			codes[i] = v.code
		}
	}
}

func (p *cleanProperty) changes() bool { return len(p.codes)+len(p.numbers) > 0 }
