package event

import (
	"fmt"
	"strings"
)

// Did is what a step did to a part of an event that it kept.
type Did string

const (
	Sealed   Did = "sealed"   // a token stands in the place of the value, which is kept sealed where it is somebody's
	Cut      Did = "cut"      // nothing of the value is kept
	Dropped  Did = "dropped"  // the property is not kept: the data plan says so
	Bucketed Did = "bucketed" // the start of a range stands in the place of the value
	Renamed  Did = "renamed"  // kept under another name
	Unknown  Did = "unknown"  // kept, though the data plan does not know the name
)

// Change says what was done, to values of which class, under which property. It holds no value.
type Change struct {
	Did      Did
	Class    string // email, nik, …; empty where nothing was recognised
	Property string // empty: the name of the event; OtherProperties: one of many
}

// OtherProperties stands for those of a project that are too many to be counted apart.
const OtherProperties = "*"

// MaxChanges bounds the changes that are counted apart.
const MaxChanges = 1000

// MarshalText gives the change as one text: its parts with spaces between. Neither Did nor Class has one.
func (c Change) MarshalText() ([]byte, error) {
	return []byte(string(c.Did) + " " + c.Class + " " + c.Property), nil
}

// UnmarshalText reads what MarshalText wrote.
func (c *Change) UnmarshalText(b []byte) error {
	parts := strings.SplitN(string(b), " ", 3)
	if len(parts) < 3 {
		return fmt.Errorf("cannot read a change: it has %d parts, not 3", len(parts))
	}
	c.Did, c.Class, c.Property = Did(parts[0]), parts[1], parts[2]
	return nil
}

// Changes counts values. The zero Changes has none.
type Changes map[Change]uint64

// Add counts n more. Above MaxChanges properties are not told apart any more.
func (m *Changes) Add(c Change, n uint64) {
	if *m == nil {
		*m = Changes{}
	}
	if _, counted := (*m)[c]; !counted && len(*m) >= MaxChanges {
		c.Property = OtherProperties
	}
	(*m)[c] += n
}

// AddAll counts what o has.
func (m *Changes) AddAll(o Changes) {
	for c, n := range o {
		m.Add(c, n)
	}
}
