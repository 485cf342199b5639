package audit

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// lock is held while the log is written: commands on the same machine record what they do while a server runs.
type lock struct{ file *os.File }

func openLock(dir string) (lock, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return lock{}, fmt.Errorf("cannot open the lock of the audit log: %w", err)
	}
	return lock{f}, nil
}

// hold calls f while no other process writes the log.
func (l lock) hold(f func() error) error {
	if err := flock(l.file, syscall.LOCK_EX); err != nil {
		return fmt.Errorf("cannot lock the audit log: %w", err)
	}
	return errors.Join(f(), flock(l.file, syscall.LOCK_UN))
}

func flock(f *os.File, how int) error {
	for {
		if err := syscall.Flock(int(f.Fd()), how); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

// followLocked takes up what other processes have added. What was there before must still be.
func (l *Log) followLocked() error {
	size, err := l.files.entries.Size()
	if err != nil {
		return fmt.Errorf("cannot look at the audit log: %w", err)
	}
	signed, err := l.files.checkpoint()
	if err != nil {
		return fmt.Errorf("cannot read the checkpoint: %w", err)
	}
	if size == l.files.entriesEnd && string(signed) == string(l.signed) {
		return nil
	}
	before := l.tree
	l.tree = tree{}
	if err := l.load(l.files.dir); err != nil {
		l.tree = before
		return err
	}
	if root, err := l.tree.rootAt(min(before.size, l.tree.size)); err != nil || l.tree.size < before.size || before.size > 0 && root != before.root {
		l.tree = before
		return fatal(l.files.dir, fmt.Sprintf("the first %d entries changed while it was open", before.size))
	}
	return nil
}
