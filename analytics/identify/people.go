package identify

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"jejak/event"
)

// people are the actors of one project. A method whose name ends in Locked needs mu for writing.
type people struct {
	ready atomic.Bool
	mu    sync.RWMutex
	index index
	last  [event.Buckets]uint32        // the highest index given in each bucket
	owner [event.Buckets][]event.Actor // of a device, by its index: the user it belongs to, or 0
	acts  []act                        // all links and verbs
	clusters

	forgotten map[event.Actor]bool // whose identifiers mean nobody any more
	forgets   atomic.Bool          // there are some

	waiting       [][]byte      // records that the ledger does not have yet, oldest first
	queued, noted atomic.Uint64 // how many records there were since the start, and how many of them the ledger has

	stale    bool   // clusters are to be made anew from acts
	change   uint64 // counts the changes of clusters
	copied   *Merges
	copiedAt uint64
}

// open fills p by read, once; after an error again the next time. read is called with the lock held.
func (p *people) open(read func() error) error {
	if p.ready.Load() {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ready.Load() {
		return nil
	}
	p.index, p.last, p.owner = index{}, [event.Buckets]uint32{}, [event.Buckets][]event.Actor{}
	p.acts, p.clusters, p.forgotten = nil, clusters{}, nil
	if err := read(); err != nil {
		return err
	}
	if p.stale {
		p.rebuildLocked()
	}
	p.ready.Store(true)
	return nil
}

// queueLocked lets records wait for their turn to be noted.
func (p *people) queueLocked(records ...[]byte) {
	p.waiting = append(p.waiting, records...)
	p.queued.Add(uint64(len(records)))
}

// noteUntil hands on the records up to a number, unless somebody else did. It keeps their order.
func (p *people) noteUntil(until uint64, note func([][]byte)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := int(until) - int(p.noted.Load()); n > 0 {
		note(p.waiting[:n:n])
		if p.waiting = p.waiting[n:]; len(p.waiting) == 0 {
			p.waiting = nil
		}
		p.noted.Store(until)
	}
}

// recall fills in the actors that are known, and tells whether nothing is new: no identifier and no link.
func (p *people) recall(claims []claim) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	all := true
	for n := range claims {
		c := &claims[n]
		p.lookUp(&c.who)
		p.lookUp(&c.device)
		if c.who.kind != nobody && c.who.actor == 0 || c.device.kind != nobody && !p.owned(c.device.actor) {
			all = false
		}
	}
	return all
}

// lookUp needs mu for reading.
func (p *people) lookUp(id *identity) {
	if id.kind != nobody && id.actor == 0 {
		if id.actor = p.index.find(id.hash); p.forgotten[id.actor] {
			id.actor = 0
		}
	}
}

// owned tells whether the device belongs to a user. It needs mu for reading.
func (p *people) owned(device event.Actor) bool {
	owners := p.owner[device.Bucket()]
	return int(device.Index()) < len(owners) && owners[device.Index()] != 0
}

// introduceLocked assigns the actors that the claim still lacks and links its device, first link wins. It returns the
// records of what is new, appended to records.
func (p *people) introduceLocked(c *claim, seal func(*identity) ([]byte, error), records [][]byte) ([][]byte, error) {
	p.lookUp(&c.who)
	p.lookUp(&c.device)
	bucket := c.bucket()
	for _, id := range []*identity{&c.who, &c.device} {
		if id.kind == nobody || id.actor != 0 {
			continue
		}
		sealed, err := p.assignLocked(id, bucket, seal)
		if err != nil {
			return records, err
		}
		records = append(records, identifierRecord(id, sealed))
	}
	if c.device.kind != nobody && !p.owned(c.device.actor) {
		p.linkLocked(c.device.actor, c.who.actor)
		records = append(records, linkRecord(c.device.actor, c.who.actor))
	}
	return records, nil
}

// bucket is where new identifiers of the claim go: to the one that is known already, else where the hash says.
func (c *claim) bucket() int {
	switch {
	case c.who.actor != 0:
		return c.who.actor.Bucket()
	case c.device.actor != 0:
		return c.device.actor.Bucket()
	}
	return int(c.who.hash[15]) % event.Buckets
}

const maxIndex = 1<<(32-event.BucketBits) - 1

var errFull = errors.New("a bucket of actors is full")

// assignLocked gives out the next number of the bucket, unless the identifier cannot be sealed.
func (p *people) assignLocked(id *identity, bucket int, seal func(*identity) ([]byte, error)) (sealed []byte, err error) {
	if p.last[bucket] == maxIndex {
		return nil, errFull
	}
	id.actor = event.MakeActor(bucket, p.last[bucket]+1)
	if sealed, err = seal(id); err != nil {
		id.actor = 0
		return nil, fmt.Errorf("cannot seal an identifier: %w", err)
	}
	p.last[bucket]++
	p.index.add(id.hash, id.actor)
	return sealed, nil
}

// linkLocked gives the device to the user.
func (p *people) linkLocked(device, user event.Actor) {
	owners := p.owner[device.Bucket()]
	if missing := int(device.Index()) + 1 - len(owners); missing > 0 {
		owners = append(owners, make([]event.Actor, missing)...)
	}
	owners[device.Index()] = user
	p.owner[device.Bucket()] = owners
	p.doLocked(act{one: user, other: device})
}
