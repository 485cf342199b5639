package directory

import (
	"jejak/exposure"
)

// Hint is what a value may be, as far as its column tells.
type Hint uint8

// The hints.
const (
	Any            Hint = iota // by its look: an ID of a user or of an organisation, an address, or a digest
	Address                    // an e-mail address, whole, cut or hashed
	UserID                     // an ID of a user, whole, broken, cut or hashed
	OrganisationID             // an ID of an organisation, whole or broken
	Name                       // of a person
	City
)

// How is the rule by which somebody was found.
type How uint8

// The rules, the surest first.
const (
	NotAtAll              How = iota
	ByUserID                  // the very ID
	ByAddress                 // the same mailbox: case of ASCII letters and the domain's writing aside
	ByCanonical               // the same after NFKC and lower case, and nobody else's
	ByPseudonym               // the name that one of our own exports gave them
	ByKeyedHash               // an ID or an address under a key that was told
	ByFormerAddress           // an address of theirs from before
	ByDigest                  // MD5, SHA-1 or SHA-256 of an ID or an address
	ByPair                    // an ID that several have, with the organisation
	ByProvider                // the same mailbox by the rules of providers
	ByBrokenID                // an ID without its case, dashes or brackets
	ByCut                     // the beginning of an ID or an address, and of nobody else's
	ByNameAndOrganisation     // counted only
	ByNameAndCity             // counted only
	ByOrganisationID          // of organisations: the very ID
	ByBrokenOrganisationID
	ByDomain // the mail domain is theirs alone
)

var rules = [...]struct {
	tier exposure.Tier
	word string
}{
	NotAtAll: {exposure.Unmatched, "none"}, ByUserID: {exposure.Certain, "user_id"}, ByAddress: {exposure.Certain, "address"},
	ByCanonical: {exposure.Certain, "canonical_address"}, ByPseudonym: {exposure.Certain, "pseudonym"}, ByKeyedHash: {exposure.Certain, "keyed_hash"},
	ByFormerAddress: {exposure.Strong, "former_address"}, ByDigest: {exposure.Strong, "digest"}, ByPair: {exposure.Strong, "organisation_and_user_id"},
	ByProvider: {exposure.Probable, "provider_rules"}, ByBrokenID: {exposure.Probable, "broken_id"}, ByCut: {exposure.Probable, "cut"},
	ByNameAndOrganisation: {exposure.Weak, "name_and_organisation"}, ByNameAndCity: {exposure.Weak, "name_and_city"},
	ByOrganisationID: {exposure.Certain, "organisation_id"}, ByBrokenOrganisationID: {exposure.Probable, "broken_organisation_id"}, ByDomain: {exposure.Probable, "domain"},
}

// Tier is how sure a rule is.
func (h How) Tier() exposure.Tier { return rules[h].tier }

// String is the rule's stable word, for reports.
func (h How) String() string { return rules[h].word }

// Match is who a value is about. Several: it fits more than one, so it is about none of them for certain; then the tier is Weak, and
// Member or Organisation is the least of them.
type Match struct {
	Member       exposure.MemberID       // the person: the least number of the accounts that are theirs
	Organisation exposure.OrganisationID // of the matches of Matcher.Organisation
	How          How
	Tier         exposure.Tier
	Several      bool
}

// Matcher looks for values in a snapshot. One goroutine uses one; it allocates nothing for values in ASCII. It keeps no value
// beyond the next call.
type Matcher struct {
	s     *Snapshot
	keyed *keyed
	forms forms
	raw   [64]byte
}

// Matcher makes one.
func (s *Snapshot) Matcher() *Matcher { return &Matcher{s: s, keyed: newKeyed(s.key)} }

// Person looks for whose a value is. A value that is in several rules' reach is found by the surest.
func (m *Matcher) Person(h Hint, value []byte) (Match, bool) {
	v := trim(value)
	if len(v) == 0 || len(v) > maxValue {
		return Match{}, false
	}
	if h != Address {
		if x, ok := m.look(byUser, v, ByUserID); ok {
			return x, true
		}
	}
	if address, ok := m.forms.address(v); ok {
		if x, ok := m.address(address); ok {
			return x, true
		}
	}
	if x, ok := m.digest(v); ok {
		return x, true
	}
	if h != Address {
		if x, ok := m.look(byBrokenUser, m.forms.id(v), ByBrokenID); ok {
			return x, true
		}
	}
	if h == Any {
		return Match{}, false
	}
	return m.cut(v)
}

// address looks for a mailbox by its form.
func (m *Matcher) address(address []byte) (Match, bool) {
	if x, ok := m.look(byMail, address, ByAddress); ok {
		return x, true
	}
	folded := m.forms.fold(address)
	if x, ok := m.canonical(address, folded); ok {
		return x, true
	}
	if x, ok := m.look(byFormer, folded, ByFormerAddress); ok {
		return x, true
	}
	return m.look(byMailbox, m.forms.mailbox(folded), ByProvider)
}

// canonical looks for the folded form among the plain and the folded ones; both must mean the same person.
func (m *Matcher) canonical(address, folded []byte) (Match, bool) {
	a, okA := m.look(byFoldedMail, folded, ByCanonical)
	if len(folded) == len(address) && &folded[0] == &address[0] {
		return a, okA // it was looked for already
	}
	b, okB := m.look(byMail, folded, ByCanonical)
	switch {
	case !okA:
		return b, okB
	case okB && (a.Several || b.Several || a.Member != b.Member):
		return Match{Member: min(a.Member, b.Member), How: ByCanonical, Tier: exposure.Weak, Several: true}, true
	}
	return a, okA
}

// digest looks for the hash of an identifier, ours or another's, and for a pseudonym of ours.
func (m *Matcher) digest(v []byte) (Match, bool) {
	raw, ok := digestOf(m.raw[:0], v)
	if !ok {
		return Match{}, false
	}
	if x, ok := m.look(byDigest, raw, ByDigest); ok {
		return x, true
	}
	if len(raw) == 16 && len(m.s.pseudonyms) > 0 {
		if p, ok := m.s.pseudonyms[[16]byte(raw)]; ok {
			return Match{Member: p, How: ByPseudonym, Tier: ByPseudonym.Tier()}, true
		}
	}
	for i := range m.s.salted {
		if x, ok := m.s.salted[i].look(raw); ok {
			return x, true
		}
	}
	return Match{}, false
}

// cut looks for the beginning of an ID or an address.
func (m *Matcher) cut(v []byte) (Match, bool) {
	if !isCut(len(v)) {
		return Match{}, false
	}
	m.forms.user = appendLower(m.forms.user[:0], v)
	return m.look(byCut, m.forms.user, ByCut)
}

// Pair looks for an ID of a user together with the ID of the organisation.
func (m *Matcher) Pair(organisation, user []byte) (Match, bool) {
	o, ok := m.organisation(trim(organisation))
	v := trim(user)
	if !ok || len(v) == 0 || len(v) > maxValue {
		return Match{}, false
	}
	return m.found(byPair, m.keyed.both(byPair, m.keyed.of(byUser, v), uint64(o)), ByPair)
}

// Named looks for a name with the ID of an organisation, then with a city. Such a match is counted, and nobody is told for it.
func (m *Matcher) Named(name, organisation, city []byte) (Match, bool) {
	n := m.forms.words(name)
	if len(n) == 0 || len(name) > maxValue {
		return Match{}, false
	}
	who := m.keyed.of(byName, n)
	if o, ok := m.organisation(trim(organisation)); ok {
		if x, ok := m.found(byNameAndOrganisation, m.keyed.both(byNameAndOrganisation, who, uint64(o)), ByNameAndOrganisation); ok {
			return x, true
		}
	}
	c := m.forms.words(city)
	if len(c) == 0 || len(city) > maxValue {
		return Match{}, false
	}
	return m.found(byNameAndCity, m.keyed.both(byNameAndCity, who, m.keyed.of(byName, c)), ByNameAndCity)
}

// Organisation looks for the organisation of an ID, or of a mail domain or an address in it.
func (m *Matcher) Organisation(value []byte) (Match, bool) {
	v := trim(value)
	if len(v) == 0 || len(v) > maxValue {
		return Match{}, false
	}
	if x, ok := m.organised(byOrganisation, v, ByOrganisationID); ok {
		return x, true
	}
	if x, ok := m.organised(byBrokenOrganisation, m.forms.id(v), ByBrokenOrganisationID); ok {
		return x, true
	}
	return m.organised(byDomain, m.domain(v), ByDomain)
}

// organised looks for a form in an index of organisations.
func (m *Matcher) organised(i index, form []byte, how How) (Match, bool) {
	if len(form) == 0 || m.s.tables[i].n == 0 {
		return Match{}, false
	}
	n, ok := m.s.tables[i].find(m.keyed.of(i, form))
	if !ok {
		return Match{}, false
	}
	x := matchOf(n, how)
	x.Organisation, x.Member = exposure.OrganisationID(x.Member), 0
	return x, true
}

func (m *Matcher) domain(v []byte) []byte {
	if _, domain, ok := split(v); ok {
		v = domain
	}
	m.forms.word = appendDomain(m.forms.word[:0], v)
	return m.forms.word
}

func (m *Matcher) organisation(v []byte) (exposure.OrganisationID, bool) {
	if len(v) == 0 || len(v) > maxValue {
		return 0, false
	}
	n, ok := m.s.tables[byOrganisation].find(m.keyed.of(byOrganisation, v))
	return exposure.OrganisationID(n), ok && n&several == 0
}

// look looks for a form in an index.
func (m *Matcher) look(i index, form []byte, how How) (Match, bool) {
	if len(form) == 0 || m.s.tables[i].n == 0 {
		return Match{}, false
	}
	return m.found(i, m.keyed.of(i, form), how)
}

// found is what stands under a hash.
func (m *Matcher) found(i index, h uint64, how How) (Match, bool) {
	n, ok := m.s.tables[i].find(h)
	if !ok {
		return Match{}, false
	}
	return matchOf(n, how), true
}

// matchOf reads a number out of a table.
func matchOf(n uint32, how How) Match {
	if n&several != 0 {
		return Match{Member: exposure.MemberID(n &^ several), How: how, Tier: exposure.Weak, Several: true}
	}
	return Match{Member: exposure.MemberID(n), How: how, Tier: how.Tier()}
}
