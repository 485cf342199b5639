package identify

import (
	"slices"

	"jejak/event"
)

// Merges tell which actors are one person, as of one moment. They never change.
type Merges struct {
	persons [event.Buckets][]event.Actor // by index; 0: the actor itself
	last    [event.Buckets]uint32        // the highest index given in each bucket
}

// Person is who an actor is.
func (m *Merges) Person(a event.Actor) event.Actor {
	if list := m.persons[a.Bucket()]; int(a.Index()) < len(list) && list[a.Index()] != 0 {
		return list[a.Index()]
	}
	return a
}

// Merges are those of a project now.
func (i *Identifier) Merges(p event.ProjectID) (*Merges, error) {
	all, err := i.people(p)
	if err != nil {
		return nil, err
	}
	return all.merges(), nil
}

// merges copies the tables unless nothing has changed since the last copy.
func (p *people) merges() *Merges {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.copied != nil && p.copiedAt == p.change {
		return p.copied
	}
	m := &Merges{last: p.last}
	for b := range event.Buckets {
		m.persons[b] = p.flat(b)
	}
	p.copied, p.copiedAt = m, p.change
	return m
}

// clusters are the actors that are one person: each knows the one it joined. They need the lock of people.
type clusters struct {
	joined [event.Buckets][]event.Actor // by index; 0: nobody, it is the person
	// rings lead through the actors of a person: each knows the next, the last one the first. By index; 0: it is alone.
	rings [event.Buckets][]event.Actor
	// Of the original merge: how many others joined a person, and the anonymous ids and aliases that belong to somebody.
	sizes map[event.Actor]int
	tied  map[event.Actor]event.Actor
}

// person is who an actor is.
func (c *clusters) person(a event.Actor) event.Actor {
	for {
		list := c.joined[a.Bucket()]
		if int(a.Index()) >= len(list) || list[a.Index()] == 0 {
			return a
		}
		a = list[a.Index()]
	}
}

// flat are the persons of a bucket's actors, by index; 0: the actor itself.
func (c *clusters) flat(bucket int) []event.Actor {
	persons := slices.Clone(c.joined[bucket])
	for i, to := range persons {
		if to != 0 {
			persons[i] = c.person(to)
		}
	}
	return persons
}

// join makes the person of other the person of one.
func (c *clusters) join(one, other event.Actor) {
	into, from := c.person(one), c.person(other)
	if into == from {
		return
	}
	put(&c.joined[from.Bucket()], from, into)
	afterInto, afterFrom := c.after(into), c.after(from)
	put(&c.rings[into.Bucket()], into, afterFrom)
	put(&c.rings[from.Bucket()], from, afterInto)
}

// put notes something of an actor in a list by index, which grows.
func put(list *[]event.Actor, a, value event.Actor) {
	if missing := int(a.Index()) + 1 - len(*list); missing > 0 {
		*list = append(*list, make([]event.Actor, missing)...)
	}
	(*list)[a.Index()] = value
}

// after is the next actor of the same person.
func (c *clusters) after(a event.Actor) event.Actor {
	if ring := c.rings[a.Bucket()]; int(a.Index()) < len(ring) && ring[a.Index()] != 0 {
		return ring[a.Index()]
	}
	return a
}

// members are the actors of the person that an actor is, at most so many: the person, then the others ascending.
func (c *clusters) members(a event.Actor, limit int) []event.Actor {
	person := c.person(a)
	all := []event.Actor{person}
	for next := c.after(person); next != person && len(all) < limit; next = c.after(next) {
		all = append(all, next)
	}
	slices.Sort(all[1:])
	return all
}

// maxCluster is how many identifiers can be one person with the original merge (wire spec, 3.2).
const maxCluster = 500

// act is a link or a verb, in the order of the ledger.
type act struct {
	verb       byte // 0: a link of a device to its user
	undone     bool
	one, other event.Actor
}

// do lets an act take effect (wire spec, 3.1 and 3.2), as far as it may.
func (c *clusters) do(a act) {
	switch {
	case a.undone:
	case a.verb == 0:
		c.join(a.one, a.other)
	case a.verb == mergeVerb:
		c.joinFew(a)
	default: // an anonymous id, or an alias, belongs to one
		if owner, isTied := c.tied[a.other]; isTied && owner != a.one || !c.joinFew(a) {
			return
		}
		c.tied[a.other] = a.one
	}
}

// joinFew joins unless that makes too many.
func (c *clusters) joinFew(a act) bool {
	if c.sizes == nil {
		c.sizes, c.tied = map[event.Actor]int{}, map[event.Actor]event.Actor{}
	}
	into, from := c.person(a.one), c.person(a.other)
	if into == from {
		return true
	}
	size := c.sizes[into] + c.sizes[from] + 1
	if size+1 > maxCluster {
		return false
	}
	c.join(into, from)
	c.sizes[into] = size
	delete(c.sizes, from)
	return true
}

// doLocked keeps an act and lets it take effect.
func (p *people) doLocked(a act) {
	p.acts = append(p.acts, a)
	p.clusters.do(a)
	p.change++
}

// undoLocked takes an act back, as if it had never been.
func (p *people) undoLocked(n int) {
	p.acts[n].undone = true
	p.rebuildLocked()
}

func (p *people) rebuildLocked() {
	p.clusters, p.stale = clusters{}, false
	for _, a := range p.acts {
		p.clusters.do(a)
	}
	p.change++
}

// Merge is an act that made two identifiers one person.
type Merge struct {
	Number     int // for Undo
	Kind       string
	One, Other event.Actor // the one that stays, the one that joined it
	Undone     bool
}

var kindsOfMerge = [...]string{"device", "identify", "alias", "merge"}

// ListMerges are the merges of a person, oldest first.
func (i *Identifier) ListMerges(p event.ProjectID, person event.Actor) (list []Merge, err error) {
	all, err := i.people(p)
	if err != nil {
		return nil, err
	}
	all.mu.RLock()
	defer all.mu.RUnlock()
	for n, a := range all.acts {
		if all.person(a.one) == person || all.person(a.other) == person {
			list = append(list, Merge{n, kindsOfMerge[a.verb], a.one, a.other, a.undone})
		}
	}
	return list, nil
}

// Merge is one of a project; ok is false when there is none of the number.
func (i *Identifier) Merge(p event.ProjectID, number int) (m Merge, ok bool, err error) {
	all, err := i.people(p)
	if err != nil {
		return m, false, err
	}
	all.mu.RLock()
	defer all.mu.RUnlock()
	if number < 0 || number >= len(all.acts) {
		return m, false, nil
	}
	a := all.acts[number]
	return Merge{number, kindsOfMerge[a.verb], a.one, a.other, a.undone}, true, nil
}

// Undo takes a merge back: its identifiers are no longer one person by it, and the device is not linked again. It is the
// caller's to ask who may and to record it. ok is false when there is no such merge.
func (i *Identifier) Undo(p event.ProjectID, number int) (ok bool, err error) {
	all, err := i.people(p)
	if err != nil {
		return false, err
	}
	if !all.undo(number) {
		return false, nil
	}
	return true, i.confirm(p, all)
}

func (p *people) undo(number int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if number < 0 || number >= len(p.acts) || p.acts[number].undone {
		return false
	}
	p.queueLocked(undoRecord(number))
	p.undoLocked(number)
	return true
}
