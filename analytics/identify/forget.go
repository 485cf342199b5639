package identify

import (
	"crypto/rand"
	"encoding/binary"

	"jejak/event"
)

// Forget takes the identifiers of actors out: one that comes again is somebody new. A number that was never given, which happens
// in a folder restored from before it was, is never given any more, nor are those before it. The records are durable no later
// than what is stored after it returned nil. A second call does nothing.
func (i *Identifier) Forget(p event.ProjectID, actors []event.Actor) error {
	all, err := i.people(p)
	if err != nil {
		return err
	}
	all.mu.Lock()
	all.queueLocked(all.forgetLocked(actors)...)
	all.mu.Unlock()
	return i.confirm(p, all)
}

// Forget takes groups out, as an Identifier does people.
func (g *Groups) Forget(p event.ProjectID, actors []event.Actor) error {
	return g.inner.Forget(p, actors)
}

// IsForgotten tells whether the identifiers of an actor were taken out.
func (i *Identifier) IsForgotten(p event.ProjectID, a event.Actor) (bool, error) {
	all, err := i.people(p)
	if err != nil {
		return false, err
	}
	return all.isForgotten(a), nil
}

// IsForgotten tells it of a group.
func (g *Groups) IsForgotten(p event.ProjectID, a event.Actor) (bool, error) {
	return g.inner.IsForgotten(p, a)
}

func (p *people) forgetLocked(actors []event.Actor) (records [][]byte) {
	record := []byte{forgetTag}
	for _, a := range actors {
		if a.Index() == 0 || p.forgotten[a] {
			continue
		}
		records = append(records, p.burnLocked(a)...)
		record = binary.LittleEndian.AppendUint32(record, uint32(a))
		p.noteForgottenLocked(a)
	}
	if len(record) > 1 {
		records = append(records, record)
	}
	return records
}

// burnLocked gives the numbers up to one to nobody: to fingerprints that no identifier has.
func (p *people) burnLocked(a event.Actor) (records [][]byte) {
	for b := a.Bucket(); p.last[b] < a.Index(); {
		id := identity{kind: address, actor: event.MakeActor(b, p.last[b]+1)}
		_, _ = rand.Read(id.hash[:]) // never fails
		p.index.add(id.hash, id.actor)
		p.last[b]++
		records = append(records, identifierRecord(&id, nil))
	}
	return records
}

func (p *people) noteForgottenLocked(a event.Actor) {
	if p.forgotten == nil {
		p.forgotten = map[event.Actor]bool{}
	}
	p.forgotten[a] = true
	p.forgets.Store(true)
}

// isForgotten takes the lock only when somebody was.
func (p *people) isForgotten(a event.Actor) bool {
	if !p.forgets.Load() {
		return false
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.forgotten[a]
}

func (p *people) replayForgetLocked(r []byte) error {
	for at := 1; at < len(r); at += 4 {
		a := actorAt(r[at:])
		if !p.given(a) || p.forgotten[a] {
			return errRecord
		}
		p.noteForgottenLocked(a)
	}
	return nil
}
