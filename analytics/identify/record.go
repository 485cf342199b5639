package identify

import (
	"encoding/binary"
	"errors"

	"jejak/event"
)

// The records of the ledger; docs/format/ledgers.md draws them. The first byte tells them apart.
const (
	identifierTag byte = 1 // kind, actor, fingerprint, sealed identifier
	linkTag       byte = 2 // device, user
	verbTag       byte = 3 // verb, two actors
	undoTag       byte = 4 // number of a link or verb
	forgetTag     byte = 5 // actors
)

const (
	identifierHead = 1 + 1 + 4 + 16
	linkLength     = 1 + 4 + 4
	verbLength     = 1 + 1 + 4 + 4
	undoLength     = 1 + 8
)

var errRecord = errors.New("a record of the ledger of identifiers is damaged or of a later version")

func identifierRecord(id *identity, sealed []byte) []byte {
	r := append(make([]byte, 0, identifierHead+len(sealed)), identifierTag, byte(id.kind))
	r = binary.LittleEndian.AppendUint32(r, uint32(id.actor))
	r = append(r, id.hash[:]...)
	return append(r, sealed...)
}

func undoRecord(number int) []byte {
	return binary.LittleEndian.AppendUint64([]byte{undoTag}, uint64(number))
}

func linkRecord(device, user event.Actor) []byte {
	r := binary.LittleEndian.AppendUint32([]byte{linkTag}, uint32(device))
	return binary.LittleEndian.AppendUint32(r, uint32(user))
}

// replayLocked does again what the record tells.
func (p *people) replayLocked(r []byte) error {
	switch {
	case len(r) >= identifierHead && r[0] == identifierTag:
		return p.replayIdentifierLocked(r)
	case len(r) == linkLength && r[0] == linkTag:
		return p.replayLinkLocked(actorAt(r[1:]), actorAt(r[5:]))
	case len(r) == verbLength && r[0] == verbTag:
		return p.replayVerbLocked(r[1], actorAt(r[2:]), actorAt(r[6:]))
	case len(r) == undoLength && r[0] == undoTag:
		return p.replayUndoLocked(binary.LittleEndian.Uint64(r[1:]))
	case len(r) > 1 && len(r)%4 == 1 && r[0] == forgetTag:
		return p.replayForgetLocked(r)
	}
	return errRecord
}

func (p *people) replayIdentifierLocked(r []byte) error {
	a, hash := actorAt(r[2:]), [16]byte(r[6:22])
	if was := p.index.find(hash); a.Index() != p.last[a.Bucket()]+1 || was != 0 && !p.forgotten[was] {
		return errRecord // one before it is missing, or it is here twice
	}
	p.index.add(hash, a)
	p.last[a.Bucket()] = a.Index()
	return nil
}

func (p *people) replayLinkLocked(device, user event.Actor) error {
	if !p.given(device) || !p.given(user) || p.owned(device) {
		return errRecord
	}
	p.linkLocked(device, user)
	return nil
}

func (p *people) replayVerbLocked(verb byte, one, other event.Actor) error {
	if verb < identifyVerb || verb > mergeVerb || !p.given(one) || !p.given(other) {
		return errRecord
	}
	p.doLocked(act{verb: verb, one: one, other: other})
	return nil
}

func (p *people) replayUndoLocked(n uint64) error {
	if n >= uint64(len(p.acts)) || p.acts[n].undone {
		return errRecord
	}
	p.acts[n].undone = true
	p.stale = true // one rebuild at the end of the replay is enough
	return nil
}

// given tells whether the actor is somebody's.
func (p *people) given(a event.Actor) bool { return a.Index() != 0 && a.Index() <= p.last[a.Bucket()] }

func actorAt(r []byte) event.Actor { return event.Actor(binary.LittleEndian.Uint32(r)) }
