// Package audit keeps the log of privileged acts: a Merkle tree to which entries can only be added. Who holds an earlier
// checkpoint can prove that nothing before it was changed, taken out or put elsewhere. The format is drawn in
// docs/format/audit.md.
package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"jejak/event"
	"jejak/ground/durable"
)

// ErrUnwritable says that the log can take no entry: what it would record must not happen.
var ErrUnwritable = errors.New("the audit log cannot be written")

// Entry is one act. No field holds a personal value: who is meant by it stands sealed, or as a number.
type Entry struct {
	At      time.Time       `json:"at"`                // set by Record
	Who     string          `json:"who"`               // user:3, service:…, console
	Act     Act             `json:"act"`               // what was done
	Project event.ProjectID `json:"project,omitempty"` // 0: the installation
	About   string          `json:"about,omitempty"`   // what it was done to: a number, a hash, or sealed
	Purpose string          `json:"purpose,omitempty"` // why, as the one who did it says
}

// Act names a kind of act: a noun and a verb, for example export.approved.
type Act string

// MaxEntry bounds an entry as JSON, in bytes: an entry bundle has two bytes for its length.
const MaxEntry = 1<<16 - 1

// Log is the audit log of an installation. Many goroutines, and several processes, may use it at once.
type Log struct {
	origin string
	signer note.Signer
	now    func() time.Time
	files  files
	lock   lock

	mu     sync.Mutex
	tree   tree
	signed []byte // the newest checkpoint
	broken error  // after a failed write, until the log is opened again
}

// Options name the log and what it signs with.
type Options struct {
	// Origin tells logs apart in checkpoints, for example jejak/3f9a….
	Origin string
	// Seed makes the signing key.
	Seed [32]byte
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// open stands in for the file system in tests.
	open func(path string) (file, error)
}

// Open reads the log in dir, or begins it. It refuses one that is not what its last checkpoint says, with an error that
// starts with FATAL. What was written without being acknowledged is taken up or cut off.
func Open(dir string, o Options) (*Log, error) {
	signer, err := signerOf(o.Origin, o.Seed)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("cannot make the folder of the audit log: %w", err)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.open == nil {
		o.open = openFile
	}
	l := &Log{origin: o.Origin, signer: signer, now: o.Now}
	if l.lock, err = openLock(dir); err != nil {
		return nil, err
	}
	if l.files, err = openFiles(dir, o.open); err != nil {
		_ = l.lock.file.Close()
		return nil, err
	}
	err = l.lock.hold(func() error { return errors.Join(l.load(dir), l.publishKey(dir, o)) })
	if err != nil {
		_ = l.Close()
		return nil, err
	}
	return l, nil
}

// publishKey puts the public key beside the log, for whoever verifies it on the same machine.
func (l *Log) publishKey(dir string, o Options) error {
	want, err := VerifierOf(o.Origin, o.Seed)
	if err != nil {
		return err
	}
	have, err := os.ReadFile(KeyPath(dir))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.Join(writeWhole(o.open, KeyPath(dir), []byte(want+"\n")), durable.Sync(dir))
	case err != nil:
		return fmt.Errorf("cannot read the public key of the audit log: %w", err)
	case strings.TrimSpace(string(have)) != want:
		return fatal(dir, "the public key beside it is not its own")
	}
	return nil
}

// KeyPath is the file with the public key of the log in dir.
func KeyPath(dir string) string { return filepath.Join(dir, "key") }

// Record adds an entry. It MUST NOT return nil before the entry survives power loss and a signed checkpoint covers it; the
// act's answer waits for it. After an error nothing may be done, and no further entry is taken until the log is opened
// again.
func (l *Log) Record(ctx context.Context, e Entry) (index int64, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken != nil {
		return 0, fmt.Errorf("%w: %w", ErrUnwritable, l.broken)
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	e.At = l.now().UTC().Truncate(time.Millisecond)
	text, err := json.Marshal(e)
	if err != nil {
		return 0, fmt.Errorf("cannot write an audit entry: %w", err)
	}
	if len(text) > MaxEntry {
		return 0, fmt.Errorf("cannot write an audit entry: it has %d bytes, at most %d are possible", len(text), MaxEntry)
	}
	err = l.lock.hold(func() error {
		if err := l.followLocked(); err != nil {
			return err
		}
		return l.appendLocked(text)
	})
	if err != nil {
		l.broken = err
		return 0, fmt.Errorf("%w: %w", ErrUnwritable, err)
	}
	return l.tree.size - 1, nil
}

// appendLocked makes the entry, then its hashes, then the checkpoint durable.
func (l *Log) appendLocked(text []byte) error {
	grown := l.tree
	hashes, err := grown.add(text)
	if err != nil {
		return err
	}
	if err := l.files.append(text, hashes); err != nil {
		return err
	}
	signed, err := l.sign(grown.Tree())
	if err != nil {
		return err
	}
	if err := l.files.replaceCheckpoint(signed); err != nil {
		return err
	}
	l.tree, l.signed = grown, signed
	return nil
}

// Size is how many entries there are, those of other processes included.
func (l *Log) Size() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken == nil {
		l.broken = l.lock.hold(l.followLocked)
	}
	return l.tree.size
}

// Checkpoint is the newest one: a signed note (C2SP tlog-checkpoint). Kept elsewhere it proves later what was in the log.
func (l *Log) Checkpoint() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.signed
}

// Entry reads one, as JSON.
func (l *Log) Entry(index int64) (json.RawMessage, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if index < 0 || index >= l.tree.size {
		return nil, fmt.Errorf("cannot read an audit entry: there are %d, from 0", l.tree.size)
	}
	return l.files.entry(l.tree.offsets[index])
}

// Prove shows that an entry is in the log of the newest checkpoint, which it returns.
func (l *Log) Prove(index int64) (tlog.RecordProof, []byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if index < 0 || index >= l.tree.size {
		return nil, nil, fmt.Errorf("cannot prove an audit entry: there are %d, from 0", l.tree.size)
	}
	p, err := tlog.ProveRecord(l.tree.size, index, l.tree)
	return p, l.signed, err
}

// Close gives the files back. No call may follow.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return errors.Join(l.files.close(), l.lock.file.Close())
}

// CheckpointPath is the file with the newest checkpoint of the log in dir.
func CheckpointPath(dir string) string { return filepath.Join(dir, "checkpoint") }
