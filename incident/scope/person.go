package scope

import (
	"sync/atomic"

	"jejak/exposure"
)

// people is what is known of every member of the directory. Workers share it: each of its numbers only grows, so the order in which
// rows come does not matter.
type people struct {
	Rows   []uint32 // that name them in tiers A to C
	Sure   []uint32 // classes by tiers A and B, and these tiers
	Likely []uint32 // classes by tier C, and tiers C and D
	Org    []uint32 // rows that name an organisation
}

// Bits above the classes.
const (
	byCertain  = 1 << 28
	byStrong   = 1 << 29
	byProbable = 1 << 30
	byWeak     = 1 << 31
	onlyClass  = 1<<28 - 1
)

func newPeople(d Directory) *people {
	n := d.Members()
	return &people{make([]uint32, n), make([]uint32, n), make([]uint32, n), make([]uint32, d.Organisations())}
}

// note adds a row to a member.
func (p *people) note(m exposure.MemberID, t exposure.Tier, c classes) {
	switch t {
	case exposure.Certain:
		atomic.OrUint32(&p.Sure[m], uint32(c)|byCertain)
	case exposure.Strong:
		atomic.OrUint32(&p.Sure[m], uint32(c)|byStrong)
	case exposure.Probable:
		atomic.OrUint32(&p.Likely[m], uint32(c)|byProbable)
	default:
		atomic.OrUint32(&p.Likely[m], byWeak)
		return
	}
	atomic.AddUint32(&p.Rows[m], 1)
}

// tier is the strongest by which a member is named.
func (p *people) tier(m exposure.MemberID) exposure.Tier {
	switch sure, likely := p.Sure[m], p.Likely[m]; {
	case sure&byCertain != 0:
		return exposure.Certain
	case sure&byStrong != 0:
		return exposure.Strong
	case likely&byProbable != 0:
		return exposure.Probable
	case likely&byWeak != 0:
		return exposure.Weak
	}
	return exposure.Unmatched
}

// classes are those that a member is told of: by what is sure, and else by what is likely.
func (p *people) classes(m exposure.MemberID) classes {
	if c := classes(p.Sure[m] & onlyClass); p.Sure[m] != 0 {
		return c
	}
	return classes(p.Likely[m] & onlyClass)
}

func (p *people) noteOrganisation(o exposure.OrganisationID) { atomic.AddUint32(&p.Org[o], 1) }
