package scope

import (
	"math/bits"

	"jejak/exposure"
	"jejak/ground/detect"
)

// classes is a set of exposure classes: bit i is the i-th of exposure.Classes.
type classes uint32

var (
	allClasses = exposure.Classes()
	bitOf      = func() map[exposure.Class]classes {
		t := map[exposure.Class]classes{}
		for i, c := range allClasses {
			t[c] = 1 << i
		}
		return t
	}()
	detected = func() map[detect.Class]classes {
		t := map[detect.Class]classes{}
		for _, c := range detect.Classes {
			t[c] = bitOf[exposure.Class(c.Taxonomy())]
		}
		return t
	}()
)

// identifying are the classes by which a row may be somebody.
var identifying = bitOf[exposure.Name] | bitOf[exposure.Email] | bitOf[exposure.Phone] | bitOf[exposure.UserID] |
	bitOf[exposure.GovernmentID] | bitOf[exposure.Card] | bitOf[exposure.BankAccount] | bitOf[exposure.Pseudonym]

// list is the set as classes, in the order in which people are told.
func (c classes) list() []exposure.Class {
	out := make([]exposure.Class, 0, bits.OnesCount32(uint32(c)))
	for i, class := range allClasses {
		if c&(1<<i) != 0 {
			out = append(out, class)
		}
	}
	return out
}
