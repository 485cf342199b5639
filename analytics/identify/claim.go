package identify

import (
	"net/netip"
	"strings"

	"jejak/event"
)

// kind is what an identifier names. Its number is written to the ledger.
type kind uint8

const (
	nobody  kind = 0
	user    kind = 1
	device  kind = 2
	address kind = 3 // derived from the client's address, on its wish
	group   kind = 4 // in the ledger of groups only
)

// field is the name under which the vault fingerprints a kind, so that a user and a device with one text differ.
func (k kind) field() string { return [...]string{"", "user", "device", "address", "group"}[k] }

// identity is one identifier and what is known of it so far.
type identity struct {
	kind  kind
	value string // a personal value: memory only
	hash  [16]byte
	actor event.Actor // 0 until known
}

// claim is what one event says about who did it: the identifier it counts for, and the device when that is another.
type claim struct {
	who    identity
	device identity
}

const devicePrefix = "$device:"

// claimOf reads the identifiers of an event.
func claimOf(b *event.Batch, e *event.Event) claim {
	if b.OriginalMerge {
		return originalClaim(e)
	}
	return simplifiedClaim(e)
}

// simplifiedClaim follows steps 1 to 3 of the simplified merge (wire spec, 3.1): the user if there is one, else the
// device; a distinct id counts only when it stands alone.
func simplifiedClaim(e *event.Event) claim {
	userID, deviceID := e.IDs.User, strings.TrimPrefix(e.IDs.Device, devicePrefix)
	switch {
	case userID != "" && deviceID != "":
		return claim{identity{kind: user, value: userID}, identity{kind: device, value: deviceID}}
	case userID != "":
		return claim{who: identity{kind: user, value: userID}}
	case deviceID != "":
		return claim{who: identity{kind: device, value: deviceID}}
	}
	return claim{who: alone(e)}
}

// originalClaim follows the original merge (wire spec, 3.2): the distinct id counts, and events link nobody.
func originalClaim(e *event.Event) claim {
	if e.IDs.Distinct == "" {
		c := simplifiedClaim(e)
		return claim{who: c.who}
	}
	return claim{who: distinct(e.IDs.Distinct)}
}

// alone is the identity of an event with a distinct id only, or with none.
func alone(e *event.Event) identity {
	if e.IDs.Distinct == "" && e.IDs.AddressStands && e.Address != (netip.Addr{}) {
		return identity{kind: address, value: e.Address.Unmap().WithZone("").String()}
	}
	return distinct(e.IDs.Distinct)
}

// distinct reads a distinct id: a device when it says so, else a user.
func distinct(id string) identity {
	if id == "" {
		return identity{}
	}
	if rest, ok := strings.CutPrefix(id, devicePrefix); ok {
		if rest == "" {
			return identity{}
		}
		return identity{kind: device, value: rest}
	}
	return identity{kind: user, value: id}
}

// hide takes everything away that names somebody.
func hide(e *event.Event) {
	e.IDs = event.IDs{}
	e.Address = netip.Addr{}
	kept := e.Properties[:0]
	for _, p := range e.Properties {
		if !carriesIdentifier(e, p.Name) {
			kept = append(kept, p)
		}
	}
	clear(e.Properties[len(kept):])
	e.Properties = kept
}
