package scope

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"jejak/exposure"
)

// Affected are the people of the file in tiers A to C, by their numbers.
func (r *Reading) Affected(yield func(exposure.Affected) bool) {
	p := r.total.People
	for m := range exposure.MemberID(len(p.Rows)) {
		tier := p.tier(m)
		if tier > exposure.Probable {
			continue
		}
		person := r.d.Person(m)
		a := exposure.Affected{Member: m, Tier: tier, Classes: p.classes(m).list(), Organisations: person.Organisations, Country: person.Country, Rows: int64(p.Rows[m])}
		if !yield(a) {
			return
		}
	}
}

// organisations are those that the file names, or whose members it tells of in tiers A and B.
func (r *Reading) organisations() []exposure.AffectedOrganisation {
	all := map[exposure.OrganisationID]*exposure.AffectedOrganisation{}
	have := map[exposure.OrganisationID]classes{}
	at := func(o exposure.OrganisationID) *exposure.AffectedOrganisation {
		if all[o] == nil {
			all[o] = &exposure.AffectedOrganisation{Organisation: o, Members: []exposure.MemberID{}, Admins: r.d.Admins(o)}
		}
		return all[o]
	}
	p := r.total.People
	for o, rows := range p.Org {
		if rows > 0 {
			at(exposure.OrganisationID(o)).Rows += int64(rows)
			have[exposure.OrganisationID(o)] |= bitOf[exposure.Organised]
		}
	}
	for a := range r.Affected {
		if a.Tier > exposure.Strong {
			continue
		}
		for _, o := range a.Organisations {
			x := at(o)
			x.Members = append(x.Members, a.Member)
			have[o] |= p.classes(a.Member)
		}
	}
	out := make([]exposure.AffectedOrganisation, 0, len(all))
	for o, x := range all {
		x.Classes = have[o].list()
		out = append(out, *x)
	}
	slices.SortFunc(out, func(a, b exposure.AffectedOrganisation) int { return cmp.Compare(a.Organisation, b.Organisation) })
	return out
}

// PersonLine is a line of the list of people that is kept. The key names the person in every version of the scope.
type PersonLine struct {
	Key string `json:"key"`
	exposure.Affected
}

// writePeople writes the people as JSON lines, by their numbers. Keys differ between installations: what is hashed has none.
func (r *Reading) writePeople(w io.Writer, keyed bool) error {
	out := json.NewEncoder(w)
	for a := range r.Affected {
		var line any = a
		if keyed {
			line = PersonLine{r.d.Person(a.Member).Key, a}
		}
		if err := out.Encode(line); err != nil {
			return fmt.Errorf("cannot list the people: %w", err)
		}
	}
	return nil
}

// writeOrganisations writes the organisations as JSON lines, by their numbers.
func (r *Reading) writeOrganisations(w io.Writer) error {
	out := json.NewEncoder(w)
	for _, o := range r.organisations() {
		if err := out.Encode(o); err != nil {
			return fmt.Errorf("cannot list the organisations: %w", err)
		}
	}
	return nil
}

// hashOf is the SHA-256 of what is written, hexadecimal.
func hashOf(write func(io.Writer) error) (string, error) {
	sum := sha256.New()
	w := bufio.NewWriterSize(sum, 64<<10)
	if err := write(w); err != nil {
		return "", err
	}
	if err := w.Flush(); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
