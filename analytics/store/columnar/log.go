package columnar

import (
	"cmp"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"jejak/analytics/store/columnar/internal/disk"
	"jejak/event"
)

// segment is one file of the log.
type segment struct {
	header segmentHeader
	path   string
	end    int64 // where its durable frames end
	newest int64 // where the last of them begins, as read; 0: there is none
	// last is the highest LSN of each project in it: the segment is needed until all of them are flushed.
	last map[event.ProjectID]uint64
}

// wal is the log of all projects. Only the committer writes.
type wal struct {
	disk  disk.FS
	dir   string
	limit int64 // a segment longer than this is closed
	file  disk.File
	next  uint64 // LSN of the next entry
	// number is the highest that was tried: a number is never used twice.
	number uint64
	// doubtful: a refused frame may still stand behind the end of the newest segment. The next segment says where that one ends.
	doubtful bool

	renew atomic.Bool // the next frame goes to a new segment

	freeing  sync.Mutex // held while old segments are removed
	mu       sync.Mutex
	segments []*segment // oldest first; file belongs to the newest
}

func segmentPath(dir string, number uint64) string {
	return filepath.Join(dir, fmt.Sprintf("%08d.log", number))
}

// listSegments gives the numbers of the segments in the folder, oldest first.
func listSegments(d disk.FS, dir string) ([]uint64, error) {
	names, err := d.List(dir)
	if err != nil {
		return nil, fmt.Errorf("cannot list the log: %w", err)
	}
	var numbers []uint64
	for _, name := range names {
		if n, ok := numbered(name, ".log"); ok {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers, nil
}

// numbered takes the number out of a file name such as 00000007.log.
func numbered(name, suffix string) (uint64, bool) {
	digits, ok := strings.CutSuffix(name, suffix)
	if !ok || len(digits) < 8 {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 10, 64)
	return n, err == nil && n > 0
}

// write makes the frame in b (its body stands from byte frameHead on) durable. On an error nothing of it comes back
// after a restart, as far as the disk still obeys. last is the highest LSN of each project in it.
func (l *wal) write(b []byte, entries uint32, last map[event.ProjectID]uint64) error {
	s, err := l.ready()
	if err != nil {
		return err
	}
	sealFrame(b, l.next, entries, s.header.salt)
	if _, err := l.file.WriteAt(b, s.end); err != nil {
		if cut := l.cutBack(s); cut != nil {
			l.abandon()
		}
		return fmt.Errorf("cannot write the log: %w", err)
	}
	if err := l.file.Sync(); err != nil {
		l.abandon()
		return fmt.Errorf("cannot sync the log: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	s.end += int64(len(b))
	l.next += uint64(entries)
	for p, lsn := range last {
		s.last[p] = lsn
	}
	return nil
}

// ready gives the segment to write to, a new one when there is none or the newest is long enough.
func (l *wal) ready() (*segment, error) {
	if l.file != nil && l.newest().end < l.limit && !l.renew.Load() {
		return l.newest(), nil
	}
	if err := l.start(); err != nil {
		return nil, err
	}
	l.renew.Store(false)
	return l.newest(), nil
}

func (l *wal) newest() *segment {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.segments) == 0 {
		return nil
	}
	return l.segments[len(l.segments)-1]
}

// cutBack takes away what a failed write left behind.
func (l *wal) cutBack(s *segment) error {
	return errors.Join(l.file.Truncate(s.end), l.file.Sync())
}

// abandon leaves the file after a failed sync: the system may have dropped what was not written and call the next sync
// a success. The new segment says where the old one ends. When there is no new one, cutting the old one back is all
// that can be done now; the next write tries again.
func (l *wal) abandon() {
	s, old := l.newest(), l.file
	l.file = nil
	if err := l.start(); err != nil {
		l.doubtful = errors.Join(old.Truncate(s.end), old.Sync()) != nil
	}
	_ = old.Close()
}

// start makes a new segment, durable before it is used. From the attempt on nothing more is written to the one before:
// should the attempt fail and its file come back after a crash all the same, it says where that one ends.
func (l *wal) start() error {
	if l.file != nil {
		_ = l.file.Close()
		l.file = nil
	}
	l.number++
	h := segmentHeader{number: l.number, first: l.next, salt: newSalt()}
	if s := l.newest(); s != nil {
		h.previous, h.previousEnd = s.header.number, s.end
	}
	path := segmentPath(l.dir, h.number)
	f, err := createDurably(l.disk, path, h.encode())
	if err != nil {
		return fmt.Errorf("cannot start a log segment: %w", err)
	}
	l.file, l.doubtful = f, false
	l.mu.Lock()
	defer l.mu.Unlock()
	l.segments = append(l.segments, &segment{header: h, path: path, end: segmentHead, last: map[event.ProjectID]uint64{}})
	return nil
}

func newSalt() uint32 {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails
	return binary.LittleEndian.Uint32(b[:])
}

// createDurably makes a file with this content and its name durable. On an error the file is removed again.
func createDurably(d disk.FS, path string, content []byte) (disk.File, error) {
	f, err := d.Create(path)
	if err != nil {
		return nil, err
	}
	_, err = f.WriteAt(content, 0)
	err = cmp.Or(err, f.Sync(), d.SyncDir(filepath.Dir(path)))
	if err != nil {
		_ = f.Close()
		_ = d.Remove(path)
		return nil, err
	}
	return f, nil
}

// free removes the oldest segments while done says of all their projects that they are flushed up to the LSN. Each
// removal is synced, so that the chain never gets a hole.
func (l *wal) free(done func(event.ProjectID, uint64) bool) error {
	l.freeing.Lock()
	defer l.freeing.Unlock()
	for {
		s := l.oldestClosed()
		if s == nil || !s.flushed(done) {
			return nil
		}
		if err := l.disk.Remove(s.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("cannot remove a log segment: %w", err)
		}
		if err := l.disk.SyncDir(l.dir); err != nil {
			return fmt.Errorf("cannot remove a log segment: %w", err)
		}
		l.mu.Lock()
		l.segments = l.segments[1:]
		l.mu.Unlock()
	}
}

func (l *wal) oldestClosed() *segment {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.segments) < 2 {
		return nil
	}
	return l.segments[0]
}

// flushed may be asked of a closed segment only: nobody writes to its map any more.
func (s *segment) flushed(done func(event.ProjectID, uint64) bool) bool {
	for p, lsn := range s.last {
		if !done(p, lsn) {
			return false
		}
	}
	return true
}

// pinning lists the projects that keep the oldest segment, when more than keep closed segments have gathered.
func (l *wal) pinning(keep int, done func(event.ProjectID, uint64) bool) []event.ProjectID {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.segments) <= keep+1 {
		return nil
	}
	var projects []event.ProjectID
	for p, lsn := range l.segments[0].last {
		if !done(p, lsn) {
			projects = append(projects, p)
		}
	}
	return projects
}

// secure makes the end of the newest segment durable after a restart. Its last frame, or its header, is written again
// first: should the process before have died of a failed sync, the system may hold it for clean and not have it on disk.
func (l *wal) secure() error {
	s := l.newest()
	if s == nil {
		return nil
	}
	f, err := l.disk.Open(s.path)
	if err != nil {
		return err
	}
	return errors.Join(rewrite(f, s.newest, s.end), f.Sync(), f.Close())
}

// rewrite writes the bytes from ≤ i < to of a file again.
func rewrite(f disk.File, from, to int64) error {
	b := make([]byte, to-from)
	if n, err := f.ReadAt(b, from); n < len(b) {
		return err
	}
	_, err := f.WriteAt(b, from)
	return err
}

// close leaves nothing in doubt: when a refused frame could not be cut off, a new segment says that it does not count.
func (l *wal) close() error {
	if l.doubtful {
		if err := l.start(); err != nil {
			return err
		}
	}
	if l.file == nil {
		return nil
	}
	return l.file.Close()
}
