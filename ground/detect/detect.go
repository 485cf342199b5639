// Package detect finds personal values and secrets in what events carry. Each class has a file with its detector. A
// detector decides from the value alone where its form proves enough (a check digit, a fixed prefix), and from the name it
// stands under where it does not.
package detect

// Version is that of the rules. Findings carry it, so that it is known later by which rules something was found.
const Version = 2

// Class is what a value is.
type Class string

// The classes.
const (
	Email    Class = "email"
	Phone    Class = "phone"
	IP       Class = "ip"
	Name     Class = "name"
	Card     Class = "card"
	IBAN     Class = "iban"
	NIK      Class = "nik"      // Indonesian identity number
	KK       Class = "kk"       // Indonesian family card
	NPWP     Class = "npwp"     // Indonesian tax number
	Passport Class = "passport" // by its name only
	SSN      Class = "ssn"      // of the United States
	Secret   Class = "secret"   // keys, tokens, passwords
)

// Classes are all of them.
var Classes = []Class{Email, Phone, IP, Name, Card, IBAN, NIK, KK, NPWP, Passport, SSN, Secret}

// IsGovernmentID tells whether the class is a number that a state gave to a person.
func (c Class) IsGovernmentID() bool {
	switch c {
	case NIK, KK, NPWP, Passport, SSN:
		return true
	}
	return false
}

// Taxonomy is the class in the words of the Fides taxonomy of data categories (ethyca.github.io/fideslang).
func (c Class) Taxonomy() string {
	switch c {
	case Email:
		return "user.contact.email"
	case Phone:
		return "user.contact.phone_number"
	case IP:
		return "user.device.ip_address"
	case Name:
		return "user.name"
	case Card:
		return "user.payment.card_number"
	case IBAN:
		return "user.financial.bank_account"
	case Secret:
		return "user.authorization.credentials"
	default:
		return "user.government_id"
	}
}

// Confidence is how sure a finding is, in hundredths.
type Confidence uint8

// Levels of confidence. What is below Likely is for columns (many values under one name), never for a single value.
const (
	Possible Confidence = 50
	Likely   Confidence = 80
	Sure     Confidence = 99
)

// Finding is a stretch of a text, from ≤ i < to in bytes, and what it is.
type Finding struct {
	Class      Class
	From, To   int
	Confidence Confidence
	Rule       string // within the class, for example github
}

// Evidence is the found text, masked: it may be shown to whoever decides about the finding.
func (f Finding) Evidence(text string) string { return mask(text[f.From:f.To]) }

// mask keeps the first and the last character of a text of some length, and what separates groups.
func mask(s string) string {
	r := []rune(s)
	for i, c := range r {
		inside := i > 0 && i < len(r)-1 || len(r) < 6
		if inside && c != '@' && c != '.' && c != '-' && c != ' ' && c != '+' {
			r[i] = '*'
		}
	}
	return string(r)
}

// Value is what Named.Value finds under a name.
func Value(name, text string, found []Finding) []Finding {
	return Under(name).Value(text, found)
}

// Named is a name, read once for the many values that stand under it: a column's.
type Named struct{ hints hints }

// Under reads a name.
func Under(name string) Named { return Named{hintsOf(name)} }

// Numeric tells whether the name says that its values are numbers: then a bare number is not taken for anybody's.
func (n Named) Numeric() bool { return n.hints.number }

// Value appends to found what stands in a text that was sent under the name. Findings do not overlap and ascend.
func (n Named) Value(text string, found []Finding) []Finding {
	if len(text) < shortest || len(text) > longest {
		text = text[:min(len(text), longest)]
		if len(text) < 2 {
			return found
		}
	}
	s := scanner{text: text, hints: n.hints, found: found, first: len(found)}
	s.scan()
	s.byName()
	return s.found
}

const (
	shortest = 5       // bytes; a name may be shorter
	longest  = 1 << 20 // bytes of a text that are looked at
)
