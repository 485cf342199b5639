package identify

import (
	"hash/maphash"
	"strings"
	"sync/atomic"

	"jejak/event"
)

// recentSets times two identifiers are remembered, of all projects together: about 2 MB.
const recentSets = 1 << 13

// recent remembers who the latest identifiers are, which saves their fingerprint: a table of pairs, where a new one
// pushes out the older of its pair. It holds identifiers in the clear, in memory only, and needs no lock.
type recent struct {
	seed maphash.Seed
	sets [recentSets][2]atomic.Pointer[known]
}

type known struct {
	project event.ProjectID
	kind    kind
	actor   event.Actor
	value   string
}

func newRecent() *recent { return &recent{seed: maphash.MakeSeed()} }

// find fills in the actor of id when it is remembered.
func (c *recent) find(p event.ProjectID, id *identity) bool {
	set := c.set(p, id)
	for n := range set {
		if k := set[n].Load(); k != nil && k.value == id.value && k.kind == id.kind && k.project == p {
			id.actor = k.actor
			return true
		}
	}
	return false
}

// add remembers an identity whose actor was just found out. Addresses are not remembered.
func (c *recent) add(p event.ProjectID, id *identity) {
	if id.actor == 0 || id.kind == address {
		return
	}
	set := c.set(p, id)
	for n := range set {
		if k := set[n].Load(); k != nil && k.value == id.value && k.kind == id.kind && k.project == p {
			if k.actor != id.actor { // the one before was forgotten
				set[n].Store(&known{p, id.kind, id.actor, k.value})
			}
			return
		}
	}
	set[1].Store(set[0].Load())
	set[0].Store(&known{p, id.kind, id.actor, strings.Clone(id.value)})
}

func (c *recent) set(p event.ProjectID, id *identity) *[2]atomic.Pointer[known] {
	h := maphash.String(c.seed, id.value) ^ (uint64(p)<<8|uint64(id.kind))*0x9E3779B97F4A7C15
	return &c.sets[h%recentSets]
}
