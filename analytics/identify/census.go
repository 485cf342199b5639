package identify

import "jejak/event"

// Census is what a ledger of identifiers says, for whoever checks a data folder that no server runs on.
type Census struct {
	people people
	sealed []event.Actor
}

// Add takes the next record in. An error says that the record, or its place, is damaged.
func (c *Census) Add(record []byte) error {
	c.people.mu.Lock()
	defer c.people.mu.Unlock()
	if err := c.people.replayLocked(record); err != nil {
		return err
	}
	if record[0] == identifierTag && len(record) > identifierHead {
		c.sealed = append(c.sealed, actorAt(record[2:]))
	}
	return nil
}

// Given is the highest index of the bucket that is somebody's.
func (c *Census) Given(bucket int) uint32 { return c.people.last[bucket] }

// Sealed are the actors whose identifier lies sealed: each must have a key, or have had one.
func (c *Census) Sealed() []event.Actor { return c.sealed }
