package columnar

import (
	"fmt"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"jejak/event"
)

// project is one project's events: parts on disk, and the tail in front of them. Locks are taken in the order tidying,
// edit, building, mu; only mu is held by the committer, and never while anything is read or written.
type project struct {
	id    event.ProjectID
	store *Store
	dir   string

	tidying  sync.Mutex // held while parts are read to be replaced; before edit
	edit     sync.Mutex // held while the manifest changes
	suspects []string   // files that a manifest may name whose replacement failed half way; guarded by edit
	made     bool       // the folder is durable; guarded by edit

	building sync.Mutex // held while rows become a piece

	mu       sync.Mutex
	manifest *manifest // as it is on disk; never changed, only replaced
	runs     []*run    // its parts, in its order
	flushing *settled  // on its way to disk; nil when nothing is
	tail
	nextFile  uint64
	fileBytes int64 // of the manifest's files, as accounted for last; guarded by edit

	flushed atomic.Uint64 // manifest.Flushed
	crowded atomic.Bool   // the tail is so large that no more may come
	erased  *erasedSet    // guarded by mu
	masks   masks
	pairs   pairs
	count   countCache
}

func projectDir(dir string, id event.ProjectID) string {
	return filepath.Join(dir, "p", strconv.FormatUint(uint64(id), 10))
}

func newProject(s *Store, id event.ProjectID) *project {
	return &project{
		id: id, store: s, dir: projectDir(s.dir, id), manifest: &manifest{Project: id}, nextFile: 1,
		tail: tail{touched: time.Now()}, erased: nobody,
	}
}

func partPath(dir string, number uint64) string {
	return filepath.Join(dir, fmt.Sprintf("%08d.part", number))
}

// apply puts a durable entry into the tail, where questions see it from now on.
func (p *project) apply(e entry) {
	now := time.Now()
	p.mu.Lock()
	if p.tail.empty() {
		p.born = now
	}
	p.touched = now
	p.tail.add(e)
	p.eraseLocked(e.records)
	build := p.rawRows >= p.store.options.PieceRows || p.rawBytes >= p.store.options.PieceBytes
	p.weighLocked()
	p.mu.Unlock()
	if build {
		p.store.toBuild.add(p)
	}
}

// weighLocked keeps the account of the memory of the tails.
func (p *project) weighLocked() {
	bytes := p.tail.bytes()
	if p.flushing != nil {
		bytes += p.flushing.bytes
	}
	o := &p.store.options
	p.store.tailBytes.Add(int64(bytes - p.weight))
	lighter := bytes < p.weight
	p.weight = bytes
	p.crowded.Store(bytes > 4*o.FlushBytes || p.rawRows > 16*o.PieceRows && p.rawBytes > 4*o.PieceBytes)
	if lighter {
		p.store.queue.left(0)
	}
}

// wantsFlush tells whether the tail is large enough for a part of its own.
func (p *project) wantsFlush() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	o := &p.store.options
	return p.settled.rows >= o.FlushRows || p.tail.bytes() >= o.FlushBytes
}

// isDue tells whether the tail has waited long enough: what is small for long, what is large until its burst is over.
func (p *project) isDue(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.flushing == nil && p.tail.empty() {
		return false
	}
	o := &p.store.options
	return now.Sub(p.born) >= o.FlushAge || p.tail.bytes() >= o.FlushBytes/8 && now.Sub(p.touched) >= o.QuietAge
}

// release gives back all memory when the store closes.
func (p *project) release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	releaseAll(p.runs)
	releaseAll(p.settled.pieces)
	if p.flushing != nil {
		releaseAll(p.flushing.pieces)
	}
	p.dropFresh()
	p.runs, p.flushing, p.tail = nil, nil, tail{}
}

// forget is called when nobody reads a run any more.
func (p *project) forget(r *run) {
	p.pairs.forget(r)
	p.masks.forget(r)
	if r.mapping == nil {
		return
	}
	if err := r.mapping.Close(); err != nil {
		p.store.options.Log.Error("cannot unmap a part", "file", r.path, "error", err)
	}
	if r.obsolete.Load() {
		p.store.removeFile(r.path)
	}
}
