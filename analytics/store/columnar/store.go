// Package columnar is the embedded store: one write-ahead log for all projects, a tail per project in memory, and
// immutable columnar parts on disk. docs/format draws the files.
package columnar

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"

	"jejak/analytics/store"
	"jejak/analytics/store/columnar/internal/disk"
	"jejak/analytics/store/columnar/internal/part"
	"jejak/event"
)

// Store implements store.Store. Four goroutines work for it: one commits what Append queues to the log, one turns what
// was committed into columns in memory, one flushes these to parts, one puts parts in order.
type Store struct {
	dir     string
	options Options
	disk    disk.FS
	key     part.Key
	lock    io.Closer
	log     *wal

	mu       sync.RWMutex
	projects map[event.ProjectID]*project
	closed   bool

	queue      *queue
	frame      []byte                // of the last commit, used again for the next one
	committed  chan struct{}         // closed when the committer has ended
	lastCommit error                 // of the committer's last round; read it after committed
	lastError  atomic.Pointer[error] // of the last commit; nil inside when all is well

	toBuild, toFlush, toCompact *todo
	tailBytes                   atomic.Int64
	fileBytes                   atomic.Int64 // of parts and ledgers
	lastRoom                    RoomState    // of the last commit; the committer's
	reading                     reading

	stop       chan struct{} // closed when the store closes
	background context.Context
	cancel     context.CancelFunc
	wait       sync.WaitGroup
}

var _ store.Store = (*Store)(nil)

// Open opens the store in the folder, makes it when it is not there, and brings back everything acknowledged. An error
// that is a *Damage says what was found broken. Only one process can have a store open.
func Open(dir string, o Options) (*Store, error) {
	s := newStore(dir, o.filled())
	if err := s.load(); err != nil {
		return nil, errors.Join(err, s.release())
	}
	s.start()
	return s, nil
}

func newStore(dir string, o Options) *Store {
	ctx, cancel := context.WithCancel(context.Background())
	return &Store{
		dir: dir, options: o, disk: o.disk, projects: map[event.ProjectID]*project{},
		queue: newQueue(o.QueueBytes), committed: make(chan struct{}),
		toBuild: newTodo(), toFlush: newTodo(), toCompact: newTodo(),
		stop: make(chan struct{}), background: ctx, cancel: cancel,
	}
}

func (s *Store) start() {
	go s.commitLoop()
	if s.options.still {
		return
	}
	for _, p := range s.allProjects() {
		s.toBuild.add(p)
		s.toCompact.add(p)
	}
	s.wait.Add(3)
	go s.buildLoop()
	go s.flushLoop()
	go s.compactLoop()
}

// Close implements store.Store. When it returns an error, what could not get its final form is still in the log.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.mu.Unlock()

	s.queue.close()
	s.cancel()
	close(s.stop)
	<-s.committed
	s.wait.Wait()
	return errors.Join(s.lastCommit, s.flushAll(context.Background()), s.release())
}

// flushAll turns all tails into parts. It goes on after an error: each project stands for itself.
func (s *Store) flushAll(ctx context.Context) error {
	var failed error
	for _, p := range s.allProjects() {
		if err := p.flush(ctx); err != nil {
			failed = errors.Join(failed, fmt.Errorf("project %d: %w", p.id, err))
		}
	}
	return errors.Join(failed, s.log.free(s.isFlushed))
}

// release gives back files, memory and the lock. Snapshots that are still open keep theirs.
func (s *Store) release() error {
	for _, p := range s.allProjects() {
		p.release()
	}
	var err error
	if s.log != nil {
		err = s.log.close()
	}
	if s.lock != nil {
		err = errors.Join(err, s.lock.Close())
	}
	return err
}

func (s *Store) stopping() bool {
	select {
	case <-s.stop:
		return true
	default:
		return false
	}
}

// project is the project, made when nothing is known of it.
func (s *Store) project(id event.ProjectID) *project {
	if p := s.known(id); p != nil {
		return p
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.projects[id]
	if p == nil {
		p = newProject(s, id)
		s.projects[id] = p
	}
	return p
}

// known is the project, or nil when nothing was ever kept for it.
func (s *Store) known(id event.ProjectID) *project {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.projects[id]
}

func (s *Store) allProjects() []*project {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.SortedFunc(maps.Values(s.projects), func(a, b *project) int { return int(a.id) - int(b.id) })
}

func (s *Store) logDir() string { return filepath.Join(s.dir, "log") }

func (s *Store) projectsDir() string { return filepath.Join(s.dir, "p") }
