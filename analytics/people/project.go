package people

import (
	"context"
	"fmt"
	"sync"

	"jejak/analytics/store"
	"jejak/event"
)

// project is who has a row, in one project.
type project struct {
	id event.ProjectID

	opening sync.Mutex
	ready   bool // guarded by opening

	mu   sync.RWMutex
	rows map[string]*actorSet // by section
}

// actorSet is a set of actors: a bit for each index of each bucket.
type actorSet [event.Buckets][]uint64

func (x *actorSet) has(a event.Actor) bool {
	words, at := x[a.Bucket()], a.Index()
	return int(at/64) < len(words) && words[at/64]&(1<<(at%64)) != 0
}

func (x *actorSet) add(a event.Actor) {
	words, at := x[a.Bucket()], a.Index()
	if missing := int(at/64) + 1 - len(words); missing > 0 {
		words = append(words, make([]uint64, missing)...)
		x[a.Bucket()] = words
	}
	words[at/64] |= 1 << (at % 64)
}

func (p *project) hasRow(section string, a event.Actor) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	x := p.rows[section]
	return x != nil && x.has(a)
}

func (p *project) noteRow(section string, a event.Actor) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sectionLocked(section).add(a)
}

func (p *project) sectionLocked(section string) *actorSet {
	if p.rows[section] == nil {
		p.rows[section] = &actorSet{}
	}
	return p.rows[section]
}

// admits tells whether the project may have profiles of groups of the key: of so many keys it has, and of no more.
func (p *project) admits(groupKey string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(groupKey) > 2*maxText || p.rows[Section(groupKey)] == nil && len(p.rows) > maxGroupKeys {
		return false
	}
	p.sectionLocked(Section(groupKey))
	return true
}

// project is one whose rows are known and whose old updates are in effect.
func (s *Service) project(ctx context.Context, id event.ProjectID) (*project, error) {
	s.mu.Lock()
	p := s.projects[id]
	if p == nil {
		p = &project{id: id}
		s.projects[id] = p
	}
	s.mu.Unlock()
	p.opening.Lock()
	defer p.opening.Unlock()
	if p.ready {
		return p, nil
	}
	if err := s.open(context.WithoutCancel(ctx), p); err != nil {
		return nil, fmt.Errorf("cannot open the profiles of project %d: %w", id, err)
	}
	p.ready = true
	return p, nil
}

// open reads who has a row and replays what earlier versions kept.
func (s *Service) open(ctx context.Context, p *project) error {
	snap, err := s.o.Store.Snapshot(Shadow(p.id))
	if err != nil {
		return err
	}
	defer snap.Release()
	p.rows = map[string]*actorSet{Users: {}}
	err = s.o.Guard(func() error {
		for _, section := range snap.Sections(store.Selection{From: 0, To: endOfTime}) {
			p.readRows(section)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.replay(ctx, p)
}

func (p *project) readRows(s store.Section) {
	rows, actors := p.sectionLocked(s.Name()), []uint32(nil)
	for bucket := range event.Buckets {
		lo, hi := s.Bucket(bucket)
		for from := lo; from < hi; from += step {
			actors = s.Actors(from, min(from+step, hi), actors)
			for _, index := range actors {
				rows.add(event.MakeActor(bucket, index))
			}
		}
	}
}
