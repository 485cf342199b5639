package directory

import "slices"

// maxMailboxes is how many mailboxes one person may have by way of shared addresses. Above it the addresses are those of a team, a
// test or a machine, and what they connect stays apart.
const maxMailboxes = 50

// groups of accounts: union-find whose leader is the least.
type unions []uint32

func newUnions(n int) unions {
	u := make(unions, n)
	for i := range u {
		u[i] = uint32(i)
	}
	return u
}

func (u unions) find(a uint32) uint32 {
	for u[a] != a {
		u[a] = u[u[a]]
		a = u[a]
	}
	return a
}

func (u unions) join(a, b uint32) {
	a, b = u.find(a), u.find(b)
	u[max(a, b)] = min(a, b)
}

// A link is an account that has or had an address, behind the address's hash.
func linkNow(account uint32) uint32    { return account << 1 }
func linkBefore(account uint32) uint32 { return account<<1 | 1 }

// peopleOf tells which accounts are one person: those with the same address, and those that an address of before connects, unless
// that makes more than maxMailboxes of one. persons names for each account the least one of the same person,
// same names for each the least one with the same address of today.
func peopleOf(accounts int, links *pile) (persons, same unions, err error) {
	same = newUnions(accounts)
	err = links.groups(func(_ uint64, members []uint32) error {
		first := -1
		for i, l := range members {
			switch {
			case l&1 == 1:
			case first < 0:
				first = i
			default:
				same.join(members[first]>>1, l>>1)
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	wide := make(unions, accounts)
	copy(wide, same)
	err = links.groups(func(_ uint64, members []uint32) error {
		for _, l := range members[1:] {
			wide.join(members[0]>>1, l>>1)
		}
		return nil
	})
	return guarded(same, wide), same, err
}

// guarded takes the wide groups where they are small enough.
func guarded(same, wide unions) unions {
	mailboxes := make([]uint32, len(wide))
	for a := range wide {
		if same.find(uint32(a)) == uint32(a) {
			mailboxes[wide.find(uint32(a))]++
		}
	}
	persons := slices.Clone(same)
	for a := range wide {
		if leader := wide.find(uint32(a)); mailboxes[leader] <= maxMailboxes {
			persons[a] = leader // the least of a wide group leads one of its groups as well
		}
	}
	for a := range persons {
		persons[a] = persons.find(uint32(a))
	}
	return persons
}
