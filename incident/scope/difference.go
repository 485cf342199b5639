package scope

import (
	"context"
	"slices"

	"jejak/exposure"
)

// Difference is what a later version of a scope says of people that an earlier one does not. People are known by their keys, so the two
// may have been matched against different directories.
type Difference struct {
	From, To int
	New      []exposure.Affected // told for the first time: in tiers A and B now, and not before
	More     []Grown             // who were told, and have more classes now: they get the difference
	Gone     []exposure.Affected // who were told and are not in it any more, by the numbers of the earlier directory
}

// Grown is a person with classes that are new.
type Grown struct {
	exposure.Affected
	Added []exposure.Class
}

// Difference compares two versions. It needs Respond, and is in the audit log first. ErrNotFound, ErrDamaged.
func (c *Cabinet) Difference(ctx context.Context, id exposure.IncidentID, from, to int) (Difference, error) {
	d := Difference{From: from, To: to}
	before := map[string]exposure.Affected{}
	err := c.People(ctx, id, from, func(p PersonLine) error {
		if p.Tier.MayBeTold(false) {
			before[p.Key] = p.Affected
		}
		return nil
	})
	if err != nil {
		return d, err
	}
	err = c.People(ctx, id, to, func(p PersonLine) error {
		if p.Tier.MayBeTold(false) {
			d.add(p, before)
		}
		return nil
	})
	for _, a := range before {
		d.Gone = append(d.Gone, a)
	}
	slices.SortFunc(d.Gone, func(a, b exposure.Affected) int { return int(int64(a.Member) - int64(b.Member)) })
	return d, err
}

// add compares one person and takes them out of those that are left.
func (d *Difference) add(p PersonLine, before map[string]exposure.Affected) {
	old, known := before[p.Key]
	delete(before, p.Key)
	if !known {
		d.New = append(d.New, p.Affected)
		return
	}
	added := slices.DeleteFunc(slices.Clone(p.Classes), func(c exposure.Class) bool { return slices.Contains(old.Classes, c) })
	if len(added) > 0 {
		d.More = append(d.More, Grown{p.Affected, added})
	}
}
