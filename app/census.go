package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"jejak/analytics/identify"
	"jejak/analytics/store"
	"jejak/analytics/store/columnar"
	"jejak/event"
	"jejak/ground/vault"
)

// census compares what is kept in three places: nobody's event is without its person, and nobody without their key.
type census struct {
	people map[counted]*identify.Census
	actors map[event.ProjectID]*[event.Buckets]uint32 // one more than the highest index that an event has
	found  []error
}

// counted are the people or the groups of a project.
type counted struct {
	project event.ProjectID
	kind    vault.SubjectKind
}

func newCensus() *census {
	return &census{people: map[counted]*identify.Census{}, actors: map[event.ProjectID]*[event.Buckets]uint32{}}
}

// checkEvents: before a server ever ran there are none.
func (c *census) checkEvents(folder string) (columnar.Report, error) {
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		return columnar.Report{}, nil
	}
	seen, err := columnar.CheckWith(folder, columnar.Witness{Record: c.record, Actors: c.seen})
	return seen, explainStore(err)
}

func (c *census) record(p event.ProjectID, k store.RecordKind, body []byte) {
	kind, known := map[store.RecordKind]vault.SubjectKind{store.Identifiers: vault.Person, store.Groups: vault.Group}[k]
	if !known {
		return
	}
	if err := c.of(p, kind).Add(body); err != nil {
		c.found = append(c.found, fmt.Errorf("project %d: %w", p, err))
	}
}

func (c *census) of(p event.ProjectID, kind vault.SubjectKind) *identify.Census {
	at := counted{p, kind}
	if c.people[at] == nil {
		c.people[at] = &identify.Census{}
	}
	return c.people[at]
}

func (c *census) seen(p event.ProjectID, bucket int, n uint32) {
	if store.EventsOf(p) != p {
		return // profiles, of groups too: they have numbers of their own
	}
	if c.actors[p] == nil {
		c.actors[p] = &[event.Buckets]uint32{}
	}
	c.actors[p][bucket] = max(c.actors[p][bucket], n)
}

// acknowledged tells of whom a key must be there. When the ledgers could not be read in whole, of everybody.
func (c *census) acknowledged(whole bool) func(vault.Subject) bool {
	return func(s vault.Subject) bool {
		a := event.Actor(s.Number)
		return !whole || a.Index() <= c.of(s.Project, s.Kind).Given(a.Bucket())
	}
}

// compare holds events against people, and people against keys.
func (c *census) compare(keys *vault.Checked) error {
	for p, buckets := range c.actors {
		for bucket, n := range buckets {
			if given := c.of(p, vault.Person).Given(bucket); n > given+1 {
				c.found = append(c.found, fmt.Errorf("project %d: events of bucket %d have people up to %d, the ledger of identifiers knows %d", p, bucket, n-1, given))
			}
		}
	}
	for at, people := range c.people {
		if n := orphans(at, people, keys); n > 0 {
			who := map[vault.SubjectKind]string{vault.Person: "people", vault.Group: "groups"}[at.kind]
			c.found = append(c.found, fmt.Errorf("project %d: %d %s have no key: their identifiers cannot be read\nhint: put back the folder identity from your backup", at.project, n, who))
		}
	}
	return errors.Join(c.found...)
}

func orphans(at counted, people *identify.Census, keys *vault.Checked) (n int) {
	for _, a := range people.Sealed() {
		if !keys.Has(vault.Subject{Project: at.project, Kind: at.kind, Number: uint32(a)}) {
			n++
		}
	}
	return n
}
