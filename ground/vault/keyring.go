package vault

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"jejak/event"
)

// keyring is the file with the wrapped keys of all subjects of one kind in a project: a slot for each number. It is apart
// from events and metadata, so that copies of it can be thrown away sooner: who destroys a key wants it gone there, too.
type keyring struct {
	file   ringFile
	making sync.Mutex // held by who reads a slot in order to write it

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
	file, err := openRing(at.path(v.dir), s.Project, v.openFile)
	if err != nil {
		return nil, nil, err
	}
	f := &keyring{file: file}
	v.keyrings.Store(at, f)
	return k, f, nil
}

func openFile(path string) (ringFile, error) { return os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) }

// openRing opens a file of slots, or makes it, its head and its name durable.
func openRing(path string, p event.ProjectID, open func(string) (ringFile, error)) (ringFile, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("cannot make the folder of the vault: %w", err)
	}
	f, err := open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot open the keys of a project's people: %w", err)
	}
	var want, got slot
	copy(want[:], ringWord)
	binary.BigEndian.PutUint32(want[8:], ringVersion)
	binary.BigEndian.PutUint32(want[12:], uint32(p))
	n, err := f.ReadAt(got[:], 0)
	switch {
	case n == slotSize && got == want:
		return f, nil
	case err != nil && err != io.EOF:
	case n > 0 && got != (slot{}):
		err = fmt.Errorf("FATAL: %s is not the file of project %d's keys, or is damaged. Events are safe; nothing was changed.\nhint: put it back from your backup", path, p)
	default:
		if err = errors.Join(writeSlot(f, 0, want), f.Sync(), syncDirs(path)); err == nil {
			return f, nil
		}
	}
	_ = f.Close()
	return nil, fmt.Errorf("cannot open the keys of a project's people: %w", err)
}

// syncDirs makes the name of the file durable, and those of its two folders.
func syncDirs(path string) error {
	for range 3 {
		path = filepath.Dir(path)
		d, err := os.Open(path)
		if err != nil {
			return err
		}
		if err := errors.Join(d.Sync(), d.Close()); err != nil {
			return err
		}
	}
	return nil
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
		f.making.Lock()
		defer f.making.Unlock()
	}
	f.mu.Lock()
	covered, f.pending = f.pending, nil
	f.mu.Unlock()
	if again {
		for number, x := range covered {
			err = errors.Join(err, writeSlot(f.file, int64(number)+1, x))
		}
	}
	return covered, err
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
		errs = append(errs, f.(*keyring).settle(), f.(*keyring).file.Close())
		return true
	})
	return errors.Join(append(errs, v.log.Close())...)
}
