package people

import (
	"container/list"
	"slices"
	"strings"
	"sync"
	"time"

	"jejak/analytics/store"
	"jejak/event"
)

// subject is somebody who has a profile: a person's identifier, or a group.
type subject struct {
	project event.ProjectID // not the shadow
	section string
	actor   event.Actor
}

// cache remembers the latest rows, so that an update need not ask the store for them, and holds one snapshot of the store for
// rows that it does not remember. What was written after that snapshot was opened MUST stay in the cache as long as the
// snapshot is used: when there is no more room for it, a new snapshot is opened.
type cache struct {
	store store.Store
	limit int // bytes of rows

	mu    sync.Mutex
	rows  map[subject]*list.Element // of *remembered
	order *list.List                // the latest first
	bytes int
	views map[event.ProjectID]*view
}

type remembered struct {
	subject    subject
	properties []event.Property // never changed; nil: no profile
	bytes      int
	view       *view // that was in use when it was written; nil: none was
}

// view is a snapshot of a shadow, and how many are reading it.
type view struct {
	project event.ProjectID
	snap    store.Snapshot
	readers sync.WaitGroup
}

// viewAge is how long a snapshot is used: it keeps what it shows from being compacted.
const viewAge = 2 * time.Second

func newCache(s store.Store, limit int) *cache {
	return &cache{store: s, limit: limit, rows: map[subject]*list.Element{}, order: list.New(), views: map[event.ProjectID]*view{}}
}

// get is the row of a subject, whose lock the caller holds.
func (c *cache) get(s subject) ([]event.Property, error) {
	c.mu.Lock()
	if e := c.rows[s]; e != nil {
		c.order.MoveToFront(e)
		c.mu.Unlock()
		return e.Value.(*remembered).properties, nil
	}
	v, err := c.viewLocked(s.project)
	if err != nil {
		c.mu.Unlock()
		return nil, err
	}
	v.readers.Add(1)
	c.mu.Unlock()
	defer v.readers.Done()
	return own(Find(v.snap, s.section, s.actor)), nil
}

// own is a copy that shares no memory with the store.
func own(properties []event.Property) []event.Property {
	out := slices.Clone(properties)
	for i := range out {
		out[i].Name, out[i].Value.Text = strings.Clone(out[i].Name), strings.Clone(out[i].Value.Text)
	}
	return out
}

// viewLocked is the snapshot in use, opened when there is none.
func (c *cache) viewLocked(p event.ProjectID) (*view, error) {
	if v := c.views[p]; v != nil {
		return v, nil
	}
	snap, err := c.store.Snapshot(Shadow(p))
	if err != nil {
		return nil, err
	}
	v := &view{project: p, snap: snap}
	c.views[p] = v
	time.AfterFunc(viewAge, func() { c.drop(v) })
	return v, nil
}

// drop ends the use of a snapshot.
func (c *cache) drop(v *view) {
	c.mu.Lock()
	used := c.views[v.project] == v
	if used {
		delete(c.views, v.project)
	}
	c.mu.Unlock()
	if used {
		v.readers.Wait()
		v.snap.Release()
	}
}

// put remembers a row that is durable. The caller holds the subject's lock and gives properties away.
func (c *cache) put(s subject, properties []event.Property) {
	r := &remembered{subject: s, properties: properties, bytes: 128 + sizeOf(properties)}
	var over *view
	c.mu.Lock()
	r.view = c.views[s.project]
	if e := c.rows[s]; e != nil {
		c.bytes -= e.Value.(*remembered).bytes
		e.Value = r
		c.order.MoveToFront(e)
	} else {
		c.rows[s] = c.order.PushFront(r)
	}
	if c.bytes += r.bytes; c.bytes > c.limit {
		over = c.shrinkLocked()
	}
	c.mu.Unlock()
	if over != nil {
		c.drop(over)
	}
}

// shrinkLocked forgets the oldest rows. It stops at one that the snapshot in use does not show, which it returns: it must be
// dropped.
func (c *cache) shrinkLocked() *view {
	for c.bytes > c.limit*3/4 {
		e := c.order.Back()
		if e == nil {
			return nil
		}
		r := e.Value.(*remembered)
		if r.view != nil && c.views[r.subject.project] == r.view {
			return r.view
		}
		c.order.Remove(e)
		delete(c.rows, r.subject)
		c.bytes -= r.bytes
	}
	return nil
}

// close lets go of all snapshots.
func (c *cache) close() {
	c.mu.Lock()
	views := c.views
	c.views = map[event.ProjectID]*view{}
	c.mu.Unlock()
	for _, v := range views {
		v.readers.Wait()
		v.snap.Release()
	}
}

func sizeOf(properties []event.Property) (n int) {
	for _, p := range properties {
		n += 72 + len(p.Name) + len(p.Value.Text)
	}
	return n
}
