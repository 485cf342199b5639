package vault

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/durable"
)

// Rotated is what a rotation of a project's key did.
type Rotated struct {
	Version  uint32 `json:"version"`  // number of the new key
	Subjects int    `json:"subjects"` // people and groups whose keys it wraps now
	Damaged  int    `json:"damaged"`  // records that could not be read, and were left as they are
}

// RotateProject draws a new key for the project and wraps the keys of all its people and groups with it, while servers go
// on. Blind indexes stay those of the first key. It needs Administer. When the process dies some records are wrapped by the
// old key, some by the new one: all can be read, and the next rotation takes all.
func (v *Vault) RotateProject(ctx context.Context, p event.ProjectID) (r Rotated, err error) {
	if err := access.May(ctx, p, access.Administer); err != nil {
		return r, err
	}
	if _, err := v.keysOf(ctx, p); err != nil {
		return r, err
	}
	if err := v.recordKey(ctx, "key.project_rotated", p, ""); err != nil {
		return r, err
	}
	if err := v.addVersion(ctx, p); err != nil {
		return r, err
	}
	k, err := v.reload(ctx, p)
	if err != nil {
		return r, err
	}
	r.Version = k.newest().number
	for _, kind := range []SubjectKind{Person, Group} {
		if err := v.rewrapSubjects(ctx, p, kind, k, &r); err != nil {
			return r, err
		}
	}
	return r, nil
}

// addVersion draws a key and keeps it behind the others.
func (v *Vault) addVersion(ctx context.Context, p event.ProjectID) error {
	return v.db.Write(ctx, func(tx *sql.Tx) error {
		all, err := wrappedOf(ctx, tx, p)
		if err != nil {
			return err
		}
		if len(all) == 0 || len(all) >= maxVersions {
			return fmt.Errorf("cannot replace the key of project %d: it has had %d", p, len(all))
		}
		_, err = v.make(ctx, tx, p, all[len(all)-1].version+1)
		return err
	})
}

// rewrapChunk is how many slots are worked on while others wait.
const rewrapChunk = 2048

func (v *Vault) rewrapSubjects(ctx context.Context, p event.ProjectID, kind SubjectKind, k *keys, r *Rotated) error {
	if made, err := v.wasMade(keyringOf{p, kind}); err != nil || !made {
		return err
	}
	_, f, err := v.of(Subject{Project: p, Kind: kind})
	if err != nil {
		return err
	}
	if err := f.hold(func() error { return f.lock.set(newestKey, k.newest().number) }); err != nil {
		return err
	}
	for first := uint32(0); ; first += rewrapChunk {
		if err := ctx.Err(); err != nil {
			return err
		}
		c := chunk{vault: v, keys: k, ring: f, subject: Subject{p, kind, first}}
		end := false
		err := f.hold(func() (err error) {
			end, err = c.rewrap()
			return err
		})
		r.Subjects += len(c.changed)
		r.Damaged += c.damaged
		if err != nil || end {
			return err
		}
	}
}

// chunk is a stretch of slots.
type chunk struct {
	vault   *Vault
	keys    *keys
	ring    *keyring
	subject Subject // the first
	slots   []byte
	changed []uint32
	damaged int
}

// rewrap wraps what the newest key does not wrap yet. A write in place can be torn by a power failure, so the new slots
// are durable in a file beside before. end: there is nothing behind.
func (c *chunk) rewrap() (end bool, err error) {
	c.slots = make([]byte, rewrapChunk*slotSize)
	n, err := c.ring.file.ReadAt(c.slots, (int64(c.subject.Number)+1)*slotSize)
	if err != nil && n == len(c.slots) {
		err = nil
	}
	c.slots = c.slots[:n/slotSize*slotSize]
	end = n < rewrapChunk*slotSize
	if err != nil && !end {
		return true, fmt.Errorf("cannot read the keys of people: %w", err)
	}
	for i := range len(c.slots) / slotSize {
		if err := c.one(uint32(i)); err != nil {
			return true, err
		}
	}
	if len(c.changed) == 0 {
		return end, nil
	}
	return end, c.write()
}

func (c *chunk) one(i uint32) error {
	s := c.subject
	s.Number += i
	at := c.slots[i*slotSize : (i+1)*slotSize]
	x := slot(at)
	if x == (slot{}) || x[0] == slotErased || x[0] == slotKey && x.version() >= c.keys.newest().number {
		return nil
	}
	key, err := c.keys.unwrap(s, &x)
	if err != nil {
		c.damaged++
		return nil // what cannot be read is not written over
	}
	if x, err = c.vault.wrap(c.keys, s, key); err != nil {
		return err
	}
	copy(at, x[:])
	c.changed = append(c.changed, s.Number)
	return nil
}

func (c *chunk) write() error {
	if err := c.ring.prepareRewrap(c.subject.Number, c.slots); err != nil {
		return err
	}
	if err := c.vault.reached(); err != nil {
		return err
	}
	if err := c.ring.finishRewrap(); err != nil {
		return err
	}
	c.ring.mu.Lock()
	defer c.ring.mu.Unlock()
	for _, number := range c.changed { // a sync that failed writes these again
		if _, waits := c.ring.pending[number]; waits {
			c.ring.pending[number] = slot(c.slots[(number-c.subject.Number)*slotSize:][:slotSize])
		}
	}
	return nil
}

const rewrapWord = "JEJAKREW"

// prepareRewrap makes a stretch of slots durable beside the file they belong to.
func (f *keyring) prepareRewrap(first uint32, slots []byte) error {
	b := binary.BigEndian.AppendUint32([]byte(rewrapWord), first)
	b = append(b, slots...)
	sum := sha256.Sum256(b)
	if err := f.lock.set(prepared, 1); err != nil {
		return err
	}
	if err := errors.Join(writeSynced(f.path+".rewrap", append(b, sum[:]...)), durable.Sync(filepath.Dir(f.path))); err != nil {
		return fmt.Errorf("cannot prepare to wrap keys anew: %w", err)
	}
	return nil
}

// finishRewrap writes what was prepared to its place. It needs the lock. Half a preparation counts as none.
func (f *keyring) finishRewrap() error {
	path := f.path + ".rewrap"
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return f.lock.set(prepared, 0)
	}
	if err != nil {
		return fmt.Errorf("cannot read what a rotation has prepared: %w", err)
	}
	if first, slots, whole := parseRewrap(b); whole {
		if _, err := f.file.WriteAt(slots, (int64(first)+1)*slotSize); err != nil {
			return fmt.Errorf("cannot wrap keys anew: %w", err)
		}
		if err := f.file.Sync(); err != nil {
			return fmt.Errorf("cannot wrap keys anew: %w", err)
		}
	}
	if err := errors.Join(os.Remove(path), durable.Sync(filepath.Dir(path))); err != nil {
		return fmt.Errorf("cannot wrap keys anew: %w", err)
	}
	return f.lock.set(prepared, 0)
}

func parseRewrap(b []byte) (first uint32, slots []byte, whole bool) {
	const head = len(rewrapWord) + 4
	body := len(b) - sha256.Size
	if body < head || string(b[:len(rewrapWord)]) != rewrapWord || (body-head)%slotSize != 0 || sha256.Sum256(b[:body]) != [sha256.Size]byte(b[body:]) {
		return 0, nil, false
	}
	return binary.BigEndian.Uint32(b[len(rewrapWord):]), b[head:body], true
}
