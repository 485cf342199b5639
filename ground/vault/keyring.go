package vault

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"jejak/event"
	"jejak/ground/durable"
)

// keyring is the file with the wrapped keys of all subjects of one kind in a project: a slot for each number. It is apart
// from events and metadata, so that copies of it can be thrown away sooner: who destroys a key wants it gone there, too.
type keyring struct {
	file   ringFile
	path   string
	lock   *ringLock
	making sync.Mutex // held, together with the lock, by who reads a slot in order to write it

	mu      sync.Mutex
	pending map[uint32]slot // written, and not known to be durable
	again   bool            // a sync failed: the system may have dropped what is pending, so it is written again
	syncing *ringSync       // going on; nil when none is
}

// ringSync is a sync that several callers wait for.
type ringSync struct {
	done chan struct{}
	err  error
}

// ringFile is what a keyring needs of its file. Tests put in one that fails.
type ringFile interface {
	io.ReaderAt
	io.WriterAt
	Sync() error
	Close() error
}

type keyringOf struct {
	project event.ProjectID
	kind    SubjectKind
}

func (k keyringOf) path(dir string) string {
	name := map[SubjectKind]string{Person: "persons", Group: "groups"}[k.kind]
	return filepath.Join(dir, strconv.FormatUint(uint64(k.project), 10), name)
}

// The file begins with a head of the size of a slot.
const (
	ringWord    = "JEJAKIDS"
	ringVersion = 1
)

// of are the keys and the keyring of a subject.
func (v *Vault) of(s Subject) (*keys, *keyring, error) {
	k, err := v.keysOf(context.Background(), s.Project)
	if err != nil {
		return nil, nil, err
	}
	at := keyringOf{s.Project, s.Kind}
	if f, ok := v.keyrings.Load(at); ok {
		return k, f.(*keyring), nil
	}
	v.making.Lock()
	defer v.making.Unlock()
	if f, ok := v.keyrings.Load(at); ok {
		return k, f.(*keyring), nil
	}
	f, err := v.openKeyring(at)
	if err != nil {
		return nil, nil, err
	}
	v.keyrings.Store(at, f)
	return k, f, nil
}

func openFile(path string) (ringFile, error) { return os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) }

// openKeyring opens a file of slots, or makes it when there never was one. What an interrupted rotation left is finished.
func (v *Vault) openKeyring(at keyringOf) (*keyring, error) {
	f := &keyring{path: at.path(v.dir)}
	made, err := v.wasMade(at)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(f.path); errors.Is(err, fs.ErrNotExist) && made {
		return nil, fmt.Errorf("FATAL: %s is missing: %w. Events are safe; nothing was changed.\nhint: put back the folder identity from your backup", f.path, ErrDamaged)
	}
	if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
		return nil, fmt.Errorf("cannot make the folder of the vault: %w", err)
	}
	if f.lock, err = openRingLock(f.path); err != nil {
		return nil, err
	}
	if f.file, err = v.openFile(f.path); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot open the keys of a project's people: %w", err), f.lock.file.Close())
	}
	err = f.lock.hold(func() error {
		if err := beginRing(f.file, f.path, at.project); err != nil {
			return err
		}
		return f.finishRewrap()
	})
	if err == nil && !made {
		err = v.noteMade(at)
	}
	if err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

func (f *keyring) close() error { return errors.Join(f.file.Close(), f.lock.file.Close()) }

// hold calls do while nobody else, in any process, reads a slot in order to write it. What a rotation has prepared and died
// over is written before: later it would write over what do writes.
func (f *keyring) hold(do func() error) error {
	f.making.Lock()
	defer f.making.Unlock()
	return f.lock.hold(func() error {
		if f.lock.get(prepared) != 0 {
			if err := f.finishRewrap(); err != nil {
				return err
			}
		}
		return do()
	})
}

// beginRing compares the head of the file, or makes it and its name durable.
func beginRing(f ringFile, path string, p event.ProjectID) error {
	want, got := headOf(p), slot{}
	n, err := f.ReadAt(got[:], 0)
	switch {
	case n == slotSize && got == want:
		return nil
	case err != nil && err != io.EOF:
		return fmt.Errorf("cannot read %s: %w", path, err)
	case n > 0 && got != (slot{}):
		return fmt.Errorf("FATAL: %s is not the file of project %d's keys: %w. Events are safe; nothing was changed.\nhint: put back the folder identity from your backup", path, p, ErrDamaged)
	}
	if err = errors.Join(writeSlot(f, 0, want), f.Sync(), syncNames(path)); err != nil {
		return fmt.Errorf("cannot make the keys of a project's people: %w", err)
	}
	return nil
}

// syncNames makes the name of the file last, and those of its two folders.
func syncNames(path string) error {
	ring := filepath.Dir(path)
	project := filepath.Dir(ring)
	return durable.Sync(ring, project, filepath.Dir(project))
}

func headOf(p event.ProjectID) (x slot) {
	copy(x[:], ringWord)
	binary.BigEndian.PutUint32(x[8:], ringVersion)
	binary.BigEndian.PutUint32(x[12:], uint32(p))
	return x
}

func writeSlot(f ringFile, at int64, x slot) error {
	_, err := f.WriteAt(x[:], at*slotSize)
	return err
}

// read is the slot of a number; behind the end of the file all are empty.
func (f *keyring) read(number uint32) (x slot, err error) {
	n, err := f.file.ReadAt(x[:], (int64(number)+1)*slotSize)
	if err == io.EOF {
		if n < slotSize {
			x = slot{} // half a slot was never acknowledged
		}
		err = nil
	}
	if err != nil {
		return slot{}, fmt.Errorf("cannot read the key of subject %d: %w", number, err)
	}
	return x, nil
}

func (f *keyring) write(number uint32, x slot) error {
	if err := writeSlot(f.file, int64(number)+1, x); err != nil {
		return fmt.Errorf("cannot write the key of subject %d: %w", number, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.pending == nil {
		f.pending = map[uint32]slot{}
	}
	f.pending[number] = x
	return nil
}

// settle waits until all that was written before is durable. Callers share syncs.
func (f *keyring) settle() error {
	f.mu.Lock()
	if going := f.syncing; going != nil { // it may have begun before the last write
		f.mu.Unlock()
		<-going.done
		f.mu.Lock()
	}
	if going := f.syncing; going != nil { // begun since, by another one who waited
		f.mu.Unlock()
		<-going.done
		return going.err
	}
	if len(f.pending) == 0 {
		f.mu.Unlock()
		return nil
	}
	s := &ringSync{done: make(chan struct{})}
	f.syncing = s
	again := f.again
	f.mu.Unlock()

	covered, err := f.takePending(again)
	if err == nil {
		err = f.file.Sync()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil {
		s.err = fmt.Errorf("cannot make the keys of people durable: %w", err)
		f.giveBackLocked(covered)
	}
	f.syncing, f.again = nil, err != nil
	close(s.done)
	return s.err
}

// takePending takes what a sync is to cover. After a failed one it is written again, while nobody else writes.
func (f *keyring) takePending(again bool) (covered map[uint32]slot, err error) {
	if again {
		err = f.hold(func() error { return f.writeAgain(f.swapPending(&covered)) })
		return covered, err
	}
	f.swapPending(&covered)
	return covered, nil
}

func (f *keyring) swapPending(covered *map[uint32]slot) map[uint32]slot {
	f.mu.Lock()
	defer f.mu.Unlock()
	*covered, f.pending = f.pending, nil
	return *covered
}

// writeAgain leaves a key destroyed that another process has destroyed meanwhile.
func (f *keyring) writeAgain(slots map[uint32]slot) (err error) {
	for number, x := range slots {
		now, readErr := f.read(number)
		if err = errors.Join(err, readErr); readErr == nil && now[0] != slotErased {
			err = errors.Join(err, writeSlot(f.file, int64(number)+1, x))
		}
	}
	return err
}

// giveBackLocked makes slots pending again; what was written meanwhile is newer.
func (f *keyring) giveBackLocked(covered map[uint32]slot) {
	for number, x := range f.pending {
		covered[number] = x
	}
	f.pending = covered
}

// Close gives the files back. No call may follow.
func (v *Vault) Close() error {
	var errs []error
	v.keyrings.Range(func(_, f any) bool {
		errs = append(errs, f.(*keyring).settle(), f.(*keyring).close())
		return true
	})
	return errors.Join(append(errs, v.log.Close())...)
}
